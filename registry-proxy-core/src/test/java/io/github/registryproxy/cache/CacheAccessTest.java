package io.github.registryproxy.cache;

import static io.github.registryproxy.cache.CacheBench.INDEX;
import static io.github.registryproxy.cache.CacheBench.TYPE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.cache.CacheBench.Held;
import io.github.registryproxy.cache.CacheBench.Seen;
import io.github.registryproxy.protocol.ErrorCode;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CacheAccessTest {
    private static final String APP = "/v2/app/manifests/1.0";

    private final CacheBench bench = new CacheBench();
    private final Held one = bench.hold("app", "1.0", TYPE, "{}");
    private final String path = "/v2/app/manifests/" + one.digest();

    private void set(CacheAccess access) {
        bench.cache = bench.settings().access(access).build();
    }

    /** The upstream lets alice in, and bob when he is told to be. */
    private void guard(boolean bob) {
        bench.script = request -> {
            String who = request.headers().first(HeaderNames.AUTHORIZATION).orElse("");
            boolean in = who.equals("Bearer alice") || (bob && who.equals("Bearer bob"));
            return in ? null : RegistryResponse.of(ErrorCode.UNAUTHORIZED.because("who is it"));
        };
    }

    private Seen get(String target, String who) throws IOException {
        return bench.get(target, HeaderNames.AUTHORIZATION, "Bearer " + who);
    }

    @Test
    void what_is_public_is_for_everybody() throws IOException {
        guard(false);
        get(path, "alice");
        get(APP, "alice");
        bench.asked();
        assertEquals(CacheState.HIT, get(path, "bob").state());
        assertEquals(CacheState.HIT, get(APP, "bob").state());
        assertEquals(List.of(), bench.asked());
    }

    @Test
    void the_same_credential_is_not_asked_about() throws IOException {
        set(CacheAccess.SAME_CREDENTIAL);
        guard(false);
        get(path, "alice");
        get(APP, "alice");
        bench.asked();
        assertEquals(CacheState.HIT, get(path, "alice").state());
        assertEquals(CacheState.HIT, get(APP, "alice").state());
        assertEquals(List.of(), bench.asked());
    }

    @Test
    void another_credential_is_asked_about_and_refused_as_the_upstream_does() throws IOException {
        set(CacheAccess.SAME_CREDENTIAL);
        guard(false);
        get(path, "alice");
        get(APP, "alice");
        bench.asked();
        Seen refused = get(path, "bob");
        assertEquals(401, refused.status());
        assertFalse(refused.body().contains("{}"));
        assertEquals(401, get(APP, "bob").status());
        assertEquals(401, bench.get(APP).status());
        assertEquals(List.of("HEAD " + path, "HEAD " + APP, "HEAD " + APP), bench.asked());
        assertEquals(CacheState.HIT, get(APP, "alice").state());
    }

    @Test
    void another_credential_that_is_good_is_asked_about_once() throws IOException {
        set(CacheAccess.SAME_CREDENTIAL);
        guard(true);
        get(path, "alice");
        get(APP, "alice");
        bench.asked();
        assertEquals(CacheState.REVALIDATED, get(path, "bob").state());
        assertEquals(CacheState.HIT, get(path, "bob").state());
        assertEquals(CacheState.HIT, get(APP, "bob").state());
        assertEquals(List.of("HEAD " + path), bench.asked());
    }

    @Test
    void who_was_never_let_in_gets_nothing_stale() throws IOException {
        set(CacheAccess.SAME_CREDENTIAL);
        guard(false);
        get(APP, "alice");
        bench.pass(Duration.ofSeconds(61));
        bench.unplug();
        assertEquals(CacheState.STALE, get(APP, "alice").state());
        assertThrows(ConnectException.class, () -> get(APP, "bob"));
        assertThrows(ConnectException.class, () -> get(path, "bob"));
    }

    @Test
    void a_stranger_s_404_does_not_take_a_tag_from_others() throws IOException {
        set(CacheAccess.SAME_CREDENTIAL);
        get(APP, "alice");
        bench.script = request ->
                request.headers().first(HeaderNames.AUTHORIZATION).orElse("").equals("Bearer bob")
                        ? RegistryResponse.of(ErrorCode.NAME_UNKNOWN.because("hidden"))
                        : null;
        assertEquals(404, get(APP, "bob").status());
        bench.unplug();
        assertEquals(CacheState.HIT, get(APP, "alice").state());
    }

    @Test
    void recheck_asks_each_time_and_never_serves_unasked() throws IOException {
        set(CacheAccess.RECHECK);
        guard(true);
        get(path, "alice");
        get(APP, "alice");
        bench.asked();
        assertEquals(CacheState.REVALIDATED, get(path, "alice").state());
        assertEquals(CacheState.REVALIDATED, get(APP, "bob").state());
        assertEquals(CacheState.REVALIDATED, get(APP, "bob").state());
        assertEquals(List.of("HEAD " + path, "HEAD " + APP, "HEAD " + APP), bench.asked());
        guard(false);
        assertEquals(401, get(APP, "bob").status());
        assertEquals(401, get(path, "bob").status());
        bench.unplug();
        assertThrows(ConnectException.class, () -> get(path, "alice"));
        assertThrows(ConnectException.class, () -> get(APP, "alice"));
    }

    @Test
    void one_caller_s_rate_limit_is_not_another_s() throws IOException {
        set(CacheAccess.SAME_CREDENTIAL);
        bench.refuse(429, "60");
        assertEquals(429, get(APP, "bob").status());
        bench.plugIn();
        assertEquals(429, get(APP, "bob").status());
        assertEquals(200, get(APP, "alice").status());
    }

    @Test
    void lists_are_kept_for_everybody_or_not_at_all() throws IOException {
        bench.held.put("/v2/app/tags/list", new Held("application/json", "{\"name\":\"app\",\"tags\":[]}"));
        for (CacheAccess access : List.of(CacheAccess.SAME_CREDENTIAL, CacheAccess.RECHECK)) {
            set(access);
            assertEquals(CacheState.BYPASS, get("/v2/app/tags/list", "alice").state());
            assertEquals(CacheState.BYPASS, get("/v2/app/tags/list", "alice").state());
        }
        assertEquals(4, bench.asked().size());
    }

    @Test
    void no_record_holds_a_credential() throws IOException {
        set(CacheAccess.SAME_CREDENTIAL);
        get(APP, "alice");
        bench.store
                .records
                .values()
                .forEach(value -> assertFalse(new String(value, StandardCharsets.UTF_8).contains("alice")));
    }

    private static Stream<Arguments> refused() {
        Stream.Builder<Arguments> all = Stream.builder();
        for (CacheAccess access : List.of(CacheAccess.SAME_CREDENTIAL, CacheAccess.RECHECK)) {
            for (String method : List.of("GET", "HEAD")) {
                for (String who : List.of("bob", "")) {
                    for (boolean old : List.of(false, true)) {
                        all.add(Arguments.of(access, method, who, old));
                    }
                }
            }
        }
        return all.build();
    }

    /** By tag, by digest, the list of tags and of referrers; fresh and old; whatever alice had fetched before. */
    @ParameterizedTest(name = "{0} {1} {2} old: {3}")
    @MethodSource("refused")
    void a_caller_whom_the_upstream_refuses_gets_nothing_then_or_later(
            CacheAccess access, String method, String who, boolean old) throws IOException {
        set(access);
        bench.held.put("/v2/app/tags/list", new Held("application/json", "{\"tags\":[]}"));
        bench.held.put("/v2/app/referrers/" + one.digest(), new Held(INDEX, "{\"manifests\":[]}"));
        guard(false);
        List<String> all = List.copyOf(bench.held.keySet());
        for (int round = 0; round < 2; round++) {
            for (String target : all) {
                assertEquals(200, get(target, "alice").status());
                assertEquals(200, get(target, "alice").status());
            }
            bench.pass(Duration.ofSeconds(old ? 61 : 0));
            for (String target : all) {
                Seen seen = bench.send(method, target, HeaderNames.AUTHORIZATION, "Bearer " + who);
                assertEquals(401, seen.status(), target);
                assertFalse(seen.body().contains("{}") || seen.body().contains("manifests"), target);
            }
        }
    }

    @Test
    void a_refusal_of_a_tag_ends_the_right_to_the_manifest_also_after_a_restart() throws IOException {
        set(CacheAccess.SAME_CREDENTIAL);
        guard(false);
        assertEquals(200, get(APP, "alice").status());
        assertEquals(CacheState.HIT, get(path, "alice").state());
        bench.pass(Duration.ofSeconds(61));
        bench.refuse(ErrorCode.UNAUTHORIZED);
        assertEquals(401, get(APP, "alice").status());
        assertEquals(401, get(path, "alice").status());
        set(CacheAccess.SAME_CREDENTIAL);
        assertEquals(401, get(path, "alice").status());
        assertEquals(
                401, bench.head(path, HeaderNames.AUTHORIZATION, "Bearer alice").status());
    }

    @Test
    void a_right_ends_after_fifteen_minutes_or_the_time_that_is_set() throws IOException {
        set(CacheAccess.SAME_CREDENTIAL);
        guard(false);
        get(path, "alice");
        bench.pass(Duration.ofMinutes(15));
        bench.asked();
        assertEquals(CacheState.REVALIDATED, get(path, "alice").state());
        assertEquals(List.of("HEAD " + path), bench.asked());
        bench.cache = bench.settings()
                .access(CacheAccess.SAME_CREDENTIAL)
                .accessTtl(Duration.ofSeconds(5))
                .build();
        get(path, "alice");
        bench.pass(Duration.ofSeconds(5));
        assertEquals(CacheState.REVALIDATED, get(path, "alice").state());
    }

    @Test
    void a_right_that_has_ended_gives_nothing_stale() throws IOException {
        set(CacheAccess.SAME_CREDENTIAL);
        get(APP, "alice");
        bench.pass(Duration.ofMinutes(15));
        bench.unplug();
        assertThrows(ConnectException.class, () -> get(APP, "alice"));
    }

    @Test
    void a_refused_client_gets_nothing_stale_even_where_refusals_are_overruled() throws IOException {
        bench.cache = bench.settings()
                .access(CacheAccess.SAME_CREDENTIAL)
                .staleOnRefusal(true)
                .build();
        get(APP, "alice");
        bench.pass(Duration.ofSeconds(61));
        bench.refuse(ErrorCode.UNAUTHORIZED);
        assertEquals(401, get(APP, "alice").status());
    }

    @Test
    void what_a_client_s_credentials_fetched_is_not_for_all_when_the_proxy_has_its_own() throws IOException {
        set(CacheAccess.SAME_CREDENTIAL);
        guard(false);
        get(APP, "alice");
        bench.head("/v2/app/manifests/other", HeaderNames.AUTHORIZATION, "Bearer alice");
        set(CacheAccess.PUBLIC);
        for (String target : List.of(APP, path)) {
            assertEquals(401, get(target, "bob").status());
            assertEquals(
                    401,
                    bench.head(target, HeaderNames.AUTHORIZATION, "Bearer bob").status());
        }
        assertEquals(CacheState.REVALIDATED, get(path, "alice").state());
        assertEquals(CacheState.HIT, get(path, "bob").state());
    }

    @Test
    void a_record_of_an_earlier_version_that_names_readers_gives_no_right() throws IOException {
        set(CacheAccess.SAME_CREDENTIAL);
        guard(false);
        get(APP, "alice");
        bench.store.records.replaceAll((key, value) -> key.kind().equals("manifest")
                ? ("1\n" + TYPE + "\n2\n" + "a".repeat(64)).getBytes(StandardCharsets.UTF_8)
                : value);
        for (CacheAccess access : CacheAccess.values()) {
            set(access);
            assertEquals(401, get(path, "bob").status(), access.toString());
        }
    }

    @Test
    void an_answer_that_was_asked_for_before_a_refusal_is_not_shared_after_it() throws Exception {
        set(CacheAccess.SAME_CREDENTIAL);
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        bench.script = request -> {
            if (request.target().render().equals(path) && asked.getCount() > 0) {
                asked.countDown();
                try {
                    assertTrue(go.await(20, TimeUnit.SECONDS));
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                return null;
            }
            return RegistryResponse.of(ErrorCode.UNAUTHORIZED.because("who is it"));
        };
        ExecutorService clients = Executors.newCachedThreadPool();
        try {
            Future<Seen> early = clients.submit(() -> get(path, "alice"));
            assertTrue(asked.await(20, TimeUnit.SECONDS));
            assertEquals(401, get(APP, "alice").status());
            assertEquals(401, get(path, "alice").status());
            go.countDown();
            assertEquals(200, early.get(20, TimeUnit.SECONDS).status());
            assertEquals(401, get(path, "alice").status());
        } finally {
            go.countDown();
            clients.shutdownNow();
        }
    }
}
