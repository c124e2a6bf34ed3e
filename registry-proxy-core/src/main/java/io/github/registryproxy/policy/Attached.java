package io.github.registryproxy.policy;

import io.github.registryproxy.document.Manifest;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.Tag;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Manifests that are attached to a manifest where cosign puts them: at the tag {@code sha256-<hex>.sig}, among its referrers, and,
 * where a registry keeps no list of those, in the index at the tag {@code sha256-<hex>}.
 */
final class Attached {
    /** Referrers that are looked at. */
    static final int MOST_REFERRERS = 32;

    private final Documents documents;
    private final Digest subject;

    Attached(Documents documents, Digest subject) {
        this.documents = documents;
        this.subject = subject;
    }

    /** The manifest at a tag of cosign's. */
    Optional<byte[]> at(String suffix) throws IOException, RefusedException {
        return documents.manifest(tag(suffix));
    }

    List<Digest> referrers() throws IOException, RefusedException {
        Optional<byte[]> list = documents.referrers(subject);
        if (list.isEmpty()) {
            list = documents.manifest(tag(""));
        }
        return list.flatMap(Manifest::find).map(Manifest::manifestDigests).orElseGet(Set::of).stream()
                .limit(MOST_REFERRERS)
                .toList();
    }

    /** Distribution specification, "Referrers Tag Schema": at most 32 and 64 characters, which both algorithms' names keep. */
    private Tag tag(String suffix) {
        String encoded = subject.encoded();
        return new Tag(subject.algorithm() + "-" + encoded.substring(0, Math.min(64, encoded.length())) + suffix);
    }
}
