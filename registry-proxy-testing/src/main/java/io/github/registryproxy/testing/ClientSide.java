package io.github.registryproxy.testing;

import io.github.registryproxy.Body;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryHandler;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;

/**
 * Where a transcript's client requests go in: a handler in memory, or a server behind a socket. The same transcript must
 * hold for all of them.
 */
public interface ClientSide extends Closeable {
    /**
     * Sends one request and reads the whole answer.
     *
     * @param target the request target, to be sent verbatim
     * @param headers to be sent beside those that framing needs
     * @param body of known length, or chunked
     * @throws IOException when there is no answer at all
     */
    Reply send(String method, String target, Headers headers, Body body) throws IOException;

    /** What this client puts before a path: scheme, host, port and mount path, without a final slash. */
    URI base();

    /** Stops what was started for it. */
    @Override
    default void close() throws IOException {}

    /**
     * A client that calls the handler directly. It plays the edge: a refusal is answered with its error, a missing answer
     * with 502 or, after a timeout, 504.
     */
    static ClientSide of(RegistryHandler handler) {
        return new InMemoryClient(handler, URI.create("http://proxy.test"));
    }
}
