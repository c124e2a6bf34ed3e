package io.github.registryproxy.transport;

import io.github.registryproxy.Body;
import io.github.registryproxy.Headers;
import java.net.URI;
import java.util.Objects;

/**
 * What goes out: the final word, nothing is added but framing, Host and Accept-Encoding.
 *
 * @param method as on the wire
 * @param uri absolute, http or https, no user info; its raw path and query go out verbatim
 * @param headers without Host, Content-Length and hop-by-hop fields, which are the transport's
 * @param body its length decides the framing: known, sent as Content-Length; unknown, chunked; 0, none
 * @param addresses which resolved addresses may be connected to
 */
public record TransportRequest(String method, URI uri, Headers headers, Body body, AddressPolicy addresses) {
    public TransportRequest {
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(headers, "headers");
        Objects.requireNonNull(body, "body");
        Objects.requireNonNull(addresses, "addresses");
        boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
        if (!http || uri.getHost() == null || uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    "a request goes to an http or https address with a host and no user info");
        }
    }

    /** Method and origin, for people; paths and queries may be signed. */
    @Override
    public String toString() {
        return method + " " + uri.getScheme() + "://" + uri.getRawAuthority();
    }
}
