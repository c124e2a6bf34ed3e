package io.github.registryproxy.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Operation.InRepository;
import io.github.registryproxy.protocol.Target;
import io.github.registryproxy.store.BlobAnswer;
import io.github.registryproxy.store.MemoryStore;
import io.github.registryproxy.store.Progress;
import io.github.registryproxy.store.RecordKey;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whoever asks, and in whatever state the blob is then: a caller whom the upstream refuses gets no byte of it, then or later, and
 * leaves no right behind. The upstream gives the blob to A and C in one repository, and to no other caller.
 */
class BlobRightsTest {
    private static final int SIZE = 200_000;
    private static final String PRIVATE = "private/a";
    private static final String OTHER = "public/b";

    private final GeneratedBlob blob = GeneratedBlob.of(SIZE);
    private final Digest digest = blob.digest();
    private final MemoryStore memory = new MemoryStore(64L * 1024 * 1024);
    private final ExecutorService clients = Executors.newCachedThreadPool();
    private final List<String> asked = new ArrayList<>();
    private final List<CountDownLatch> gates = new ArrayList<>();
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile CountDownLatch fetching = new CountDownLatch(1);
    private volatile int breakAt = SIZE;
    private volatile List<String> allowed = List.of("Bearer A", "Bearer C");
    private CacheBlobs cache = CacheBlobs.builder(memory, "up").build();

    /** Entry states at the time of a request. */
    enum State {
        COLD,
        FILLING,
        JUST_COMMITTED,
        STORED,
        PARTIAL
    }

    @AfterEach
    void stop() {
        gates.forEach(CountDownLatch::countDown);
        clients.shutdownNow();
        cache.close();
    }

    private void open(CacheAccess access) {
        cache.close();
        cache = CacheBlobs.builder(memory, "up")
                .access(access)
                .forAnotherSource(Duration.ofMillis(50))
                .build();
    }

    private RegistryResponse upstream(RegistryRequest request) throws IOException {
        String caller = request.headers().first(HeaderNames.AUTHORIZATION).orElse("");
        String repository = ((InRepository) request.operation()).repository().value();
        synchronized (asked) {
            asked.add(request.method() + " " + repository + " " + caller);
        }
        if (!repository.equals(PRIVATE) || !allowed.contains(caller)) {
            return RegistryResponse.of(ErrorCode.BLOB_UNKNOWN.because("not for you"));
        }
        fetching.countDown();
        int end = breakAt;
        return new BlobAnswer(request, digest, SIZE).with((offset, length) -> {
            AtomicLong at = new AtomicLong(offset);
            return blob.body(offset, length, bytes -> passGate(at.addAndGet(bytes), end));
        });
    }

    private void passGate(long position, int end) throws IOException {
        if (position > end) {
            throw new IOException("reset");
        }
        if (position >= SIZE / 2) {
            try {
                assertTrue(gate.await(60, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
    }

    private RegistryRequest request(String method, String repository, String caller, String range) {
        Headers headers = caller.isEmpty() ? Headers.EMPTY : Headers.of(HeaderNames.AUTHORIZATION, caller);
        return RegistryRequest.of(
                method,
                Target.parse(method, "/v2/" + repository + "/blobs/" + digest),
                range.isEmpty() ? headers : headers.with(HeaderNames.RANGE, range),
                Body.empty(),
                new Client("192.0.2.7", URI.create("https://r.example.com")));
    }

    private int status(String method, String repository, String caller, String range) throws IOException {
        try (RegistryResponse response = cache.handle(request(method, repository, caller, range), this::upstream)) {
            int length = response.body().readAll(SIZE + 1).length;
            boolean gave = response.status() < 300 && !method.equals("HEAD");
            assertEquals(gave && range.isEmpty() ? SIZE : length, length);
            return response.status();
        }
    }

    private Future<Integer> bring(State state) throws Exception {
        Future<Integer> nothing = clients.submit(() -> 200);
        switch (state) {
            case COLD -> {
                return nothing;
            }
            case FILLING -> {
                gate = new CountDownLatch(1);
                gates.add(gate);
                fetching = new CountDownLatch(1);
                Future<Integer> pull = clients.submit(() -> status("GET", PRIVATE, "Bearer A", ""));
                assertTrue(fetching.await(20, TimeUnit.SECONDS));
                return pull;
            }
            case PARTIAL -> {
                breakAt = SIZE / 3;
                assertThrows(IOException.class, () -> status("GET", PRIVATE, "Bearer A", ""));
                breakAt = SIZE;
                return nothing;
            }
            case JUST_COMMITTED -> {
                assertEquals(200, status("GET", PRIVATE, "Bearer A", ""));
                return nothing;
            }
            default -> {
                assertEquals(200, status("GET", PRIVATE, "Bearer A", ""));
                while (memory.size(digest).isEmpty()) {
                    Thread.onSpinWait();
                }
                return nothing;
            }
        }
    }

    static Stream<Arguments> refused() {
        Stream.Builder<Arguments> all = Stream.builder();
        for (CacheAccess access : CacheAccess.values()) {
            for (State state : State.values()) {
                for (String method : List.of("GET", "HEAD")) {
                    for (String range : List.of("", "bytes=0-9", "bytes=199990-")) {
                        if (access != CacheAccess.PUBLIC) {
                            all.add(Arguments.of(access, state, method, range, PRIVATE, "Bearer B"));
                            all.add(Arguments.of(access, state, method, range, PRIVATE, ""));
                        }
                        all.add(Arguments.of(access, state, method, range, OTHER, "Bearer A"));
                    }
                }
            }
        }
        return all.build();
    }

    @ParameterizedTest(name = "{0} {1}: {2} {3} {4} {5}")
    @MethodSource("refused")
    void a_caller_whom_the_upstream_refuses_gets_nothing_then_or_later(
            CacheAccess access, State state, String method, String range, String repository, String caller)
            throws Exception {
        open(access);
        Future<Integer> first = bring(state);
        assertEquals(404, status(method, repository, caller, range));
        gates.forEach(CountDownLatch::countDown);
        assertEquals(200, first.get(20, TimeUnit.SECONDS));
        assertEquals(404, status(method, repository, caller, range));
        assertEquals(200, status("GET", PRIVATE, "Bearer A", ""));
        for (String later : List.of("GET", "HEAD")) {
            assertEquals(404, status(later, repository, caller, ""));
        }
    }

    static Stream<Arguments> accepted() {
        return Stream.of(CacheAccess.values())
                .flatMap(access -> Stream.of(State.values()).map(state -> Arguments.of(access, state)));
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void a_caller_whom_the_upstream_accepts_gets_the_blob_in_every_state(CacheAccess access, State state)
            throws Exception {
        open(access);
        Future<Integer> first = bring(state);
        Future<Integer> other = clients.submit(() -> status("GET", PRIVATE, "Bearer C", ""));
        gates.forEach(CountDownLatch::countDown);
        assertEquals(200, first.get(20, TimeUnit.SECONDS));
        assertEquals(200, other.get(20, TimeUnit.SECONDS));
    }

    /** The caller without rights has looked, and found nothing, when the other one begins to fetch. */
    @ParameterizedTest
    @EnumSource(CacheAccess.class)
    void a_fetch_that_begins_after_the_look_up_is_not_joined_without_a_right(CacheAccess access) throws Exception {
        boolean byRepository = access == CacheAccess.PUBLIC;
        String repository = byRepository ? OTHER : PRIVATE;
        CountDownLatch looked = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        MapStore slow = new MapStore();
        slow.beforeOpen = () -> {
            if (looked.getCount() > 0) {
                looked.countDown();
                go.await(20, TimeUnit.SECONDS);
            }
        };
        cache.close();
        cache = CacheBlobs.builder(slow, "up")
                .access(access)
                .forAnotherSource(Duration.ofMillis(50))
                .build();
        gate = new CountDownLatch(1);
        gates.add(gate);
        Future<Integer> refused = clients.submit(() -> status("GET", repository, "Bearer B", ""));
        assertTrue(looked.await(20, TimeUnit.SECONDS));
        Future<Integer> accepted = clients.submit(() -> status("GET", PRIVATE, "Bearer A", ""));
        assertTrue(fetching.await(20, TimeUnit.SECONDS));
        go.countDown();
        assertEquals(404, refused.get(20, TimeUnit.SECONDS));
        gate.countDown();
        assertEquals(200, accepted.get(20, TimeUnit.SECONDS));
        assertEquals(404, status("GET", repository, "Bearer B", ""));
    }

    @Test
    void a_follower_with_the_leader_s_credential_is_not_asked_about() throws Exception {
        open(CacheAccess.SAME_CREDENTIAL);
        Future<Integer> first = bring(State.FILLING);
        Future<Integer> second = clients.submit(() -> status("GET", PRIVATE, "Bearer A", ""));
        gates.forEach(CountDownLatch::countDown);
        assertEquals(200, first.get(20, TimeUnit.SECONDS));
        assertEquals(200, second.get(20, TimeUnit.SECONDS));
        assertEquals(List.of("GET " + PRIVATE + " Bearer A"), asked);
    }

    @Test
    void a_refusal_of_one_blob_ends_the_rights_to_all() throws IOException {
        open(CacheAccess.SAME_CREDENTIAL);
        assertEquals(200, status("GET", PRIVATE, "Bearer A", ""));
        assertEquals(200, status("GET", PRIVATE, "Bearer A", ""));
        assertEquals(1, asked.size());
        RegistryRequest tag = RegistryRequest.of(
                "GET",
                Target.parse("GET", "/v2/app/manifests/1"),
                Headers.of(HeaderNames.AUTHORIZATION, "Bearer A"),
                Body.empty(),
                new Client("192.0.2.7", URI.create("https://r.example.com")));
        cache.handle(tag, r -> RegistryResponse.of(401)).close();
        allowed = List.of();
        assertEquals(404, status("GET", PRIVATE, "Bearer A", ""));
    }

    @Test
    void after_a_restart_the_upstream_is_asked_again() throws IOException {
        open(CacheAccess.SAME_CREDENTIAL);
        assertEquals(200, status("GET", PRIVATE, "Bearer A", ""));
        open(CacheAccess.SAME_CREDENTIAL);
        allowed = List.of();
        assertEquals(404, status("GET", PRIVATE, "Bearer A", ""));
    }

    @Test
    void what_a_client_s_credentials_fetched_is_not_for_all_when_the_proxy_has_its_own() throws IOException {
        open(CacheAccess.SAME_CREDENTIAL);
        assertEquals(200, status("GET", PRIVATE, "Bearer A", ""));
        open(CacheAccess.PUBLIC);
        assertEquals(404, status("GET", PRIVATE, "Bearer B", ""));
    }

    @Test
    void a_record_of_an_earlier_version_for_one_credential_gives_no_right() throws IOException {
        open(CacheAccess.SAME_CREDENTIAL);
        assertEquals(200, status("GET", PRIVATE, "Bearer A", ""));
        String hash = Digest.of(Digest.Algorithm.SHA256, "Bearer B".getBytes(StandardCharsets.UTF_8))
                .encoded();
        memory.putRecord(RecordKey.of("member", "up", PRIVATE, digest.toString(), hash), new byte[] {'1'});
        assertEquals(404, status("GET", PRIVATE, "Bearer B", ""));
    }

    @Test
    void there_is_one_record_however_many_tokens_there_were() throws Exception {
        open(CacheAccess.SAME_CREDENTIAL);
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            tokens.add("Bearer " + i);
        }
        allowed = tokens;
        for (String token : tokens) {
            assertEquals(200, status("GET", PRIVATE, token, ""));
        }
        assertEquals(1, memory.records("member").size());
        CachePurge purge =
                CachePurge.builder(memory).upstream("up").blobs(cache).build();
        assertNotEquals(0, purge.digest(digest, Progress.NONE).memberships());
    }

    @Test
    void made_up_query_fields_do_not_reach_the_upstream() throws IOException {
        open(CacheAccess.PUBLIC);
        Target target = Target.parse("GET", "/v2/" + PRIVATE + "/blobs/" + digest + "?i=1");
        RegistryRequest request = request("GET", PRIVATE, "Bearer A", "").with(target);
        try (RegistryResponse response = cache.handle(request, seen -> {
            assertEquals("/v2/" + PRIVATE + "/blobs/" + digest, seen.target().render());
            return upstream(seen);
        })) {
            assertEquals(SIZE, response.body().readAll(SIZE + 1).length);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 202, 203, 204, 226, 302, 307})
    void statuses_that_are_no_content_give_no_right(int status) throws IOException {
        open(CacheAccess.SAME_CREDENTIAL);
        for (int pass = 0; pass < 2; pass++) {
            // Cold the first time, kept the second.
            try (RegistryResponse response =
                    cache.handle(request("HEAD", PRIVATE, "Bearer B", ""), r -> RegistryResponse.of(status))) {
                assertEquals(status, response.status());
            }
            assertEquals(200, status("GET", PRIVATE, "Bearer A", ""));
            assertEquals(404, status("GET", PRIVATE, "Bearer B", ""));
        }
    }
}
