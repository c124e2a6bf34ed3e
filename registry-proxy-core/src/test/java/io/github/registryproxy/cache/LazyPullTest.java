package io.github.registryproxy.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.github.registryproxy.Body;
import io.github.registryproxy.BodySource;
import io.github.registryproxy.Client;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.Target;
import io.github.registryproxy.store.BlobAnswer;
import io.github.registryproxy.store.DirectoryStore;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The access pattern of a lazy snapshotter: small ranges anywhere in a large cold blob. */
class LazyPullTest {
    private static final int RANGE = 64 * 1024;
    private static final GeneratedBlob BLOB = GeneratedBlob.of(500_000_000);

    private final AtomicLong given = new AtomicLong();
    private final AtomicInteger asked = new AtomicInteger();
    private final CountDownLatch half = new CountDownLatch(1);

    @TempDir
    Path directory;

    /** The fill is a slow one: it comes no further than 64 MB before half of the ranges were answered. */
    private RegistryResponse upstream(RegistryRequest request) throws IOException {
        asked.incrementAndGet();
        return new BlobAnswer(request, BLOB.digest(), BLOB.size())
                .with((offset, length) -> BLOB.body(offset, length, bytes -> {
                    given.addAndGet(bytes);
                    if (length != RANGE && given.get() > 64_000_000) {
                        await();
                    }
                }));
    }

    private void await() throws IOException {
        try {
            half.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private RegistryResponse ask(CacheBlobs cache, Headers headers) throws IOException {
        return cache.handle(
                RegistryRequest.of(
                        "GET",
                        Target.parse("GET", "/v2/app/blobs/" + BLOB.digest()),
                        headers,
                        Body.empty(),
                        new Client("192.0.2.7", URI.create("https://r.example.com"))),
                this::upstream);
    }

    private void range(CacheBlobs cache, Random random) throws IOException {
        long at = random.nextInt((int) BLOB.size() - RANGE);
        String range = "bytes=" + at + "-" + (at + RANGE - 1);
        try (RegistryResponse part = ask(cache, Headers.of(HeaderNames.RANGE, range))) {
            assertEquals(206, part.status());
            assertEquals(
                    GeneratedBlob.bytes(at, RANGE), ByteBuffer.wrap(part.body().readAll(RANGE)));
        }
    }

    private void whole(CacheBlobs cache) throws IOException {
        MessageDigest computation = Digest.Algorithm.SHA256.start();
        try (RegistryResponse whole = ask(cache, Headers.EMPTY);
                BodySource source = whole.body().source()) {
            for (ByteBuffer bytes = source.read(); bytes != null; bytes = source.read()) {
                computation.update(bytes);
            }
        }
        assertEquals(BLOB.digest(), Digest.of(Digest.Algorithm.SHA256, computation));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void small_ranges_of_a_large_cold_blob_are_right_and_cost_nothing_when_it_is_there(int connections)
            throws IOException {
        try (DirectoryStore store = DirectoryStore.open(directory, 1L << 30);
                CacheBlobs cache = CacheBlobs.builder(store, "up")
                        .access(CacheAccess.PUBLIC)
                        .parallelFetch(connections)
                        .build()) {
            Random random = new Random(7);
            for (int i = 0; i < 1000; i++) {
                range(cache, random);
                if (i == 500) {
                    half.countDown();
                }
            }
            whole(cache);
            long before = given.get();
            int requests = asked.get();
            assertNotEquals(0, requests);
            for (int i = 0; i < 1000; i++) {
                range(cache, random);
            }
            assertEquals(before, given.get(), "bytes from the upstream after the fill");
            assertEquals(requests, asked.get());
            System.out.printf(
                    "figure: lazy pull of %d bytes over %d connections: %d bytes from the upstream in %d requests before"
                            + " the fill ended (%.3f of the blob), none after%n",
                    BLOB.size(), connections, before, requests, (double) before / BLOB.size());
        }
    }
}
