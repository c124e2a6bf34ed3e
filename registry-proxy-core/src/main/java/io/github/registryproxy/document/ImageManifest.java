package io.github.registryproxy.document;

import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.Platform;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A manifest of something that runs: image specification, "Image Manifest", and Docker's formats before it. Its configuration is
 * an image's, and it has an image's layers or none. Signatures, attestations and other artifacts are none, even where they borrow
 * the media type of an image's configuration.
 *
 * @param config where the platform is told; empty where there is no digest that this library can verify
 * @param platform where the manifest itself tells it, as Docker's first format did
 */
public record ImageManifest(Optional<Digest> config, Optional<Platform> platform) {
    private static final Set<String> CONFIGS =
            Set.of("application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json");

    /** The manifest, without a platform where readers could take the document for an image; empty where it is anything else. */
    public static Optional<ImageManifest> parse(byte[] json) {
        try {
            return of(Manifest.read(json));
        } catch (ManifestRefusedException e) {
            return e.reason() == ManifestRefusedException.Reason.NOT_JSON
                    ? Optional.empty()
                    : Optional.of(new ImageManifest(Optional.empty(), Optional.empty()));
        }
    }

    private static Optional<ImageManifest> of(Manifest manifest) {
        if (manifest.kind() == Manifest.Kind.SCHEMA1) {
            return Optional.of(new ImageManifest(Optional.empty(), manifest.platform()));
        }
        boolean runs = manifest.config()
                .map(Descriptor::mediaType)
                .filter(type -> type.isEmpty() || CONFIGS.contains(type))
                .isPresent();
        return runs && hasLayersOfImages(manifest.layers())
                ? Optional.of(new ImageManifest(manifest.config().map(Descriptor::digest), Optional.empty()))
                : Optional.empty();
    }

    private static boolean hasLayersOfImages(List<Descriptor> layers) {
        return layers.isEmpty()
                || layers.stream()
                        .map(Descriptor::mediaType)
                        .anyMatch(type -> type.startsWith("application/vnd.oci.image.layer.")
                                || type.startsWith("application/vnd.docker.image.rootfs."));
    }
}
