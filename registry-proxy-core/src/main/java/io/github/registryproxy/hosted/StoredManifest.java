package io.github.registryproxy.hosted;

import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.MediaType;
import java.util.List;
import java.util.Optional;

/**
 * What a repository knows of a manifest without reading it.
 *
 * @param type as it was pushed
 * @param size in bytes
 * @param pushed when, in milliseconds since 1970
 * @param subject what it refers to
 * @param artifactType what referrers are filtered by
 * @param blobs what it names, and so keeps
 * @param manifests what it lists
 */
record StoredManifest(
        MediaType type,
        long size,
        long pushed,
        Optional<Digest> subject,
        Optional<String> artifactType,
        List<Digest> blobs,
        List<Digest> manifests) {
    StoredManifest {
        blobs = List.copyOf(blobs);
        manifests = List.copyOf(manifests);
    }

    /** The same in less memory: what many manifests name, or are, is there once. */
    StoredManifest sharing(References references) {
        return new StoredManifest(
                new MediaType(type.value().intern()),
                size,
                pushed,
                subject.map(references::same),
                artifactType.map(String::intern),
                blobs.stream().map(references::same).toList(),
                manifests.stream().map(references::same).toList());
    }
}
