package io.github.registryproxy.transport;

import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.UpstreamTimeoutException;
import java.io.IOException;

/**
 * Sends one request and hands its response over while the body is still on its way. Blocking, safe for concurrent use.
 *
 * <p>Implementations follow no redirects, keep no cookies, add no credentials, decode no content coding and repeat no
 * request on their own account. They refuse an answer whose framing is ambiguous (RFC 9112 section 6.3: two lengths, or a
 * length beside a transfer coding), and a body that breaks off fails its reader instead of ending.
 */
public interface Transport extends AutoCloseable {
    /**
     * The response, as soon as its head is here; closing it releases the connection at once, read or not. The request's body
     * stays the caller's.
     *
     * @throws UpstreamTimeoutException when connecting or waiting for the head took too long; also thrown by the body's reader
     *     when no byte came for the stall timeout
     * @throws AddressRefusedException when the host resolves to an address the request may not reach; nothing was sent
     * @throws IOException when there is no answer, or none that can be trusted to be framed right
     */
    RegistryResponse send(TransportRequest request) throws IOException;

    @Override
    void close();
}
