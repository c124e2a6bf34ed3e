package io.github.registryproxy.tests.guide;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.cache.CacheAccess;
import io.github.registryproxy.cache.Caching;
import io.github.registryproxy.middleware.PullOnly;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Target;
import io.github.registryproxy.store.ContentStore;
import io.github.registryproxy.store.MemoryStore;
import io.github.registryproxy.store.Progress;
import io.github.registryproxy.upstream.BlobDelivery;
import io.github.registryproxy.upstream.HttpUpstream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CachingGuideTest {
    // region caching
    static Caching caching(ContentStore store) {
        return Caching.of(store, "hub")
                .access(CacheAccess.SAME_CREDENTIAL)
                .accessTtl(Duration.ofMinutes(5))
                .tagTtl(Duration.ofSeconds(30))
                .build();
    }

    static RegistryProxy proxy(Caching caching) {
        return RegistryProxy.builder()
                .use(new PullOnly())
                .use(caching)
                .upstream(HttpUpstream.to(URI.create("https://registry-1.docker.io"))
                        .blobDelivery(BlobDelivery.STREAM)
                        .build())
                .build();
    }

    static void forget(Caching caching, RepositoryName repository) throws IOException {
        caching.purge().repository(repository, Progress.NONE);
    }
    // endregion

    @Test
    void the_guide_s_cache_asks_the_upstream_about_each_client() throws IOException {
        try (MemoryStore store = new MemoryStore(1024 * 1024);
                Caching caching = caching(store);
                RegistryProxy guide = proxy(caching)) {
            RegistryProxy proxy = RegistryProxy.builder()
                    .use(caching)
                    .upstream(request -> RegistryResponse.of(ErrorCode.UNAUTHORIZED.because("log in")))
                    .build();
            RegistryRequest request = RegistryRequest.of(
                    "GET",
                    Target.parse("GET", "/v2/library/alpine/manifests/3.20"),
                    Headers.EMPTY,
                    Body.empty(),
                    new Client("127.0.0.1", URI.create("http://localhost")));
            try (RegistryResponse response = proxy.handle(request)) {
                assertEquals(401, response.status());
            }
            forget(caching, new RepositoryName("library/alpine"));
            assertEquals("RegistryProxy in front of HttpUpstream to https://registry-1.docker.io/", guide.toString());
        }
    }
}
