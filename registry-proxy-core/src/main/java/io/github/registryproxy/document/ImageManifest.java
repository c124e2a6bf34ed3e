package io.github.registryproxy.document;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.Platform;
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

    /** The manifest; empty where the bytes are another kind of manifest, or none. */
    public static Optional<ImageManifest> parse(byte[] json) {
        JsonNode document = Json.read(json);
        if (document.has("fsLayers")) {
            return Optional.of(new ImageManifest(Optional.empty(), ofLinux(document)));
        }
        JsonNode config = document.path("config");
        String type = config.path("mediaType").asText("");
        boolean runs = CONFIGS.contains(type) || (config.isObject() && type.isEmpty());
        return runs && hasLayersOfImages(document.path("layers"))
                ? Optional.of(new ImageManifest(Digests.of(config.path("digest")), Optional.empty()))
                : Optional.empty();
    }

    /** Docker's first format names an architecture alone: there was one operating system. */
    private static Optional<Platform> ofLinux(JsonNode document) {
        try {
            return Optional.of(
                    new Platform("linux", document.path("architecture").asText(""), Optional.empty()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static boolean hasLayersOfImages(JsonNode layers) {
        for (JsonNode layer : layers) {
            String type = layer.path("mediaType").asText("");
            if (type.startsWith("application/vnd.oci.image.layer.")
                    || type.startsWith("application/vnd.docker.image.rootfs.")) {
                return true;
            }
        }
        return layers.isEmpty();
    }
}
