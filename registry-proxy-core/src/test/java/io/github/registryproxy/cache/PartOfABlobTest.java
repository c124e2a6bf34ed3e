package io.github.registryproxy.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.ContentMismatchException;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.Target;
import io.github.registryproxy.store.MemoryStore;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A part of a cached blob is a part, whatever a middleware of the application makes of its status. */
final class PartOfABlobTest {
    private static final byte[] BLOB = new byte[1000];
    private static final Digest DIGEST = Digest.of(Digest.Algorithm.SHA256, BLOB);

    private static RegistryRequest request(Headers headers) {
        return RegistryRequest.of(
                "GET",
                Target.parse("GET", "/v2/app/blobs/" + DIGEST),
                headers,
                Body.empty(),
                new Client("192.0.2.7", URI.create("https://r.example.com")));
    }

    @Test
    void part_does_not_pass_for_the_whole_with_another_status() throws IOException {
        Middleware hiding = (request, next) -> {
            RegistryResponse response = next.handle(request);
            return response.status() == 206 ? response.withStatus(200) : response;
        };
        try (MemoryStore store = new MemoryStore(1 << 20);
                RegistryProxy proxy = RegistryProxy.builder()
                        .use(hiding)
                        .use(CacheBlobs.builder(store, "hub")
                                .access(CacheAccess.PUBLIC)
                                .build())
                        .upstream(request -> RegistryResponse.of(
                                200,
                                Headers.of(HeaderNames.CONTENT_LENGTH, "1000"),
                                request.isHead() ? Body.empty() : Body.of(BLOB)))
                        .build()) {
            try (RegistryResponse whole = proxy.handle(request(Headers.EMPTY))) {
                assertEquals(Optional.of(DIGEST), whole.body().digest());
                assertEquals(1000, whole.body().readAll(2000).length);
            }
            assertThrows(
                    ContentMismatchException.class,
                    () -> proxy.handle(request(Headers.of(HeaderNames.RANGE, "bytes=0-9"))));
        }
    }
}
