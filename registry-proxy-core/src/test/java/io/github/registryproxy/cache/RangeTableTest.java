package io.github.registryproxy.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.github.registryproxy.Body;
import io.github.registryproxy.BodySource;
import io.github.registryproxy.Client;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Target;
import io.github.registryproxy.store.BlobAnswer;
import io.github.registryproxy.store.MemoryStore;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a blob of 300,000 bytes answers, whether it is cold, on its way (100,000 bytes are there), or kept. */
class RangeTableTest {
    private static final int LARGEST = 1024 * 1024;
    private static final GeneratedBlob BLOB = GeneratedBlob.of(300_000);

    private final MemoryStore store = new MemoryStore(64L * 1024 * 1024);
    private final CacheBlobs cache =
            CacheBlobs.builder(store, "up").access(CacheAccess.PUBLIC).build();
    private final AtomicInteger wholes = new AtomicInteger();
    private final AtomicLong given = new AtomicLong();
    private volatile CountDownLatch gate = new CountDownLatch(0);

    @AfterEach
    void stop() {
        gate.countDown();
        cache.close();
    }

    private RegistryResponse upstream(RegistryRequest request) throws IOException {
        boolean whole = request.headers().first(HeaderNames.RANGE).isEmpty() && !request.isHead();
        wholes.addAndGet(whole ? 1 : 0);
        return new BlobAnswer(request, BLOB.digest(), BLOB.size())
                .with((offset, length) -> BLOB.body(offset, length, bytes -> {
                    if (whole && given.addAndGet(bytes) > 100_000) {
                        await();
                    }
                }));
    }

    private void await() throws IOException {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private RegistryResponse ask(String method, String range, String condition) throws IOException {
        Headers headers = Headers.EMPTY;
        if (range != null) {
            headers = headers.with(HeaderNames.RANGE, range);
        }
        if (condition != null) {
            headers = headers.with(HeaderNames.IF_RANGE, "\"" + condition.replace("digest", BLOB.digest() + "") + "\"");
        }
        return cache.handle(
                RegistryRequest.of(
                        method,
                        Target.parse(method, "/v2/app/blobs/" + BLOB.digest()),
                        headers,
                        Body.empty(),
                        new Client("192.0.2.7", URI.create("https://r.example.com"))),
                this::upstream);
    }

    private Optional<RegistryResponse> bring(String state) throws IOException {
        if (state.equals("kept")) {
            try (RegistryResponse whole = ask("GET", null, null)) {
                whole.body().readAll(LARGEST);
            }
        }
        if (state.equals("filling")) {
            gate = new CountDownLatch(1);
            RegistryResponse first = ask("GET", null, null);
            BodySource source = first.body().source();
            assertNotNull(source.read());
            return Optional.of(first);
        }
        return Optional.empty();
    }

    @ParameterizedTest(name = "{0}: {1} {2} {3}")
    @CsvSource({
        // state, method, Range, If-Range, status, Content-Range, first byte, length
        "cold, GET, , , 200, , 0, 300000",
        "filling, GET, , , 200, , 0, 300000",
        "kept, GET, , , 200, , 0, 300000",
        "cold, GET, bytes=1000-1999, , 206, bytes 1000-1999/300000, 1000, 1000",
        "filling, GET, bytes=1000-1999, , 206, bytes 1000-1999/300000, 1000, 1000",
        "kept, GET, bytes=1000-1999, , 206, bytes 1000-1999/300000, 1000, 1000",
        "cold, GET, bytes=299000-400000, , 206, bytes 299000-299999/300000, 299000, 1000",
        "filling, GET, bytes=299000-400000, , 206, bytes 299000-299999/300000, 299000, 1000",
        "kept, GET, bytes=299000-400000, , 206, bytes 299000-299999/300000, 299000, 1000",
        "cold, GET, bytes=-100, , 206, bytes 299900-299999/300000, 299900, 100",
        "filling, GET, bytes=-100, , 206, bytes 299900-299999/300000, 299900, 100",
        "kept, GET, bytes=-100, , 206, bytes 299900-299999/300000, 299900, 100",
        "cold, GET, bytes=250000-, , 206, bytes 250000-299999/300000, 250000, 50000",
        "filling, GET, bytes=250000-, , 206, bytes 250000-299999/300000, 250000, 50000",
        "kept, GET, bytes=250000-, , 206, bytes 250000-299999/300000, 250000, 50000",
        "cold, GET, 'bytes=0-1,5-6', , 200, , 0, 300000",
        "filling, GET, 'bytes=0-1,5-6', , 200, , 0, 300000",
        "kept, GET, 'bytes=0-1,5-6', , 200, , 0, 300000",
        "cold, GET, bytes=300000-, , 416, bytes */300000, 0, -1",
        "filling, GET, bytes=300000-, , 416, bytes */300000, 0, -1",
        "kept, GET, bytes=300000-, , 416, bytes */300000, 0, -1",
        "cold, GET, bytes=10-19, digest, 206, bytes 10-19/300000, 10, 10",
        "filling, GET, bytes=10-19, digest, 206, bytes 10-19/300000, 10, 10",
        "kept, GET, bytes=10-19, digest, 206, bytes 10-19/300000, 10, 10",
        "cold, GET, bytes=10-19, other, 200, , 0, 300000",
        "filling, GET, bytes=10-19, other, 200, , 0, 300000",
        "kept, GET, bytes=10-19, other, 200, , 0, 300000",
        "cold, HEAD, , , 200, , 0, 0",
        "filling, HEAD, , , 200, , 0, 0",
        "kept, HEAD, , , 200, , 0, 0",
    })
    void a_blob_answers_the_same_in_every_state(
            String state,
            String method,
            String range,
            String condition,
            int status,
            String contentRange,
            int first,
            int length)
            throws IOException {
        Optional<RegistryResponse> filling = bring(state);
        try (RegistryResponse answer = ask(method, range, condition)) {
            assertEquals(status, answer.status());
            assertEquals(Optional.ofNullable(contentRange), answer.headers().first(HeaderNames.CONTENT_RANGE));
            if (status < 300) {
                assertEquals(
                        Optional.of(BLOB.digest().toString()),
                        answer.headers().first(HeaderNames.DOCKER_CONTENT_DIGEST));
                assertEquals(
                        Optional.of("application/octet-stream"),
                        answer.headers().first(HeaderNames.CONTENT_TYPE));
                long told = method.equals("HEAD")
                        ? answer.headers().contentLength().orElse(-1)
                        : answer.body().length().orElse(-1);
                assertEquals(method.equals("HEAD") ? 300_000 : length, told);
            }
            gate.countDown();
            if (length >= 0) {
                ByteBuffer got = ByteBuffer.wrap(answer.body().readAll(LARGEST));
                assertEquals(GeneratedBlob.bytes(first, length), got);
            }
        }
        filling.ifPresent(RegistryResponse::close);
        try (RegistryResponse whole = ask("GET", null, null)) {
            assertEquals(
                    GeneratedBlob.bytes(0, 300_000),
                    ByteBuffer.wrap(whole.body().readAll(LARGEST)));
        }
        assertEquals(1, wholes.get(), "fetched once");
    }
}
