package io.github.registryproxy.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.Operation.PullBlob;
import io.github.registryproxy.protocol.Target;
import io.github.registryproxy.store.MemoryStore;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a registry gives without a login is for all, also while it is away; what it gave to a login is not. */
final class AnonymousAccessTest {
    private static final String TYPE = "application/vnd.oci.image.manifest.v1+json";
    private static final byte[] MANIFEST = "{\"schemaVersion\":2,\"config\":null}".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BLOB = "a blob".getBytes(StandardCharsets.US_ASCII);
    private static final Digest MANIFEST_DIGEST = Digest.of(Digest.Algorithm.SHA256, MANIFEST);
    private static final Digest BLOB_DIGEST = Digest.of(Digest.Algorithm.SHA256, BLOB);
    private static final List<String> ALL =
            List.of("/v2/app/manifests/1", "/v2/app/manifests/" + MANIFEST_DIGEST, "/v2/app/blobs/" + BLOB_DIGEST);

    private final MemoryStore store = new MemoryStore(1 << 20);
    private RegistryProxy proxy = started();
    private RegistryHandler registry = this::open;

    private RegistryProxy started() {
        return RegistryProxy.builder()
                .use(Caching.of(store, "hub")
                        .access(CacheAccess.SAME_CREDENTIAL)
                        .tagTtl(Duration.ZERO)
                        .build())
                .upstream(request -> registry.handle(request))
                .build();
    }

    private void restart() {
        proxy.close();
        proxy = started();
    }

    @AfterEach
    void stop() {
        proxy.close();
        store.close();
    }

    private RegistryResponse open(RegistryRequest request) {
        boolean blob = request.operation() instanceof PullBlob;
        byte[] content = blob ? BLOB : MANIFEST;
        Headers headers = Headers.of(
                HeaderNames.CONTENT_TYPE,
                blob ? "application/octet-stream" : TYPE,
                HeaderNames.CONTENT_LENGTH,
                Integer.toString(content.length),
                HeaderNames.DOCKER_CONTENT_DIGEST,
                (blob ? BLOB_DIGEST : MANIFEST_DIGEST).toString());
        return RegistryResponse.of(200, headers, request.isHead() ? Body.empty() : Body.of(content));
    }

    private RegistryResponse away(RegistryRequest request) throws IOException {
        throw new ConnectException("away");
    }

    private int status(String path, String... authorization) throws IOException {
        Headers headers = Headers.of(HeaderNames.ACCEPT, TYPE);
        for (String line : authorization) {
            headers = headers.and(HeaderNames.AUTHORIZATION, line);
        }
        RegistryRequest request = RegistryRequest.of(
                "GET",
                Target.parse("GET", path),
                headers,
                Body.empty(),
                new Client("192.0.2.7", URI.create("https://r.example.com")));
        try (RegistryResponse response = proxy.handle(request)) {
            response.body().readAll(1000);
            return response.status();
        }
    }

    private void assertUnreachable(String path, String... authorization) {
        try {
            assertEquals(true, status(path, authorization) >= 500, path);
        } catch (IOException e) {
            assertThrows(IOException.class, () -> status(path, authorization));
        }
    }

    private void pullAll(String... authorization) throws IOException {
        for (String path : ALL) {
            assertEquals(200, status(path, authorization), path);
        }
    }

    @Test
    void content_given_without_a_login_is_served_without_one_after_a_restart_while_the_upstream_is_away()
            throws IOException {
        pullAll();
        restart();
        registry = this::away;
        pullAll();
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 502, 503})
    void an_upstream_that_cannot_say_is_away(int status) throws IOException {
        pullAll();
        restart();
        registry = request -> RegistryResponse.of(status);
        pullAll();
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404})
    void an_upstream_that_refuses_is_not_away(int status) throws IOException {
        pullAll();
        restart();
        registry = request -> RegistryResponse.of(status);
        for (String path : ALL) {
            assertEquals(status, status(path), path);
        }
    }

    @Test
    void after_a_refusal_nothing_is_served_while_the_upstream_is_away() throws IOException {
        pullAll();
        registry = request -> RegistryResponse.of(401);
        assertEquals(401, status(ALL.get(0)));
        registry = this::away;
        ALL.forEach(this::assertUnreachable);
    }

    @Test
    void content_given_to_a_login_is_not_served_without_one_while_the_upstream_is_away() throws IOException {
        pullAll("Basic YTpi");
        restart();
        registry = this::away;
        ALL.forEach(this::assertUnreachable);
        ALL.forEach(path -> assertUnreachable(path, "Basic YTpj"));
    }
}
