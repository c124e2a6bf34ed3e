package io.github.registryproxy.tests.guide;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.hosted.GarbageCollector;
import io.github.registryproxy.hosted.HostedRegistry;
import io.github.registryproxy.hosted.HostedStore;
import io.github.registryproxy.middleware.AccessLog;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Target;
import io.github.registryproxy.store.Progress;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostingGuideTest {
    @TempDir
    private Path directory;

    // region hosting
    static RegistryProxy registry(HostedStore store) {
        return RegistryProxy.builder()
                .use(new AccessLog())
                .upstream(HostedRegistry.builder(store)
                        .immutableTags((repository, tag) -> tag.value().startsWith("v"))
                        .quota(repository -> OptionalLong.of(50L << 30))
                        .build())
                .build();
    }

    static void collect(HostedStore store) throws IOException {
        GarbageCollector.builder(store).grace(Duration.ofHours(2)).build().run();
    }
    // endregion

    @Test
    void the_guide_s_registry_takes_a_blob_and_gives_it_back() throws IOException {
        byte[] blob = {1, 2, 3};
        Digest digest = Digest.of(Digest.Algorithm.SHA256, blob);
        try (HostedStore store = HostedStore.open(directory.resolve("hosted"));
                RegistryProxy registry = registry(store)) {
            assertEquals(201, status(registry, "POST", "/v2/app/blobs/uploads/?digest=" + digest, blob));
            assertEquals(200, status(registry, "HEAD", "/v2/app/blobs/" + digest, new byte[0]));
            collect(store);
            assertEquals(3, store.usage(new RepositoryName("app")));
            assertTrue(store.check(Progress.NONE).isClean());
        }
    }

    private static int status(RegistryProxy registry, String method, String target, byte[] body) throws IOException {
        Client client = new Client("127.0.0.1", URI.create("http://localhost"));
        RegistryRequest request =
                RegistryRequest.of(method, Target.parse(method, target), Headers.EMPTY, Body.of(body), client);
        try (RegistryResponse response = registry.handle(request)) {
            return response.status();
        }
    }
}
