package io.github.registryproxy.route;

import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import java.io.IOException;
import java.util.Objects;

/**
 * One of several registries.
 *
 * @param name for the log
 */
record Member(String name, RegistryHandler handler) {
    Member {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(handler, "handler");
    }

    RegistryResponse ask(RegistryRequest request) throws IOException {
        return Handlers.ask(handler, request);
    }
}
