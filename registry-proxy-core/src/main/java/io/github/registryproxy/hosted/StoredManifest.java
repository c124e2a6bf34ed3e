package io.github.registryproxy.hosted;

import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.MediaType;
import java.util.List;
import java.util.Optional;

/**
 * What a repository knows of a manifest without reading it. In memory it takes less than 1 KiB for an image of 20 layers, and at most 200
 * KiB: {@link io.github.registryproxy.document.Manifest#MOST_DESCRIPTORS} references to digests that exist, and {@link
 * NamedContentCheck#MOST_MISSING} digests that do not.
 *
 * @param type as it was pushed
 * @param size in bytes
 * @param pushed when, in milliseconds since 1970
 * @param subject what it refers to
 * @param artifactType what referrers are filtered by
 * @param blobs what it names, and so keeps; not changed by anybody
 * @param manifests what it lists; not changed by anybody
 */
record StoredManifest(
        MediaType type,
        long size,
        long pushed,
        Optional<Digest> subject,
        Optional<String> artifactType,
        List<Digest> blobs,
        List<Digest> manifests) {
    /** The same in less memory: what many manifests name, or are, is there once. */
    StoredManifest sharing(References references) {
        return new StoredManifest(
                new MediaType(type.value().intern()),
                size,
                pushed,
                subject.map(references::same),
                artifactType.map(String::intern),
                NamedDigests.of(blobs, references),
                NamedDigests.of(manifests, references));
    }
}
