package io.github.registryproxy.policy;

import io.github.registryproxy.document.SignatureManifest;
import io.github.registryproxy.protocol.Tag;
import java.util.regex.Pattern;

/** Decision which manifests are signatures, and pass policies that refuse unsigned or young content. */
final class SignatureArtifacts {
    private static final Pattern PLACE = Pattern.compile("sha(?:256|512)-[0-9a-f]{64}(?:\\.(?:sig|att))?");

    private SignatureArtifacts() {}

    /** Whether signatures are found at that tag. */
    static boolean isPlace(Tag tag) {
        return PLACE.matcher(tag.value()).matches();
    }

    static boolean mayPass(Documents documents, PulledManifest manifest) {
        return SignatureManifest.parse(manifest.json()).isPresent();
    }
}
