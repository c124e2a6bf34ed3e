package io.github.registryproxy.document;

import io.github.registryproxy.document.Manifest.Kind;
import io.github.registryproxy.protocol.MediaType;
import java.util.Map;
import java.util.Optional;

/** Media types that clients take for a certain kind of manifest. */
final class ManifestKinds {
    private static final Map<MediaType, Kind> KINDS = Map.of(
            MediaType.OCI_MANIFEST,
            Kind.IMAGE,
            MediaType.DOCKER_MANIFEST,
            Kind.IMAGE,
            MediaType.OCI_INDEX,
            Kind.INDEX,
            MediaType.DOCKER_MANIFEST_LIST,
            Kind.INDEX,
            new MediaType("application/vnd.oci.artifact.manifest.v1+json"),
            Kind.ARTIFACT,
            new MediaType("application/vnd.docker.distribution.manifest.v1+json"),
            Kind.SCHEMA1,
            new MediaType("application/vnd.docker.distribution.manifest.v1+prettyjws"),
            Kind.SCHEMA1);

    private ManifestKinds() {}

    /** Empty where clients may take the type for anything. */
    static Optional<Kind> of(MediaType type) {
        return Optional.ofNullable(KINDS.get(type));
    }

    /** Whether a text names a type that clients know for readers that pass over case and parameters, and for no other. */
    static boolean isMisspelt(String text) {
        MediaType type = new MediaType(text);
        return KINDS.containsKey(type) && !type.value().equals(text);
    }
}
