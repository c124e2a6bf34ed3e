package io.github.registryproxy.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.ClientCredentials;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.auth.Credentials;
import io.github.registryproxy.auth.CredentialsProvider;
import io.github.registryproxy.auth.UpstreamAuth;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Operation.PullManifest;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Target;
import io.github.registryproxy.store.MemoryStore;
import io.github.registryproxy.store.Progress;
import io.github.registryproxy.transport.JdkTransport;
import io.github.registryproxy.upstream.HttpUpstream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CachingTest {
    private static final byte[] CONTENT = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);
    private static final Digest DIGEST = Digest.of(Digest.Algorithm.SHA256, CONTENT);
    private static final String TAG = "/v2/app/manifests/1";
    private static final List<String> ALL = List.of(TAG, "/v2/app/manifests/" + DIGEST, "/v2/app/blobs/" + DIGEST);

    private final MemoryStore store = new MemoryStore(1024 * 1024);
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile String allowed = "Bearer a";

    /** The kinds of caches that a chain may have. */
    enum Kind {
        CACHING(store -> Caching.of(store, "hub").build()),
        MANIFESTS(store -> CacheManifests.builder(store).upstream("hub").build()),
        BLOBS(store -> CacheBlobs.builder(store, "hub").build());

        final Function<MemoryStore, Middleware> unsaid;

        Kind(Function<MemoryStore, Middleware> unsaid) {
            this.unsaid = unsaid;
        }
    }

    private static HttpUpstream.Builder hub() {
        return HttpUpstream.to(URI.create("https://registry.example.com"));
    }

    private RegistryResponse upstream(RegistryRequest request) {
        asked.add(request.method() + " " + request.target().render());
        if (!request.headers().first(HeaderNames.AUTHORIZATION).orElse("").equals(allowed)) {
            return RegistryResponse.of(ErrorCode.UNAUTHORIZED.because("who is it"));
        }
        if (request.operation() instanceof Operation.Ping) {
            return RegistryResponse.of(200);
        }
        Headers headers = Headers.of(
                HeaderNames.CONTENT_LENGTH,
                Integer.toString(CONTENT.length),
                HeaderNames.DOCKER_CONTENT_DIGEST,
                DIGEST.toString());
        return RegistryResponse.of(
                200,
                request.operation() instanceof PullManifest
                        ? headers.and(HeaderNames.CONTENT_TYPE, CacheBench.TYPE)
                        : headers,
                request.isHead() ? Body.empty() : Body.of(CONTENT));
    }

    private static int status(RegistryHandler proxy, String path, @Nullable String who) throws IOException {
        RegistryRequest request = RegistryRequest.of(
                "GET",
                Target.parse("GET", path),
                who == null ? Headers.EMPTY : Headers.of(HeaderNames.AUTHORIZATION, who),
                Body.empty(),
                new Client("192.0.2.7", URI.create("https://r.example.com")));
        try (RegistryResponse response = proxy.handle(request)) {
            response.body().readAll(1000);
            return response.status();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_cache_that_was_not_told_who_may_read_is_refused_where_clients_credentials_pass(Kind kind) {
        try (HttpUpstream hub = hub().build();
                RegistryProxy inner = RegistryProxy.builder().upstream(hub).build()) {
            for (RegistryHandler upstream : List.of(hub, inner)) {
                RegistryProxy.Builder builder =
                        RegistryProxy.builder().use(kind.unsaid.apply(store)).upstream(upstream);
                String message = assertThrows(IllegalStateException.class, builder::build)
                        .getMessage();
                for (String part :
                        List.of("PUBLIC", "SAME_CREDENTIAL", "RECHECK", "of hub", "https://registry.example.com")) {
                    assertTrue(message.contains(part), message);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_cache_inside_a_nested_proxy_is_refused_as_well(Kind kind) {
        try (HttpUpstream hub = hub().build()) {
            RegistryProxy.Builder inner =
                    RegistryProxy.builder().use(kind.unsaid.apply(store)).upstream(hub);
            assertThrows(IllegalStateException.class, inner::build);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_cache_in_front_of_the_proxy_s_own_credentials_is_accepted(Kind kind) throws IOException {
        CredentialsProvider own = CredentialsProvider.of(Credentials.basic("ci", "x"));
        try (HttpUpstream hub = hub().credentials(own).build();
                HttpUpstream passing = hub().build();
                JdkTransport transport = JdkTransport.builder().build()) {
            RegistryProxy.builder().use(kind.unsaid.apply(store)).upstream(hub).build();
            RegistryProxy.builder()
                    .use(kind.unsaid.apply(store))
                    .use(UpstreamAuth.builder(URI.create("https://registry.example.com"), transport)
                            .credentials(own)
                            .build())
                    .upstream(passing)
                    .build();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_cache_whose_upstream_cannot_be_seen_asks_it_each_time(Kind kind) throws IOException {
        RegistryProxy proxy = RegistryProxy.builder()
                .use(kind.unsaid.apply(store))
                .upstream(this::upstream)
                .build();
        for (String path : ALL) {
            assertEquals(401, status(proxy, path, null));
            assertEquals(200, status(proxy, path, "Bearer a"));
            assertEquals(200, status(proxy, path, "Bearer a"));
            assertEquals(401, status(proxy, path, null));
            assertEquals(401, status(proxy, path, "Bearer b"));
        }
    }

    private record Own(RegistryHandler handler) implements RegistryHandler, ClientCredentials.Aware {
        @Override
        public RegistryResponse handle(RegistryRequest request) throws IOException {
            return handler.handle(request.withHeaders(h -> h.with(HeaderNames.AUTHORIZATION, "Bearer a")));
        }

        @Override
        public ClientCredentials clientCredentials() {
            return ClientCredentials.REPLACED;
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void with_the_proxy_s_own_credentials_every_client_reads_what_is_kept(Kind kind) throws IOException {
        RegistryProxy proxy = RegistryProxy.builder()
                .use(kind.unsaid.apply(store))
                .upstream(new Own(this::upstream))
                .build();
        String path = kind == Kind.BLOBS ? ALL.get(2) : ALL.get(0);
        assertEquals(200, status(proxy, path, "Bearer x"));
        assertEquals(200, status(proxy, path, null));
        assertEquals(List.of("GET " + path), asked);
    }

    @Test
    void a_refusal_of_anything_ends_the_rights_to_everything() throws IOException {
        for (String refused : ALL) {
            allowed = "Bearer a";
            try (Caching caching = Caching.of(store, "hub")
                    .access(CacheAccess.SAME_CREDENTIAL)
                    .tagTtl(Duration.ZERO)
                    .build()) {
                RegistryProxy proxy = RegistryProxy.builder()
                        .use(caching)
                        .upstream(this::upstream)
                        .build();
                for (String path : ALL) {
                    assertEquals(200, status(proxy, path, "Bearer a"));
                }
                allowed = "Bearer new";
                String missing = refused.equals(TAG) ? TAG : refused.replace("/app/", "/elsewhere/");
                assertEquals(401, status(proxy, missing, "Bearer a"), missing);
                for (String path : ALL) {
                    assertEquals(401, status(proxy, path, "Bearer a"), path);
                    assertEquals(200, status(proxy, path, "Bearer new"), path);
                }
            }
        }
    }

    @Test
    void the_parts_belong_together() throws IOException {
        try (Caching caching =
                Caching.of(store, "hub").access(CacheAccess.PUBLIC).build()) {
            RegistryProxy proxy = RegistryProxy.builder()
                    .use(caching)
                    .upstream(new Own(this::upstream))
                    .build();
            for (String path : ALL) {
                assertEquals(200, status(proxy, path, null));
                assertEquals(200, status(proxy, path, null));
            }
            assertEquals(
                    2,
                    caching.purge()
                            .repository(new RepositoryName("app"), Progress.NONE)
                            .memberships());
            assertEquals(200, status(proxy, "/v2/", null));
            caching.breaker().suspect();
            assertEquals(200, status(proxy, "/v2/", null));
        }
    }

    @Test
    void an_access_time_is_bounded() {
        Caching.Builder builder = Caching.of(store, "hub");
        assertThrows(IllegalArgumentException.class, () -> builder.accessTtl(Duration.ofHours(25)));
        assertThrows(IllegalArgumentException.class, () -> builder.accessTtl(Duration.ofSeconds(-1)));
    }
}
