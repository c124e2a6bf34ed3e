package io.github.registryproxy.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
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
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.Target;
import io.github.registryproxy.store.DirectoryStore;
import io.github.registryproxy.store.MemoryStore;
import io.github.registryproxy.store.Staging;
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
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The one fetch of a blob, whatever its upstream, its store and its threads do. */
class BlobFillTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int LARGEST = 1024 * 1024;

    private final byte[] blob = bytes(300_000);
    private final MemoryStore store = new MemoryStore(64 * 1024 * 1024);
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final ExecutorService clients = Executors.newCachedThreadPool();

    @AfterEach
    void stop() throws Exception {
        clients.shutdownNow();
        for (AutoCloseable one : opened) {
            one.close();
        }
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private CacheBlobs.Builder caching(io.github.registryproxy.store.ContentStore in, String upstream) {
        return CacheBlobs.builder(in, upstream).access(CacheAccess.PUBLIC).forAnotherSource(Duration.ofMillis(20));
    }

    private CacheBlobs opened(CacheBlobs.Builder builder) {
        CacheBlobs cache = builder.build();
        opened.add(cache);
        return cache;
    }

    private RegistryRequest request(String repository, Digest digest, String... headers) {
        return RegistryRequest.of(
                "GET",
                Target.parse("GET", "/v2/" + repository + "/blobs/" + digest),
                Headers.of(headers),
                Body.empty(),
                new Client("192.0.2.7", URI.create("https://r.example.com")));
    }

    private RegistryRequest request(String repository, String... headers) {
        return request(repository, Digest.of(Digest.Algorithm.SHA256, blob), headers);
    }

    private record Got(int status, byte[] body, boolean whole) {
        /** Neither short nor an error, which a client gets where it was not answered yet. */
        boolean isComplete() {
            return status == 200 && whole;
        }
    }

    /** What a client of a server sees. */
    private static Got pull(CacheBlobs cache, RegistryRequest request, RegistryHandler upstream) {
        return assertTimeoutPreemptively(SOON, () -> {
            try (RegistryResponse response = cache.handle(request, upstream)) {
                try {
                    return new Got(response.status(), response.body().readAll(LARGEST), true);
                } catch (IOException e) {
                    return new Got(response.status(), new byte[0], false);
                }
            } catch (RegistryException e) {
                return new Got(e.error().status(), new byte[0], true);
            } catch (IOException e) {
                return new Got(502, new byte[0], true);
            }
        });
    }

    private RegistryHandler noting(RegistryHandler upstream) {
        return request -> {
            asked.add(request.method() + " "
                    + request.headers().first(HeaderNames.RANGE).orElse("whole"));
            return upstream.handle(request);
        };
    }

    private static Body broken(byte[] content, int from, int end) {
        BodySource source = new BodySource() {
            private int at = from;

            @Override
            public ByteBuffer read() throws IOException {
                if (at == end) {
                    throw new IOException("reset");
                }
                int n = Math.min(30_000, end - at);
                at += n;
                return ByteBuffer.wrap(content, at - n, n);
            }

            @Override
            public void close() {}
        };
        return Body.of(source, OptionalLong.of(content.length - from));
    }

    /** As a good registry. */
    private static RegistryResponse part(RegistryRequest request, byte[] content) {
        ByteRange range = request.headers()
                .first(HeaderNames.RANGE)
                .flatMap(ByteRange::parse)
                .orElse(null);
        if (range == null) {
            return RegistryResponse.of(200, Headers.EMPTY, Body.of(content));
        }
        int from = (int) range.first();
        return RegistryResponse.of(
                206,
                Headers.of(
                        HeaderNames.CONTENT_RANGE, "bytes " + from + "-" + (content.length - 1) + "/" + content.length),
                Body.of(Arrays.copyOfRange(content, from, content.length)));
    }

    static IntStream statuses() {
        return IntStream.concat(IntStream.range(201, 300), IntStream.of(300, 304, 305, 416));
    }

    @ParameterizedTest
    @MethodSource("statuses")
    void a_status_without_meaning_ends_a_fill_after_few_requests(int status) {
        CacheBlobs cache = opened(caching(store, "up").parallelFetch(2, 1024 * 1024));
        for (byte[] sent : List.of(blob, Arrays.copyOf(blob, 40_000), new byte[0])) {
            asked.clear();
            Got got = pull(
                    cache,
                    request("app"),
                    noting(r -> RegistryResponse.of(
                            status, Headers.of(HeaderNames.CONTENT_RANGE, "bytes */10"), Body.of(sent))));
            assertEquals(502, got.status(), "the handler answered " + status);
            assertTrue(asked.size() <= 3, asked.toString());
        }
    }

    @Test
    void a_416_to_a_plain_get_is_asked_once() {
        Got got = pull(
                opened(caching(store, "up")),
                request("app"),
                noting(r ->
                        RegistryResponse.of(416, Headers.of(HeaderNames.CONTENT_RANGE, "bytes */10"), Body.empty())));
        assertEquals(502, got.status());
        assertEquals(List.of("GET whole"), asked);
    }

    private enum Thrown {
        OUT_OF_MEMORY,
        STACK_OVERFLOW,
        RUNTIME,
        CHECKED;

        RegistryResponse now() throws IOException {
            switch (this) {
                case OUT_OF_MEMORY -> throw new OutOfMemoryError("in a test");
                case STACK_OVERFLOW -> throw new StackOverflowError("in a test");
                case RUNTIME -> throw new IllegalStateException("in a test");
                default -> throw new IOException("in a test");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Thrown.class)
    void whatever_is_thrown_ends_the_fill_and_its_readers_are_told(Thrown thrown) {
        CacheBlobs cache = opened(caching(store, "up"));
        assertEquals(502, pull(cache, request("app"), r -> thrown.now()).status());

        Got begun = pull(
                cache,
                request("app"),
                r -> RegistryResponse.of(
                        200,
                        Headers.EMPTY,
                        Body.of(
                                new BodySource() {
                                    private boolean given;

                                    @Override
                                    public ByteBuffer read() throws IOException {
                                        if (given) {
                                            thrown.now();
                                        }
                                        given = true;
                                        return ByteBuffer.wrap(blob, 0, 100_000);
                                    }

                                    @Override
                                    public void close() {}
                                },
                                OptionalLong.of(blob.length))));
        assertFalse(begun.isComplete());
        assertArrayEquals(blob, pull(cache, request("app"), r -> part(r, blob)).body(), "the next pull is well");
    }

    /** Threads of which there are none. */
    private static final class NoThreads extends AbstractExecutorService {
        private final Throwable why;

        NoThreads(Throwable why) {
            this.why = why;
        }

        @Override
        public void execute(Runnable task) {
            if (why instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) why;
        }

        @Override
        public void shutdown() {}

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }
    }

    @Test
    void a_pull_needs_no_thread_for_its_fill() {
        for (Throwable why :
                List.of(new RejectedExecutionException("full"), new OutOfMemoryError("no native thread"))) {
            CacheBlobs cache = caching(store, "up").fetchers(new NoThreads(why)).build();
            for (int i = 0; i < 2; i++) {
                assertArrayEquals(
                        blob, pull(cache, request("app"), r -> part(r, blob)).body());
            }
        }
    }

    @Test
    void a_fill_that_waits_for_a_thread_when_the_cache_is_closed_leaves_no_reader_behind() throws Exception {
        ThreadPoolExecutor one = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
        CountDownLatch busy = new CountDownLatch(1);
        one.execute(() -> {
            try {
                busy.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        CacheBlobs cache = caching(store, "up").fetchers(one).build();
        CountDownLatch begun = new CountDownLatch(1);
        Future<Got> reader = clients.submit(() -> {
            begun.countDown();
            return pull(cache, request("app"), r -> part(r, blob));
        });
        begun.await();
        while (one.getQueue().isEmpty()) {
            Thread.onSpinWait();
        }
        cache.close();
        assertArrayEquals(blob, reader.get(SOON.toSeconds(), TimeUnit.SECONDS).body());
    }

    @Test
    void what_one_source_left_is_not_continued_by_another(@TempDir Path directory) throws IOException {
        byte[] wrong = new byte[blob.length];
        try (DirectoryStore onDisk = DirectoryStore.open(directory, 64 * 1024 * 1024)) {
            CacheBlobs evil = opened(caching(onDisk, "evil"));
            CacheBlobs good = opened(caching(onDisk, "good"));
            RegistryHandler breaking = r -> RegistryResponse.of(200, Headers.EMPTY, broken(wrong, 0, 200_000));
            for (boolean otherRepository : new boolean[] {false, true}) {
                assertFalse(pull(evil, request("app"), breaking).isComplete());
                asked.clear();
                CacheBlobs next = otherRepository ? evil : good;
                Got got = pull(next, request(otherRepository ? "twin" : "app"), noting(r -> part(r, blob)));
                assertArrayEquals(blob, got.body());
                assertEquals(List.of("GET whole"), asked);
                onDisk.delete(Digest.of(Digest.Algorithm.SHA256, blob));
            }
        }
    }

    @Test
    void what_a_source_left_is_continued_by_the_same_one_after_a_restart(@TempDir Path directory) throws IOException {
        for (int i = 0; i < 2; i++) {
            try (DirectoryStore onDisk = DirectoryStore.open(directory, 64 * 1024 * 1024);
                    CacheBlobs cache = caching(onDisk, "up").build()) {
                boolean first = i == 0;
                Got got = pull(
                        cache,
                        request("app"),
                        noting(r -> first
                                ? RegistryResponse.of(200, Headers.EMPTY, broken(blob, 0, 200_000))
                                : part(r, blob)));
                assertEquals(!first, got.isComplete());
            }
        }
        assertEquals(List.of("GET whole", "GET bytes=200000-"), asked);
    }

    /** The beginning that an earlier attempt left is wrong from some byte on; the rest that is fetched now is right. */
    private Got continued(DirectoryStore onDisk, int wrongFrom, List<Got> more) throws IOException {
        byte[] wrong = blob.clone();
        for (int i = wrongFrom; i < wrong.length; i++) {
            wrong[i] ^= 1;
        }
        CacheBlobs cache = opened(caching(onDisk, "up"));
        assertFalse(pull(cache, request("app"), r -> RegistryResponse.of(200, Headers.EMPTY, broken(wrong, 0, 200_000)))
                .isComplete());
        CountDownLatch read = new CountDownLatch(1);
        RegistryHandler held = noting(r -> {
            RegistryResponse good = part(r, blob);
            if (!r.headers().contains(HeaderNames.RANGE)) {
                return good;
            }
            return good.observeBody(source -> new BodySource() {
                @Override
                public ByteBuffer read() throws IOException {
                    await(read);
                    return source.read();
                }

                @Override
                public void close() throws IOException {
                    source.close();
                }
            });
        });
        return assertTimeoutPreemptively(SOON, () -> {
            try (RegistryResponse response = cache.handle(request("app"), held);
                    BodySource source = response.body().source()) {
                int begun = source.read().remaining();
                read.countDown();
                more.add(pull(cache, request("app"), held));
                byte[] all = blob.clone();
                int at = begun;
                try {
                    for (ByteBuffer bytes = source.read(); bytes != null; bytes = source.read()) {
                        int n = bytes.remaining();
                        bytes.get(all, at, n);
                        at += n;
                    }
                } catch (IOException e) {
                    return new Got(200, all, false);
                }
                return new Got(200, all, at == blob.length);
            }
        });
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void a_wrong_beginning_is_replaced_before_its_readers_get_there(@TempDir Path directory) throws IOException {
        try (DirectoryStore onDisk = DirectoryStore.open(directory, 64 * 1024 * 1024)) {
            List<Got> more = new ArrayList<>();
            Got got = continued(onDisk, 150_000, more);
            assertTrue(got.isComplete(), "what was handed out was right");
            assertArrayEquals(blob, got.body());
            assertEquals(List.of("GET bytes=200000-", "GET whole"), asked);
            asked.clear();
            CacheBlobs cache = opened(caching(onDisk, "up"));
            assertArrayEquals(
                    blob,
                    pull(cache, request("app"), noting(r -> part(r, blob))).body());
            assertEquals(List.of(), asked, "the right content is kept");
        }
    }

    @Test
    void a_reader_that_was_handed_wrong_bytes_ends_short(@TempDir Path directory) throws IOException {
        try (DirectoryStore onDisk = DirectoryStore.open(directory, 64 * 1024 * 1024)) {
            List<Got> more = new ArrayList<>();
            assertFalse(continued(onDisk, 10, more).isComplete());
        }
    }

    @Test
    void what_is_wrong_in_one_answer_is_asked_for_once() throws IOException {
        byte[] wrong = blob.clone();
        wrong[0] ^= 1;
        Got got = pull(opened(caching(store, "up")), request("app"), noting(r -> part(r, wrong)));
        assertFalse(got.isComplete());
        assertEquals(List.of("GET whole"), asked);
        assertEquals(List.of(), store.digests());
    }

    @Test
    void a_body_of_another_length_than_was_said_is_no_blob() throws IOException {
        for (int said : new int[] {100_000, 299_999, 300_001}) {
            Got got = pull(
                    opened(caching(store, "up")),
                    request("app"),
                    r -> RegistryResponse.of(
                            200, Headers.EMPTY, Body.of(Body.of(blob).source(), OptionalLong.of(said))));
            assertFalse(got.isComplete(), "said " + said);
            assertEquals(List.of(), store.digests());
        }
    }

    @Test
    void an_empty_body_is_complete_for_the_empty_blob_alone() {
        Got got = pull(opened(caching(store, "up")), request("app"), r -> RegistryResponse.of(200));
        assertNotEquals(200, got.status());
    }

    @ParameterizedTest
    @EnumSource(Digest.Algorithm.class)
    void an_empty_blob_is_kept_like_any_other(Digest.Algorithm algorithm, @TempDir Path directory) throws Exception {
        Digest empty = Digest.of(algorithm, new byte[0]);
        try (DirectoryStore onDisk = DirectoryStore.open(directory, 64 * 1024 * 1024)) {
            CacheBlobs cache = opened(caching(onDisk, "up"));
            RegistryHandler upstream = noting(r -> RegistryResponse.of(200));
            List<Future<Got>> pulls = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                pulls.add(clients.submit(() -> pull(cache, request("app", empty), upstream)));
            }
            for (Future<Got> pull : pulls) {
                assertEquals(200, pull.get(SOON.toSeconds(), TimeUnit.SECONDS).status());
            }
            assertEquals(200, pull(cache, request("app", empty), upstream).status());
            // By HEAD they ask whether they may have what was fetched for another.
            assertEquals(1, asked.stream().filter("GET whole"::equals).count(), "it is kept: " + asked);
            assertEquals(0, onDisk.stagingBytes());
        }
    }

    @Test
    void an_upstream_that_gives_a_byte_a_piece_is_soon_asked_no_more() {
        CacheBlobs cache = opened(caching(storeAhead(), "up").parallelFetch(2, 1024 * 1024));
        byte[] large = bytes(3 * 1024 * 1024);
        Got got = pull(cache, request("app", Digest.of(Digest.Algorithm.SHA256, large)), noting(r -> {
            ByteRange range = r.headers()
                    .first(HeaderNames.RANGE)
                    .flatMap(ByteRange::parse)
                    .orElse(null);
            if (range == null) {
                throw new IOException("no whole");
            }
            int from = (int) range.first();
            return RegistryResponse.of(
                    206,
                    Headers.of(HeaderNames.CONTENT_RANGE, "bytes " + from + "-" + from + "/" + large.length),
                    Body.of(new byte[] {large[from]}));
        }));
        assertFalse(got.isComplete());
        assertTrue(
                asked.size() <= FillBudget.MOST_REQUESTS + PieceFetch.MOST_FAILURES,
                "asked " + asked.size() + " times");
    }

    @TempDir
    private Path ahead;

    private DirectoryStore storeAhead() {
        try {
            DirectoryStore onDisk = DirectoryStore.open(ahead, 64 * 1024 * 1024);
            opened.add(onDisk);
            return onDisk;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void a_budget_without_progress_is_used_up_by_time() throws IOException {
        long[] now = {Long.MAX_VALUE - 5};
        FillBudget budget = new FillBudget(1, () -> now[0]);
        budget.spend();
        now[0] += FillBudget.LONGEST_STILL.toNanos();
        budget.progressed(1);
        budget.spend();
        now[0] += FillBudget.LONGEST_STILL.toNanos() + 1;
        assertThrows(io.github.registryproxy.UpstreamTimeoutException.class, budget::spend);
    }

    @Test
    void a_budget_of_requests_grows_with_the_bytes() throws IOException {
        FillBudget budget = new FillBudget(1, System::nanoTime);
        for (int i = 0; i < FillBudget.MOST_REQUESTS; i++) {
            budget.spend();
        }
        assertThrows(IOException.class, budget::spend);
        budget.progressed((int) (2 * FillBudget.CREDIT));
        budget.spend();
        assertThrows(IOException.class, budget::spend);
    }

    @Test
    void every_connection_has_requests_of_its_own() throws IOException {
        FillBudget budget = new FillBudget(16, System::nanoTime);
        for (int i = 0; i < FillBudget.MOST_REQUESTS + 15 * PieceFetch.MOST_FAILURES; i++) {
            budget.spend();
        }
        assertThrows(IOException.class, budget::spend);
    }

    @Test
    void a_refusal_is_for_those_who_wait() {
        Got got = pull(
                opened(caching(store, "up")),
                request("app"),
                r -> RegistryResponse.of(ErrorCode.BLOB_UNKNOWN.because("blob unknown")));
        assertEquals(404, got.status());
    }

    @Test
    void a_staging_that_was_discarded_makes_room_at_once_and_can_be_read_on(@TempDir Path directory)
            throws IOException {
        Digest digest = Digest.of(Digest.Algorithm.SHA256, blob);
        try (DirectoryStore onDisk = DirectoryStore.open(directory, 64 * 1024 * 1024)) {
            for (io.github.registryproxy.store.ContentStore one : List.of(onDisk, store)) {
                try (Staging old = one.stage(digest, "up")) {
                    old.append(ByteBuffer.wrap(new byte[1000]));
                    old.discard();
                    try (Staging fresh = one.stage(digest, "up")) {
                        assertEquals(0, fresh.size());
                        fresh.append(ByteBuffer.wrap(blob));
                        assertEquals(10, old.read(990, ByteBuffer.allocate(100)));
                        fresh.commit();
                    }
                    assertEquals(300_000, one.size(digest).orElseThrow());
                }
            }
            assertEquals(0, onDisk.stagingBytes());
        }
        assertEquals(0, store.stagingBytes());
    }
}
