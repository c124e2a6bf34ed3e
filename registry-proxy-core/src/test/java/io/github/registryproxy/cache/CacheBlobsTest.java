package io.github.registryproxy.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
import io.github.registryproxy.store.DirectoryStore;
import io.github.registryproxy.store.MemoryStore;
import io.github.registryproxy.store.Progress;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CacheBlobsTest {
    private static final int LARGEST = 64 * 1024 * 1024;

    private final byte[] blob = bytes(300_000);
    private final MemoryStore store = new MemoryStore(64 * 1024 * 1024);
    private final Upstream upstream = new Upstream(blob);
    private final ExecutorService clients = Executors.newCachedThreadPool();
    private final CacheBlobs cache = CacheBlobs.builder(store, "up").build();

    @AfterEach
    void stop() {
        clients.shutdownNow();
        cache.close();
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static Digest sha256(byte[] content) {
        return Digest.of(Digest.Algorithm.SHA256, content);
    }

    private static final BodySource END = new BodySource() {
        @Override
        public ByteBuffer read() {
            return null;
        }

        @Override
        public void close() {
            return;
        }
    };

    /** Has one blob in repository {@code app}; lets bytes go when it is told to, and breaks when it is told to. */
    private static final class Upstream implements RegistryHandler {
        final List<String> asked = new CopyOnWriteArrayList<>();
        final BlockingQueue<Integer> released = new LinkedBlockingQueue<>();
        private final byte[] blob;
        volatile boolean gated;
        volatile int breakAt = -1;
        volatile String breaks = "/";
        volatile int lies = -1;
        volatile boolean untold;
        volatile boolean gone;
        volatile boolean noRanges;

        Upstream(byte[] blob) {
            this.blob = blob;
        }

        @Override
        public RegistryResponse handle(RegistryRequest request) throws IOException {
            String range = request.headers().first(HeaderNames.RANGE).orElse("");
            asked.add(request.method() + (range.isEmpty() ? "" : " " + range));
            if (gone || (noRanges && !range.isEmpty())) {
                throw new IOException("gone");
            }
            if (!request.target().render().matches("/v2/(app|twin)/.*")) {
                return RegistryResponse.of(ErrorCode.BLOB_UNKNOWN.because("blob unknown"));
            }
            int length = lies >= 0 && request.target().render().startsWith("/v2/app/") ? lies : blob.length;
            if (request.isHead()) {
                return RegistryResponse.of(
                        200, Headers.of(HeaderNames.CONTENT_LENGTH, Integer.toString(blob.length)), Body.empty());
            }
            int from = ByteRange.parse(range).map(r -> (int) r.first()).orElse(0);
            int to = ByteRange.parse(range)
                    .map(r -> (int) r.last().orElse(length - 1) + 1)
                    .orElse(length);
            Headers headers = range.isEmpty()
                    ? Headers.EMPTY
                    : Headers.of(HeaderNames.CONTENT_RANGE, "bytes " + from + "-" + (to - 1) + "/" + blob.length);
            return RegistryResponse.of(
                    range.isEmpty() ? 200 : 206,
                    headers,
                    Body.of(
                            new Slow(from, to, request.target().render().contains(breaks)),
                            untold && length == blob.length
                                    ? OptionalLong.empty()
                                    : OptionalLong.of(to - (long) from)));
        }

        private final class Slow implements BodySource {
            private final int to;
            private final boolean mayBreak;
            private int at;

            Slow(int from, int to, boolean mayBreak) {
                this.mayBreak = mayBreak;
                this.at = from;
                this.to = to;
            }

            @Override
            public ByteBuffer read() throws IOException {
                if (at >= to) {
                    return END.read();
                }
                int most = 10_000;
                try {
                    most = gated ? released.take() : most;
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IOException(e);
                }
                if (mayBreak && breakAt >= 0 && at + most > breakAt) {
                    throw new IOException("reset");
                }
                int n = Math.min(most, to - at);
                at += n;
                return ByteBuffer.wrap(blob, at - n, n);
            }

            @Override
            public void close() throws IOException {
                END.close();
            }
        }
    }

    private RegistryRequest request(String method, String repository, String... headers) {
        String target = "/v2/" + repository + "/blobs/" + sha256(blob);
        return RegistryRequest.of(
                method,
                Target.parse(method, target),
                Headers.of(headers),
                Body.empty(),
                new Client("192.0.2.7", URI.create("https://r.example.com")));
    }

    private RegistryResponse ask(CacheBlobs from, RegistryRequest request) throws IOException {
        return from.handle(request, upstream);
    }

    private byte[] pull(CacheBlobs from, RegistryRequest request) throws IOException {
        try (RegistryResponse response = ask(from, request)) {
            return response.body().readAll(LARGEST);
        }
    }

    private byte[] pull(String... headers) throws IOException {
        return pull(cache, request("GET", "app", headers));
    }

    private CacheState stateOf(RegistryRequest request) throws IOException {
        AtomicReference<CacheState> holder = new AtomicReference<>();
        pull(cache, request.with(CacheState.HOLDER, holder));
        return holder.get();
    }

    @Test
    void a_blob_is_fetched_once_and_served_from_then_on() throws IOException {
        assertEquals(CacheState.MISS, stateOf(request("GET", "app")));
        assertEquals(CacheState.HIT, stateOf(request("GET", "app")));
        assertArrayEquals(blob, pull());
        assertEquals(List.of("GET"), upstream.asked);
    }

    @Test
    void a_crowd_costs_one_fetch_and_everybody_gets_the_whole() throws Exception {
        upstream.gated = true;
        List<Future<byte[]>> pulls = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            pulls.add(clients.submit((Callable<byte[]>) this::pull));
        }
        for (int i = 0; i < 30; i++) {
            upstream.released.add(10_000);
        }
        for (Future<byte[]> pull : pulls) {
            assertArrayEquals(blob, pull.get());
        }
        assertEquals(1, upstream.asked.stream().filter("GET"::equals).count());
    }

    @Test
    void a_late_reader_begins_at_the_first_byte_while_the_fetch_is_under_way() throws Exception {
        upstream.gated = true;
        Future<byte[]> first = clients.submit((Callable<byte[]>) this::pull);
        upstream.released.add(100_000);
        upstream.released.add(1);
        while (upstream.released.size() > 0) {
            Thread.onSpinWait();
        }
        try (RegistryResponse late = ask(cache, request("GET", "app"));
                BodySource source = late.body().source()) {
            ByteBuffer begin = source.read();
            byte[] got = new byte[begin.remaining()];
            begin.get(got);
            assertArrayEquals(Arrays.copyOf(blob, got.length), got);
        }
        upstream.gated = false;
        upstream.released.add(1);
        assertArrayEquals(blob, first.get());
    }

    @Test
    void a_reader_that_leaves_does_not_stop_the_fetch() throws Exception {
        upstream.gated = true;
        upstream.released.add(100_000);
        ask(cache, request("GET", "app")).close();
        upstream.gated = false;
        upstream.released.add(1);
        assertArrayEquals(blob, pull());
        assertEquals(1, upstream.asked.stream().filter("GET"::equals).count());
    }

    @Test
    void a_purge_lets_who_reads_a_kept_or_growing_blob_read_on(@TempDir Path directory) throws IOException {
        try (DirectoryStore files = DirectoryStore.open(directory, DirectoryStore.LEAST_CAPACITY);
                CacheBlobs onDisk = CacheBlobs.builder(files, "up").build()) {
            CachePurge purge =
                    CachePurge.builder(files).upstream("up").blobs(onDisk).build();
            upstream.gated = true;
            upstream.released.add(100_000);
            try (RegistryResponse growing = ask(onDisk, request("GET", "app"))) {
                purge.digest(sha256(blob), Progress.NONE);
                upstream.gated = false;
                upstream.released.add(1);
                assertArrayEquals(blob, growing.body().readAll(LARGEST));
            }
            try (RegistryResponse kept = ask(onDisk, request("GET", "app"))) {
                assertEquals(1, purge.digest(sha256(blob), Progress.NONE).contents());
                assertArrayEquals(blob, kept.body().readAll(LARGEST));
            }
            upstream.asked.clear();
            assertArrayEquals(blob, pull(onDisk, request("GET", "app")));
            assertEquals(List.of("GET"), upstream.asked);
        }
    }

    @Test
    void a_fetch_that_breaks_off_breaks_its_readers_and_the_next_one_goes_on_where_it_ended(@TempDir Path directory)
            throws IOException {
        try (DirectoryStore files = DirectoryStore.open(directory, DirectoryStore.LEAST_CAPACITY);
                CacheBlobs onDisk = CacheBlobs.builder(files, "up").build()) {
            upstream.breakAt = 200_000;
            assertThrows(IOException.class, () -> pull(onDisk, request("GET", "app")));
            upstream.breakAt = -1;
            assertArrayEquals(blob, pull(onDisk, request("GET", "app")));
            assertEquals(List.of("GET", "GET bytes=200000-"), upstream.asked);
        }
    }

    @Test
    void what_breaks_in_one_repository_breaks_nobody_in_another() throws Exception {
        CacheBlobs hasty = CacheBlobs.builder(store, "up")
                .forAnotherSource(Duration.ofMillis(20))
                .build();
        pull(hasty, request("HEAD", "twin"));
        upstream.gated = true;
        upstream.breakAt = 100_000;
        upstream.breaks = "/app/";
        upstream.released.add(90_000);
        RegistryResponse first = ask(hasty, request("GET", "app"));
        RegistryResponse other = ask(hasty, request("GET", "twin"));
        try (first;
                other) {
            upstream.gated = false;
            upstream.released.add(90_000);
            upstream.released.add(90_000);

            assertThrows(IOException.class, () -> first.body().readAll(LARGEST));
            assertArrayEquals(blob, other.body().readAll(LARGEST));
        }
        assertEquals(List.of("HEAD", "GET", "GET"), upstream.asked);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_length_that_was_a_lie_in_one_repository_does_no_harm_in_another(boolean untold) throws Exception {
        CacheBlobs hasty = CacheBlobs.builder(store, "up")
                .forAnotherSource(Duration.ofMillis(20))
                .build();
        pull(hasty, request("HEAD", "twin"));
        upstream.gated = true;
        upstream.untold = untold;
        upstream.lies = blob.length - 50_000;
        upstream.released.add(90_000);
        RegistryResponse first = ask(hasty, request("GET", "app"));
        RegistryResponse other = ask(hasty, request("GET", "twin"));
        try (first;
                other) {
            upstream.gated = false;
            upstream.released.add(90_000);
            upstream.released.add(90_000);

            assertThrows(IOException.class, () -> first.body().readAll(LARGEST));
            assertArrayEquals(blob, other.body().readAll(LARGEST));
        }
    }

    @Test
    void who_waits_for_an_answer_to_another_repository_asks_for_itself_when_there_is_none() throws Exception {
        pull(cache, request("HEAD", "twin"));
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch fail = new CountDownLatch(1);
        RegistryHandler failing = request -> {
            if (!request.target().render().startsWith("/v2/app/")) {
                return upstream.handle(request);
            }
            asked.countDown();
            try {
                fail.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            throw new IOException("reset");
        };
        Future<RegistryResponse> first = clients.submit(() -> cache.handle(request("GET", "app"), failing));
        asked.await();
        Thread waiting = Thread.currentThread();
        clients.submit(() -> {
            while (waiting.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            fail.countDown();
        });

        try (RegistryResponse other = cache.handle(request("GET", "twin"), failing)) {
            assertArrayEquals(blob, other.body().readAll(LARGEST));
        }
        assertThrows(ExecutionException.class, first::get);
    }

    @Test
    void an_upstream_that_cannot_give_the_rest_is_asked_for_the_whole(@TempDir Path directory) throws IOException {
        try (DirectoryStore files = DirectoryStore.open(directory, DirectoryStore.LEAST_CAPACITY);
                CacheBlobs onDisk = CacheBlobs.builder(files, "up").build()) {
            upstream.breakAt = 200_000;
            assertThrows(IOException.class, () -> pull(onDisk, request("GET", "app")));
            upstream.breakAt = -1;
            upstream.noRanges = true;
            assertArrayEquals(blob, pull(onDisk, request("GET", "app")));
            assertEquals(List.of("GET", "GET bytes=200000-", "GET"), upstream.asked);
        }
    }

    @Test
    void wrong_bytes_never_arrive_whole_and_are_never_kept() throws IOException {
        byte[] right = blob.clone();
        blob[5]++;
        RegistryRequest request = RegistryRequest.of(
                "GET",
                Target.parse("GET", "/v2/app/blobs/" + sha256(right)),
                Headers.EMPTY,
                Body.empty(),
                new Client("192.0.2.7", URI.create("https://r.example.com")));
        assertThrows(IOException.class, () -> pull(cache, request));
        System.arraycopy(right, 0, blob, 0, right.length);
        assertArrayEquals(right, pull(cache, request));
    }

    @Test
    void ranges_of_a_kept_blob_need_no_upstream() throws IOException {
        pull();
        assertArrayEquals(Arrays.copyOfRange(blob, 1_000, 2_000), pull(HeaderNames.RANGE, "bytes=1000-1999"));
        assertArrayEquals(Arrays.copyOfRange(blob, 299_000, 300_000), pull(HeaderNames.RANGE, "bytes=299000-"));
        assertArrayEquals(Arrays.copyOfRange(blob, 299_990, 300_000), pull(HeaderNames.RANGE, "bytes=-10"));
        assertArrayEquals(blob, pull(HeaderNames.RANGE, "bytes=0-1,5-6"));
        assertArrayEquals(blob, pull(HeaderNames.RANGE, "bytes=0-1", HeaderNames.IF_RANGE, "\"other\""));
        assertEquals(1, pull(HeaderNames.RANGE, "bytes=0-0", HeaderNames.IF_RANGE, "\"" + sha256(blob) + "\"").length);
        try (RegistryResponse beyond = ask(cache, request("GET", "app", HeaderNames.RANGE, "bytes=300000-"))) {
            assertEquals(416, beyond.status());
            assertEquals(
                    "bytes */300000",
                    beyond.headers().first(HeaderNames.CONTENT_RANGE).orElse(""));
        }
        assertEquals(List.of("GET"), upstream.asked);
    }

    @Test
    void a_range_of_a_cold_blob_is_answered_at_once_while_the_whole_is_fetched() throws Exception {
        upstream.gated = true;
        Future<byte[]> part = clients.submit(() -> pull(HeaderNames.RANGE, "bytes=200000-200099"));
        while (upstream.asked.size() < 2) {
            Thread.onSpinWait();
        }
        upstream.gated = false;
        upstream.released.add(100);
        upstream.released.add(100);
        assertArrayEquals(Arrays.copyOfRange(blob, 200_000, 200_100), part.get());
        assertArrayEquals(blob, pull());
        assertTrue(upstream.asked.containsAll(List.of("GET", "GET bytes=200000-200099")));
        assertEquals(1, upstream.asked.stream().filter("GET"::equals).count());
    }

    @Test
    void head_and_get_agree_on_a_kept_blob() throws IOException {
        pull();
        try (RegistryResponse head = ask(cache, request("HEAD", "app"))) {
            assertEquals(blob.length, head.headers().contentLength().orElse(-1));
            assertEquals(
                    sha256(blob).toString(),
                    head.headers().first(HeaderNames.DOCKER_CONTENT_DIGEST).orElse(""));
        }
        assertEquals(List.of("GET"), upstream.asked);
    }

    @Test
    void a_kept_blob_is_served_only_to_the_repository_it_belongs_to() throws IOException {
        pull();
        for (String method : List.of("GET", "HEAD")) {
            try (RegistryResponse other = ask(cache, request(method, "other"))) {
                assertEquals(404, other.status());
            }
        }
    }

    @Test
    void what_was_fetched_with_one_credential_is_asked_about_for_another() throws IOException {
        CacheBlobs strict = CacheBlobs.builder(store, "strict")
                .access(CacheAccess.SAME_CREDENTIAL)
                .build();
        pull(strict, request("GET", "app", HeaderNames.AUTHORIZATION, "Bearer one"));
        pull(strict, request("GET", "app", HeaderNames.AUTHORIZATION, "Bearer one"));
        assertEquals(List.of("GET"), upstream.asked);
        pull(strict, request("GET", "app", HeaderNames.AUTHORIZATION, "Bearer two"));
        pull(strict, request("GET", "app", HeaderNames.AUTHORIZATION, "Bearer two"));
        assertEquals(List.of("GET", "HEAD"), upstream.asked);
        strict.close();
    }

    @Test
    void recheck_asks_each_time_and_its_answer_counts() throws IOException {
        CacheBlobs strict =
                CacheBlobs.builder(store, "strict").access(CacheAccess.RECHECK).build();
        pull(strict, request("GET", "app"));
        assertArrayEquals(blob, pull(strict, request("GET", "app")));
        assertEquals(List.of("GET", "HEAD"), upstream.asked);
        upstream.gone = true;
        assertThrows(IOException.class, () -> pull(strict, request("GET", "app")));
        strict.close();
    }

    @Test
    void a_kept_blob_outlives_its_upstream() throws IOException {
        pull();
        upstream.gone = true;
        assertArrayEquals(blob, pull());
    }

    @Test
    void an_upstream_that_is_gone_is_an_error_for_everybody_who_waits() {
        upstream.gone = true;
        assertThrows(IOException.class, this::pull);
    }

    @Test
    void a_store_that_is_full_fails_no_pull() throws IOException {
        try (MemoryStore tiny = new MemoryStore(1_000);
                CacheBlobs full = CacheBlobs.builder(tiny, "up").build()) {
            assertArrayEquals(blob, pull(full, request("GET", "app")));
            assertArrayEquals(blob, pull(full, request("GET", "app")));
        }
    }
}
