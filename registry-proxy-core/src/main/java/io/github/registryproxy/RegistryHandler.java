package io.github.registryproxy;

import java.io.IOException;

/** Answers requests: an upstream, a whole proxy, a registry of one's own. Blocking, and safe for concurrent use. */
@FunctionalInterface
public interface RegistryHandler {
    /**
     * The answer; the caller returns it to its own caller or closes it.
     *
     * @throws IOException when no answer exists: the registry could not be reached, or went away before it answered
     * @throws io.github.registryproxy.protocol.RegistryException when the request is refused; a chain makes it a response
     */
    RegistryResponse handle(RegistryRequest request) throws IOException;
}
