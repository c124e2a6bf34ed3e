package io.github.registryproxy.document;

import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Platform;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Descriptor in a manifest: image specification, "Content Descriptors".
 *
 * @param mediaType as it is written; empty text where the descriptor has none
 * @param digest of the content
 * @param size in bytes; empty where the descriptor does not say
 * @param artifactType of a manifest, as an index or a list of referrers says it
 * @param platform of a manifest in an index; empty where the index does not say, or says {@code unknown}
 * @param embedded whether the descriptor holds the content as well ({@code data}), so that a client need not ask for it
 * @param annotations with their names as they are written
 */
public record Descriptor(
        String mediaType,
        Digest digest,
        OptionalLong size,
        Optional<String> artifactType,
        Optional<Platform> platform,
        boolean embedded,
        Map<String, String> annotations) {
    private static final Set<String> NON_DISTRIBUTABLE = Set.of(
            "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
            "application/vnd.oci.image.layer.nondistributable.v1.tar",
            "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
            "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd");

    public Descriptor {
        annotations = annotations.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
    }

    /** Whether it names an index. */
    public boolean isIndex() {
        return new MediaType(mediaType).isIndex();
    }

    /** Whether it is a layer that a registry need not have, since its {@code urls} say where it is. */
    public boolean isNonDistributable() {
        return NON_DISTRIBUTABLE.contains(mediaType);
    }
}
