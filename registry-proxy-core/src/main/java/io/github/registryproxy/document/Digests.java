package io.github.registryproxy.document;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.RegistryException;
import java.util.Optional;

/** Digests in documents, where one that is none is nothing rather than an error. */
final class Digests {
    private Digests() {}

    static Optional<Digest> of(JsonNode text) {
        return of(text.asText(""));
    }

    static Optional<Digest> of(String text) {
        try {
            return Optional.of(Digest.parse(text));
        } catch (RegistryException e) {
            return Optional.empty();
        }
    }
}
