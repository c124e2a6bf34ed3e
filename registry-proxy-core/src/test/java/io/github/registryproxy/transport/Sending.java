package io.github.registryproxy.transport;

import io.github.registryproxy.Body;
import io.github.registryproxy.BodySource;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Requests in few words. */
final class Sending {
    private Sending() {}

    static TransportRequest get(URI uri) {
        return request("GET", uri);
    }

    static TransportRequest request(String method, URI uri) {
        return new TransportRequest(method, uri, Headers.EMPTY, Body.empty(), AddressPolicy.ANY);
    }

    static TransportRequest put(URI uri, Body body) {
        return new TransportRequest("PUT", uri, Headers.EMPTY, body, AddressPolicy.ANY);
    }

    /** The whole body as text; closes the response. */
    static String text(RegistryResponse response) throws IOException {
        try (response) {
            return new String(response.body().readAll(1 << 20), StandardCharsets.ISO_8859_1);
        }
    }

    /** How many bytes the body has; closes the response. */
    static long count(RegistryResponse response) throws IOException {
        long count = 0;
        try (response;
                BodySource source = response.body().source()) {
            for (ByteBuffer bytes = source.read(); bytes != null; bytes = source.read()) {
                count += bytes.remaining();
            }
        }
        return count;
    }
}
