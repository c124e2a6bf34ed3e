package io.github.registryproxy.document;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.registryproxy.protocol.Platform;
import java.util.Optional;

/** Platforms in documents, where one that is none is nothing rather than an error. */
final class Platforms {
    private static final String UNKNOWN = "unknown";

    private Platforms() {}

    /** Of an object with {@code os}, {@code architecture} and perhaps {@code variant}. */
    static Optional<Platform> of(JsonNode object) {
        return of(
                object.path("os").asText(""),
                object.path("architecture").asText(""),
                object.path("variant").asText(""));
    }

    /** Of its parts; empty texts are absent ones. */
    static Optional<Platform> of(String os, String architecture, String variant) {
        if (os.equals(UNKNOWN) || architecture.equals(UNKNOWN)) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new Platform(os, architecture, Optional.of(variant).filter(text -> !text.isEmpty())));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
