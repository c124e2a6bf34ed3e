package io.github.registryproxy;

import java.io.IOException;

/**
 * One step between client and upstream. It may answer by itself, change the request, change the response, or call {@code
 * next} again after closing the first response and only if the request's body is repeatable.
 *
 * <p>A middleware that owns something is {@link AutoCloseable}; the proxy that uses it closes it.
 */
@FunctionalInterface
public interface Middleware {
    /**
     * The answer, from {@code next} or of its own.
     *
     * @throws IOException as {@link RegistryHandler#handle}
     */
    RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException;
}
