package io.github.registryproxy.policy;

import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.Tag;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tags by which something is attached to a manifest: the distribution specification's "Referrers Tag Schema", and what cosign
 * made of it. Of a sha512 digest such a tag holds a part, so it tells nothing.
 */
final class Attachments {
    private static final Pattern FORM = Pattern.compile("sha256-([0-9a-f]{64})(?:\\.(?:sig|att|sbom))?");

    private Attachments() {}

    /** What something with that tag is attached to. */
    static Optional<Digest> subject(Tag tag) {
        Matcher matcher = FORM.matcher(tag.value());
        return matcher.matches()
                ? Optional.of(new Digest(Digest.Algorithm.SHA256, matcher.group(1)))
                : Optional.empty();
    }
}
