package io.github.registryproxy.document;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * What an image runs on: image specification, "Image Index Property Descriptions" and "Image Configuration".
 *
 * @param os such as {@code linux}
 * @param architecture such as {@code amd64}, in Go's words
 * @param variant such as {@code v8}; empty where there is none
 */
public record Platform(String os, String architecture, String variant) {
    /** The platform of a descriptor; empty where it has none or half of one. */
    static Optional<Platform> of(JsonNode node) {
        String os = node.path("os").asText("");
        String architecture = node.path("architecture").asText("");
        return os.isEmpty() || architecture.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Platform(os, architecture, node.path("variant").asText("")));
    }

    /** What an image's config says; empty where the bytes are no such config. */
    public static Optional<Platform> ofConfig(byte[] json) {
        return of(Json.read(json));
    }

    /** {@code os/architecture}, and {@code /variant} where there is one. */
    @Override
    public String toString() {
        return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
    }
}
