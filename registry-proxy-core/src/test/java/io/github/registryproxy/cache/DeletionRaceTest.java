package io.github.registryproxy.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Target;
import io.github.registryproxy.store.MemoryStore;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A blob that is deleted while others pull it: who comes afterwards does not get it from a fetch that began before. */
class DeletionRaceTest {
    private static final byte[] BLOB = "a blob".getBytes(StandardCharsets.UTF_8);
    private static final String PATH = "/v2/app/blobs/" + Digest.of(Digest.Algorithm.SHA256, BLOB);

    private final MemoryStore store = new MemoryStore(1024 * 1024);
    private final ExecutorService clients = Executors.newCachedThreadPool();
    private final CountDownLatch firstAsked = new CountDownLatch(1);
    private final CountDownLatch firstAnswer = new CountDownLatch(1);
    private volatile boolean there = true;
    private volatile boolean deleteAtHead;

    @AfterEach
    void stop() {
        firstAnswer.countDown();
        clients.shutdownNow();
        store.close();
    }

    private int send(CacheBlobs cache, String method) throws IOException {
        Client client = new Client("192.0.2.7", URI.create("https://r.example.com"));
        RegistryRequest request =
                RegistryRequest.of(method, Target.parse(method, PATH), Headers.EMPTY, Body.empty(), client);
        try (RegistryResponse response = cache.handle(request, asked -> upstream(cache, asked))) {
            response.body().readAll(1000);
            return response.status();
        }
    }

    private RegistryResponse upstream(CacheBlobs cache, RegistryRequest request) throws IOException {
        if (request.operation() instanceof Operation.DeleteBlob) {
            there = false;
            return RegistryResponse.of(202);
        }
        boolean found = there;
        if (request.isHead() && deleteAtHead) {
            // Deleted again, before the answer from before is back.
            deleteAtHead = false;
            send(cache, "DELETE");
        }
        if (!request.isHead() && firstAsked.getCount() > 0) {
            firstAsked.countDown();
            await(firstAnswer);
        }
        Headers headers = Headers.of(HeaderNames.CONTENT_LENGTH, Integer.toString(BLOB.length));
        return found
                ? RegistryResponse.of(200, headers, request.isHead() ? Body.empty() : Body.of(BLOB))
                : RegistryResponse.of(ErrorCode.BLOB_UNKNOWN.because("not here"));
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            assertTrue(latch.await(60, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = CacheAccess.class,
            names = {"PUBLIC", "SAME_CREDENTIAL"})
    void pull_does_not_join_a_fetch_from_before_the_blob_was_deleted(CacheAccess access) throws Exception {
        try (CacheBlobs cache = CacheBlobs.builder(store, "up").access(access).build()) {
            Future<Integer> early = clients.submit(() -> send(cache, "GET"));
            assertTrue(firstAsked.await(60, TimeUnit.SECONDS));
            send(cache, "DELETE");
            there = true;
            deleteAtHead = true;

            Future<Integer> late = clients.submit(() -> send(cache, "GET"));
            assertEquals(404, late.get(20, TimeUnit.SECONDS));
            firstAnswer.countDown();
            assertEquals(200, early.get(20, TimeUnit.SECONDS));
            assertEquals(404, send(cache, "GET"));
        }
    }
}
