package io.github.registryproxy.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Operation.InRepository;
import io.github.registryproxy.protocol.Target;
import io.github.registryproxy.store.MemoryStore;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Blobs that are pushed, mounted and deleted through the cache are so for whoever comes after it. */
class BlobWritesTest {
    private static final byte[] BLOB = "a blob".getBytes(StandardCharsets.UTF_8);
    private static final Digest DIGEST = Digest.of(Digest.Algorithm.SHA256, BLOB);

    private final MemoryStore store = new MemoryStore(1024 * 1024);
    private final Registry registry = new Registry();
    private final ExecutorService clients = Executors.newCachedThreadPool();
    private CacheBlobs cache =
            CacheBlobs.builder(store, "up").access(CacheAccess.PUBLIC).build();

    @AfterEach
    void stop() {
        clients.shutdownNow();
        cache.close();
    }

    /** Has the one blob in some repositories; its first answer may wait. */
    private static final class Registry implements RegistryHandler {
        final Set<String> has = ConcurrentHashMap.newKeySet();
        final CountDownLatch asked = new CountDownLatch(1);
        volatile @Nullable CountDownLatch go;

        @Override
        public RegistryResponse handle(RegistryRequest request) throws IOException {
            String repository =
                    ((InRepository) request.operation()).repository().value();
            if (request.operation() instanceof Operation.PullBlob) {
                boolean there = has.contains(repository);
                CountDownLatch wait = go;
                go = null;
                asked.countDown();
                await(wait);
                Headers headers = Headers.of(HeaderNames.CONTENT_LENGTH, Integer.toString(BLOB.length));
                return there
                        ? RegistryResponse.of(200, headers, request.isHead() ? Body.empty() : Body.of(BLOB))
                        : RegistryResponse.of(ErrorCode.BLOB_UNKNOWN.because("not here"));
            }
            if (request.operation() instanceof Operation.DeleteBlob) {
                return RegistryResponse.of(has.remove(repository) ? 202 : 404);
            }
            has.add(repository);
            return RegistryResponse.of(201);
        }

        private static void await(@Nullable CountDownLatch wait) throws IOException {
            try {
                assertTrue(wait == null || wait.await(60, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
    }

    private int send(String line, String... headers) throws IOException {
        String method = line.substring(0, line.indexOf(' '));
        Target target = Target.parse(method, line.substring(line.indexOf(' ') + 1));
        Client client = new Client("192.0.2.7", URI.create("https://r.example.com"));
        RegistryRequest request = RegistryRequest.of(method, target, Headers.of(headers), Body.empty(), client);
        try (RegistryResponse response = cache.handle(request, registry)) {
            if (response.status() == 200 && method.equals("GET")) {
                assertEquals(
                        DIGEST,
                        Digest.of(Digest.Algorithm.SHA256, response.body().readAll(1000)));
            }
            return response.status();
        }
    }

    private static String blob(String repository) {
        return " /v2/" + repository + "/blobs/" + DIGEST;
    }

    @Test
    void a_blob_just_pushed_can_be_pulled() throws IOException {
        assertEquals(404, send("GET" + blob("app")));
        assertEquals(404, send("HEAD" + blob("app")));
        send("PUT /v2/app/blobs/uploads/7?digest=" + DIGEST);
        assertEquals(200, send("HEAD" + blob("app")));
        assertEquals(200, send("GET" + blob("app")));
    }

    @Test
    void a_blob_just_mounted_can_be_pulled_though_another_repository_s_is_kept() throws IOException {
        registry.has.add("base");
        assertEquals(200, send("GET" + blob("base")));
        assertEquals(404, send("GET" + blob("app")));
        send("POST /v2/app/blobs/uploads/?mount=" + DIGEST + "&from=base");
        assertEquals(200, send("GET" + blob("app")));
    }

    @Test
    void a_blob_that_was_deleted_is_gone_at_once_and_stays_where_it_is_not() throws IOException {
        registry.has.addAll(Set.of("app", "base"));
        assertEquals(200, send("GET" + blob("app")));
        assertEquals(200, send("GET" + blob("base")));
        send("DELETE" + blob("app"));
        assertEquals(404, send("HEAD" + blob("app")));
        assertEquals(404, send("GET" + blob("app")));
        assertEquals(200, send("GET" + blob("base")));
        send("PUT /v2/app/blobs/uploads/7?digest=" + DIGEST);
        assertEquals(200, send("GET" + blob("app")));
    }

    @Test
    void a_blob_that_was_deleted_is_gone_for_all_who_could_read_it() throws IOException {
        cache.close();
        cache = CacheBlobs.builder(store, "up")
                .access(CacheAccess.SAME_CREDENTIAL)
                .build();
        registry.has.add("app");
        assertEquals(200, send("GET" + blob("app"), "Authorization", "Basic YTph"));
        assertEquals(200, send("GET" + blob("app"), "Authorization", "Basic Yjpi"));
        send("DELETE" + blob("app"), "Authorization", "Basic YTph");
        assertEquals(404, send("GET" + blob("app"), "Authorization", "Basic YTph"));
        assertEquals(404, send("GET" + blob("app"), "Authorization", "Basic Yjpi"));
    }

    @Test
    void a_pull_from_before_a_deletion_does_not_outlive_it() throws Exception {
        registry.has.add("app");
        CountDownLatch go = new CountDownLatch(1);
        registry.go = go;
        Future<Integer> early = clients.submit(() -> send("GET" + blob("app")));
        assertTrue(registry.asked.await(20, TimeUnit.SECONDS));
        send("DELETE" + blob("app"));
        try {
            assertEquals(404, clients.submit(() -> send("GET" + blob("app"))).get(20, TimeUnit.SECONDS));
        } finally {
            go.countDown();
        }
        assertEquals(200, early.get(20, TimeUnit.SECONDS));
        assertEquals(404, send("GET" + blob("app")));
        assertEquals(404, send("HEAD" + blob("app")));
    }
}
