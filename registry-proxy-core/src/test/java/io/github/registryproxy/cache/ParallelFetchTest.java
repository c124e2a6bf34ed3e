package io.github.registryproxy.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.BodySource;
import io.github.registryproxy.Client;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.ByteRange;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Target;
import io.github.registryproxy.store.ContentStore;
import io.github.registryproxy.store.DirectoryStore;
import io.github.registryproxy.store.MemoryStore;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParallelFetchTest {
    private static final int MIB = 1024 * 1024;
    private static final int LARGEST = 64 * MIB;

    private final byte[] blob = bytes(9 * MIB + 77);
    private final Upstream upstream = new Upstream();

    @TempDir
    Path directory;

    private DirectoryStore store;
    private CacheBlobs cache;

    @BeforeEach
    void open() throws IOException {
        store = DirectoryStore.open(directory, DirectoryStore.LEAST_CAPACITY);
        cache = cache(store);
    }

    @AfterEach
    void close() throws IOException {
        cache.close();
        store.close();
    }

    private static CacheBlobs cache(ContentStore store) {
        return CacheBlobs.builder(store, "up").parallelFetch(4, MIB).build();
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    /** What the upstream does with one request instead of giving what was asked for. */
    private interface Twist {
        RegistryResponse answer(RegistryRequest request, long from, long to) throws IOException;
    }

    /** Gives ranges of the blob, and counts what it gives. */
    private final class Upstream implements RegistryHandler {
        final List<String> asked = new CopyOnWriteArrayList<>();
        final AtomicLong given = new AtomicLong();
        volatile Twist twist = this::part;
        volatile byte[] content = blob;

        @Override
        public RegistryResponse handle(RegistryRequest request) throws IOException {
            String field = request.headers().first(HeaderNames.RANGE).orElse("");
            asked.add(field);
            if (field.isEmpty()) {
                return RegistryResponse.of(200, Headers.EMPTY, body(0, content.length));
            }
            ByteRange range = ByteRange.parse(field).orElseThrow();
            long to = Math.min(content.length, range.last().orElse(content.length - 1L) + 1);
            return twist.answer(request, range.first(), to);
        }

        RegistryResponse part(RegistryRequest request, long from, long to) {
            return part(from, to, from, to);
        }

        RegistryResponse part(long from, long to, long saidFrom, long saidTo) {
            Headers headers = Headers.of(
                    HeaderNames.CONTENT_RANGE, "bytes " + saidFrom + "-" + (saidTo - 1) + "/" + content.length);
            return RegistryResponse.of(206, headers, body(from, to));
        }

        Body body(long from, long to) {
            return breaking(from, to, to);
        }

        /** Breaks off before a byte that is not the last. */
        Body breaking(long from, long to, long breakAt) {
            BodySource source = new BodySource() {
                private long at = from;

                @Override
                public ByteBuffer read() throws IOException {
                    if (at == breakAt && breakAt < to) {
                        throw new IOException("reset");
                    }
                    int n = (int) Math.min(30_000, Math.min(to, breakAt) - at);
                    if (n == 0) {
                        return null;
                    }
                    at += n;
                    given.addAndGet(n);
                    return ByteBuffer.wrap(content, (int) at - n, n);
                }

                @Override
                public void close() {
                    at = Math.min(to, breakAt);
                }
            };
            return Body.of(source, OptionalLong.of(to - from));
        }
    }

    private RegistryResponse ask(CacheBlobs from) throws IOException {
        String target = "/v2/app/blobs/" + Digest.of(Digest.Algorithm.SHA256, blob);
        return from.handle(
                RegistryRequest.of(
                        "GET",
                        Target.parse("GET", target),
                        Headers.EMPTY,
                        Body.empty(),
                        new Client("192.0.2.7", URI.create("https://r.example.com"))),
                upstream);
    }

    private byte[] pull(CacheBlobs from) throws IOException {
        try (RegistryResponse response = ask(from)) {
            assertEquals(200, response.status());
            return response.body().readAll(LARGEST);
        }
    }

    /** Pulls twice: the second needs no upstream. */
    private void assertPulled() throws IOException {
        assertArrayEquals(blob, pull(cache));
        int before = upstream.asked.size();
        assertArrayEquals(blob, pull(cache));
        assertEquals(before, upstream.asked.size());
    }

    @Test
    void pieces_ask_for_each_byte_once() throws IOException {
        assertPulled();
        assertEquals(blob.length, upstream.given.get());
        BitSet mebibytes = new BitSet();
        for (String field : upstream.asked) {
            ByteRange range = ByteRange.parse(field).orElseThrow();
            assertEquals(0, range.first() % MIB);
            assertFalse(mebibytes.get((int) range.first() / MIB), "asked twice");
            mebibytes.set((int) range.first() / MIB);
        }
        assertEquals(10, mebibytes.cardinality());
        assertEquals("bytes=0-1048575", upstream.asked.get(0));
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Test
    void pieces_are_fetched_at_the_same_time() throws IOException {
        CountDownLatch others = new CountDownLatch(3);
        upstream.twist = (request, from, to) -> {
            if (from > 0) {
                others.countDown();
                await(others);
            }
            return upstream.part(request, from, to);
        };
        assertPulled();
    }

    @Test
    void the_first_byte_waits_for_no_piece() throws IOException {
        CountDownLatch read = new CountDownLatch(1);
        upstream.twist = (request, from, to) -> {
            if (from > 0) {
                await(read);
            }
            return upstream.part(request, from, to);
        };
        try (RegistryResponse response = ask(cache);
                BodySource source = response.body().source()) {
            ByteBuffer begin = source.read();
            assertNotNull(begin);
            assertEquals(ByteBuffer.wrap(blob, 0, begin.remaining()), begin);
            read.countDown();
        }
        assertPulled();
        assertEquals(blob.length, upstream.given.get());
    }

    @Test
    void what_is_not_larger_than_the_first_piece_is_asked_for_once() throws IOException {
        upstream.content = Arrays.copyOf(blob, MIB);
        byte[] small = upstream.content;
        RegistryRequest request = RegistryRequest.of(
                "GET",
                Target.parse("GET", "/v2/app/blobs/" + Digest.of(Digest.Algorithm.SHA256, small)),
                Headers.EMPTY,
                Body.empty(),
                new Client("192.0.2.7", URI.create("https://r.example.com")));
        try (RegistryResponse response = cache.handle(request, upstream)) {
            assertArrayEquals(small, response.body().readAll(LARGEST));
        }
        assertEquals(List.of("bytes=0-1048575"), upstream.asked);
    }

    @Test
    void an_upstream_without_ranges_is_asked_once() throws IOException {
        upstream.twist = (request, from, to) -> RegistryResponse.of(200, Headers.EMPTY, upstream.body(0, blob.length));
        assertPulled();
        assertEquals(1, upstream.asked.size());
    }

    @Test
    void an_upstream_that_refuses_the_first_range_is_asked_for_the_whole() throws IOException {
        upstream.twist = (request, from, to) ->
                RegistryResponse.of(ErrorCode.UNSUPPORTED.because("no").withStatus(416));
        assertPulled();
        assertEquals(List.of("bytes=0-1048575", ""), upstream.asked);
    }

    @Test
    void an_upstream_that_gives_the_whole_instead_of_a_piece_does_no_harm() throws IOException {
        upstream.twist = (request, from, to) -> from == 0
                ? upstream.part(request, from, to)
                : RegistryResponse.of(200, Headers.EMPTY, upstream.body(0, blob.length));
        assertPulled();
    }

    @Test
    void an_upstream_that_gives_another_piece_does_no_harm() throws IOException {
        upstream.twist = (request, from, to) -> from == 0 || to == blob.length
                ? upstream.part(request, from, to)
                : upstream.part(from + 10, to + 10, from + 10, to + 10);
        assertPulled();
    }

    @Test
    void pieces_longer_than_they_say_do_no_harm() throws IOException {
        upstream.twist = (request, from, to) ->
                from == 0 ? upstream.part(request, from, to) : upstream.part(from, blob.length, from, to);
        assertPulled();
    }

    @Test
    void pieces_shorter_than_asked_for_are_gone_on_with() throws IOException {
        upstream.twist = (request, from, to) -> upstream.part(request, from, Math.min(to, from + 400_000));
        assertPulled();
        assertEquals(blob.length, upstream.given.get());
    }

    @Test
    void a_piece_that_breaks_off_is_gone_on_with_where_it_ended() throws IOException {
        AtomicInteger breaks = new AtomicInteger();
        upstream.twist = (request, from, to) -> {
            if (from > 0 && from % MIB == 0 && breaks.incrementAndGet() <= 5) {
                return RegistryResponse.of(
                        206,
                        Headers.of(HeaderNames.CONTENT_RANGE, "bytes " + from + "-" + (to - 1) + "/" + blob.length),
                        upstream.breaking(from, to, from + 60_000));
            }
            return upstream.part(request, from, to);
        };
        assertPulled();
        assertEquals(blob.length, upstream.given.get());
        assertTrue(upstream.asked.stream().anyMatch(range -> range.contains("=" + (2 * MIB + 60_000))));
    }

    @Test
    void an_upstream_that_refuses_pieces_is_asked_for_the_rest_in_one_stream() throws IOException {
        upstream.twist = (request, from, to) -> from == 0 || to == blob.length
                ? upstream.part(request, from, to)
                : RegistryResponse.of(ErrorCode.TOOMANYREQUESTS.because("slow down"));
        assertPulled();
        assertTrue(upstream.asked.contains("bytes=1048576-"));
    }

    @Test
    void a_fetch_that_breaks_off_leaves_what_has_no_gap_and_the_next_one_goes_on_there() throws IOException {
        CountDownLatch ahead = new CountDownLatch(1);
        upstream.twist = (request, from, to) -> {
            if (from == 3L * MIB) {
                ahead.countDown();
            }
            if (from == 2L * MIB || (from > 0 && to == blob.length && from < 9L * MIB)) {
                await(ahead);
                throw new IOException("gone");
            }
            return upstream.part(request, from, to);
        };
        assertThrows(IOException.class, () -> pull(cache));
        upstream.twist = upstream::part;
        store.close();
        cache.close();
        upstream.asked.clear();
        upstream.given.set(0);
        open();
        assertPulled();
        assertEquals("bytes=2097152-3145727", upstream.asked.get(0));
        assertEquals(blob.length - 2L * MIB, upstream.given.get());
    }

    @Test
    void pieces_wait_for_the_first_gap_to_close_when_they_are_far_ahead() throws IOException {
        ParallelFetch settings = new ParallelFetch(4, MIB, Runnable::run);
        long piece = settings.pieceOf(400L * MIB);
        assertEquals(8L * MIB, piece);
        assertEquals(65L * MIB, settings.window(piece));
        Digest digest = Digest.of(Digest.Algorithm.SHA256, blob);
        try (var staging = (io.github.registryproxy.store.AheadStaging) store.stage(digest)) {
            Pieces pieces = new Pieces(staging, there -> {}, 10L * MIB, MIB, 2L * MIB);
            Pieces.Piece first = pieces.first(MIB);
            Pieces.Piece second = pieces.claim(false);
            List<Pieces.Piece> later = new ArrayList<>();
            Thread waiting = new Thread(() -> {
                try {
                    later.add(pieces.claim(false));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            waiting.start();
            pieces.write(second, ByteBuffer.wrap(blob, MIB, MIB));
            while (waiting.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            assertEquals(0, staging.size());
            pieces.write(first, ByteBuffer.wrap(blob, 0, MIB));
            join(waiting);
            assertEquals(2L * MIB, later.get(0).at());
            assertEquals(2L * MIB, staging.size());
        }
    }

    private static void join(Thread thread) throws IOException {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Test
    void wrong_pieces_never_arrive_whole_and_are_never_kept() throws IOException {
        upstream.content = blob.clone();
        upstream.content[5 * MIB]++;
        assertThrows(IOException.class, () -> pull(cache));
        upstream.content = blob;
        assertPulled();
    }

    @Test
    void a_store_that_fails_in_the_middle_fails_no_pull() throws IOException {
        CountDownLatch read = new CountDownLatch(1);
        upstream.twist = (request, from, to) -> {
            if (from > 0) {
                await(read);
            }
            return upstream.part(request, from, to);
        };
        try (RegistryResponse response = ask(cache)) {
            store.close();
            read.countDown();
            assertArrayEquals(blob, response.body().readAll(LARGEST));
        }
    }

    @Test
    void a_fetch_that_nobody_waits_for_stops_on_all_connections() throws IOException {
        try (CacheBlobs shared = CacheBlobs.builder(store, "up")
                .parallelFetch(4, MIB)
                .fillAlone(false)
                .build()) {
            CountDownLatch left = new CountDownLatch(1);
            upstream.twist = (request, from, to) -> {
                if (from > 0) {
                    await(left);
                }
                return upstream.part(request, from, to);
            };
            ask(shared).close();
            left.countDown();
            upstream.twist = upstream::part;
            assertArrayEquals(blob, pull(shared));
        }
    }

    @Test
    void a_store_that_takes_nothing_ahead_gets_one_stream() throws IOException {
        try (MemoryStore memory = new MemoryStore(LARGEST);
                CacheBlobs inMemory = cache(memory)) {
            assertArrayEquals(blob, pull(inMemory));
            assertEquals(List.of(""), upstream.asked);
        }
    }

    @Test
    void settings_have_limits() {
        CacheBlobs.Builder builder = CacheBlobs.builder(store, "up");
        assertThrows(IllegalArgumentException.class, () -> builder.parallelFetch(0));
        assertThrows(IllegalArgumentException.class, () -> builder.parallelFetch(17));
        assertThrows(IllegalArgumentException.class, () -> builder.parallelFetch(2, 1000));
        assertThrows(IllegalArgumentException.class, () -> builder.parallelFetch(2, 2L << 30));
    }
}
