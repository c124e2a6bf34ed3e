package io.github.registryproxy.cache;

import static io.github.registryproxy.cache.CacheBench.INDEX;
import static io.github.registryproxy.cache.CacheBench.TYPE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.cache.CacheBench.Held;
import io.github.registryproxy.cache.CacheBench.Seen;
import io.github.registryproxy.protocol.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CacheTagsTest {
    private static final String APP = "/v2/app/manifests/1.0";

    private final CacheBench bench = new CacheBench();

    @Test
    void a_tag_is_asked_for_once_within_its_ttl() throws IOException {
        Held one = bench.hold("app", "1.0", TYPE, "{\"a\":1}");
        assertEquals(CacheState.MISS, bench.get(APP).state());
        bench.pass(Duration.ofSeconds(59));
        Seen seen = bench.get(APP);
        assertEquals(CacheState.HIT, seen.state());
        assertEquals("{\"a\":1}", seen.body());
        assertEquals(TYPE, seen.headers().first(HeaderNames.CONTENT_TYPE).orElseThrow());
        assertEquals(one.digest().toString(), seen.digest());
        assertEquals(List.of("GET " + APP), bench.asked());
        assertEquals(1, bench.counted.get(CacheState.HIT));
    }

    @Test
    void after_the_ttl_one_head_renews_an_unchanged_tag() throws IOException {
        bench.hold("app", "1.0", TYPE, "{}");
        bench.get(APP);
        bench.asked();
        bench.pass(Duration.ofSeconds(60));
        assertEquals(CacheState.REVALIDATED, bench.get(APP).state());
        bench.pass(Duration.ofSeconds(59));
        assertEquals(CacheState.HIT, bench.get(APP).state());
        assertEquals(List.of("HEAD " + APP), bench.asked());
    }

    @Test
    void after_the_ttl_a_moved_tag_is_fetched() throws IOException {
        bench.hold("app", "1.0", TYPE, "{}");
        bench.get(APP);
        bench.asked();
        bench.pass(Duration.ofSeconds(61));
        bench.hold("app", "1.0", TYPE, "{\"b\":2}");
        Seen seen = bench.get(APP);
        assertEquals(CacheState.MISS, seen.state());
        assertEquals("{\"b\":2}", seen.body());
        assertEquals("{\"b\":2}", bench.get(APP).body());
        assertEquals(List.of("HEAD " + APP, "GET " + APP), bench.asked());
    }

    @Test
    void a_registry_whose_head_knows_nothing_is_asked_by_get_before_a_tag_is_gone() throws IOException {
        bench.hold("app", "1.0", TYPE, "{}");
        bench.get(APP);
        bench.pass(Duration.ofSeconds(61));
        bench.script = request -> request.isHead() ? RegistryResponse.of(ErrorCode.MANIFEST_UNKNOWN.because("")) : null;
        assertEquals(200, bench.get(APP).status());
    }

    @Test
    void content_that_is_gone_is_fetched_again() throws IOException {
        bench.hold("app", "1.0", TYPE, "{}");
        bench.get(APP);
        bench.store.content.clear();
        assertEquals("{}", bench.get(APP).body());
        assertEquals(List.of("GET " + APP, "GET " + APP), bench.asked());
        assertEquals(CacheState.HIT, bench.get(APP).state());
    }

    @Test
    void content_that_went_bad_is_fetched_again() throws IOException {
        Held one = bench.hold("app", "1.0", TYPE, "{}");
        bench.get(APP);
        bench.store.content.put(one.digest(), new byte[] {'{', ']'});
        assertEquals("{}", bench.get(APP).body());
        assertEquals("{}", new String(bench.store.content.get(one.digest()), StandardCharsets.UTF_8));
    }

    @Test
    void what_an_earlier_attempt_left_does_not_spoil_a_manifest() throws IOException {
        bench.store.left = new byte[] {1, 2, 3};
        bench.hold("app", "1.0", TYPE, "{}");
        assertEquals(CacheState.MISS, bench.get(APP).state());
        assertEquals(CacheState.HIT, bench.get(APP).state());
    }

    @Test
    void head_and_get_of_a_kept_tag_agree() throws IOException {
        bench.hold("app", "1.0", TYPE, "{\"a\":1}");
        Seen get = bench.get(APP);
        Seen head = bench.head(APP);
        assertEquals(CacheState.HIT, head.state());
        assertEquals("", head.body());
        assertEquals("7", head.headers().first(HeaderNames.CONTENT_LENGTH).orElseThrow());
        assertEquals(get.digest(), head.digest());
        assertEquals(
                get.headers().first(HeaderNames.CONTENT_TYPE), head.headers().first(HeaderNames.CONTENT_TYPE));
    }

    @Test
    void a_tag_known_by_head_alone_and_pulled_by_digest_is_served_by_tag_when_the_upstream_is_gone()
            throws IOException {
        Held one = bench.hold("app", "1.0", INDEX, "{\"manifests\":[]}");
        assertEquals(CacheState.MISS, bench.head(APP).state());
        assertEquals(CacheState.HIT, bench.head(APP).state());
        bench.get("/v2/app/manifests/" + one.digest());
        bench.unplug();
        bench.pass(Duration.ofDays(3));
        Seen seen = bench.get(APP);
        assertEquals(CacheState.STALE, seen.state());
        assertEquals("{\"manifests\":[]}", seen.body());
        assertEquals(
                CacheState.HIT, bench.get("/v2/app/manifests/" + one.digest()).state());
    }

    @Test
    void accept_variants_never_mix_and_their_order_and_weights_do_not_matter() throws IOException {
        bench.hold("app", "1.0", TYPE, "{}");
        bench.get(APP, "Accept", TYPE);
        bench.hold("app", "1.0", INDEX, "{\"manifests\":[]}");
        assertEquals(
                "{\"manifests\":[]}",
                bench.get(APP, "Accept", TYPE + ", " + INDEX).body());
        assertEquals("{}", bench.get(APP, "Accept", TYPE + ";q=0.5").body());
        assertEquals(
                "{\"manifests\":[]}",
                bench.get(APP, "Accept", INDEX, "accept", TYPE).body());
        assertEquals(List.of("GET " + APP, "HEAD " + APP, "GET " + APP), bench.asked());
    }

    @Test
    void upstreams_that_share_a_store_do_not_share_tags() throws IOException {
        bench.hold("app", "1.0", TYPE, "{}");
        bench.get(APP);
        bench.cache = bench.settings("other").build();
        bench.held.clear();
        assertEquals(404, bench.get(APP).status());
    }

    @Test
    void whoever_comes_during_a_revalidation_waits_for_that_one() throws Exception {
        bench.hold("app", "1.0", TYPE, "{}");
        bench.get(APP);
        bench.asked();
        bench.pass(Duration.ofSeconds(61));
        together(8, "REVALIDATED or HIT");
        assertEquals(List.of("HEAD " + APP), bench.asked());
    }

    @Test
    void whoever_comes_during_a_cold_fetch_shares_it() throws Exception {
        bench.hold("app", "1.0", TYPE, "{}");
        together(8, "MISS, SHARED or HIT");
        assertEquals(List.of("GET " + APP), bench.asked());
    }

    private void together(int readers, String allowed) throws Exception {
        CountDownLatch atUpstream = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        bench.script = request -> {
            atUpstream.countDown();
            try {
                assertTrue(go.await(20, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return null;
        };
        ExecutorService threads = Executors.newFixedThreadPool(readers);
        try {
            CountDownLatch started = new CountDownLatch(readers);
            List<Future<Seen>> all = new ArrayList<>();
            for (int i = 0; i < readers; i++) {
                all.add(threads.submit(() -> {
                    started.countDown();
                    return bench.get(APP);
                }));
            }
            assertTrue(started.await(20, TimeUnit.SECONDS));
            assertTrue(atUpstream.await(20, TimeUnit.SECONDS));
            go.countDown();
            for (Future<Seen> one : all) {
                Seen seen = one.get(20, TimeUnit.SECONDS);
                assertEquals("{}", seen.body());
                assertTrue(allowed.contains(seen.state().name()), () -> seen.state() + " is none of " + allowed);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void a_missing_tag_is_not_asked_for_again_for_a_while() throws IOException {
        assertEquals(404, bench.get(APP).status());
        bench.pass(Duration.ofSeconds(9));
        assertEquals(404, bench.get(APP).status());
        assertEquals(404, bench.head(APP).status());
        assertEquals(List.of("GET " + APP), bench.asked());
        bench.hold("app", "1.0", TYPE, "{}");
        bench.pass(Duration.ofSeconds(1));
        assertEquals(200, bench.get(APP).status());
    }

    @Test
    void what_a_head_does_not_find_a_get_may() throws IOException {
        bench.hold("app", "1.0", TYPE, "{}");
        bench.script = request ->
                request.isHead() ? RegistryResponse.of(ErrorCode.MANIFEST_UNKNOWN.because("no HEAD here")) : null;
        assertEquals(404, bench.head(APP).status());
        assertEquals(404, bench.head(APP).status());
        assertEquals(200, bench.get(APP).status());
        assertEquals(200, bench.head(APP).status());
        assertEquals(List.of("HEAD " + APP, "GET " + APP), bench.asked());
    }

    @Test
    void a_tag_that_is_gone_is_not_stale_later() throws IOException {
        bench.hold("app", "1.0", TYPE, "{}");
        bench.get(APP);
        bench.held.clear();
        bench.pass(Duration.ofSeconds(61));
        assertEquals(404, bench.get(APP).status());
        bench.pass(Duration.ofSeconds(61));
        bench.refuse(ErrorCode.UNAVAILABLE);
        assertEquals(502, bench.get(APP).status());
    }

    @Test
    void a_push_clears_what_was_known_of_its_tags() throws IOException {
        bench.hold("app", "1.0", TYPE, "{}");
        bench.get(APP);
        assertEquals(404, bench.get("/v2/app/manifests/new").status());
        Held two = bench.hold("app", "1.0", TYPE, "{\"b\":2}");
        bench.hold("app", "new", TYPE, "{\"b\":2}");
        assertEquals("{}", bench.get(APP).body());
        assertEquals(
                201,
                bench.send("PUT", "/v2/app/manifests/" + two.digest() + "?tag=1.0&tag=new")
                        .status());
        assertEquals("{\"b\":2}", bench.get(APP).body());
        assertEquals(200, bench.get("/v2/app/manifests/new").status());
    }

    @Test
    void a_delete_clears_what_was_known_even_when_it_fails() throws IOException {
        Held one = bench.hold("app", "1.0", TYPE, "{}");
        bench.get(APP);
        bench.refuse(ErrorCode.UNAVAILABLE);
        bench.send("DELETE", "/v2/app/manifests/" + one.digest());
        bench.plugIn();
        bench.held.clear();
        assertEquals(404, bench.get("/v2/app/manifests/" + one.digest()).status());
        assertEquals(404, bench.get(APP).status());
    }

    @Test
    void what_was_asked_before_a_push_is_not_kept_after_it() throws IOException {
        bench.hold("app", "1.0", TYPE, "{}");
        bench.script = request -> {
            if (request.method().equals("GET")) {
                bench.script = other -> null;
                bench.send("PUT", APP);
                return null;
            }
            return null;
        };
        assertEquals("{}", bench.get(APP).body());
        bench.hold("app", "1.0", TYPE, "{\"b\":2}");
        assertEquals("{\"b\":2}", bench.get(APP).body());
    }

    @Test
    void a_wall_clock_that_jumps_neither_keeps_nor_drops_anything() throws IOException {
        bench.hold("app", "1.0", TYPE, "{}");
        bench.get(APP);
        bench.asked();
        bench.wall.updateAndGet(now -> now.plus(Duration.ofDays(1)));
        assertEquals(CacheState.HIT, bench.get(APP).state());
        bench.wall.updateAndGet(now -> now.minus(Duration.ofDays(2)));
        assertEquals(CacheState.HIT, bench.get(APP).state());
        bench.pass(Duration.ofSeconds(61));
        assertEquals(CacheState.REVALIDATED, bench.get(APP).state());
    }

    @Test
    void after_a_restart_a_check_from_the_future_lives_one_ttl_more_and_not_for_ever() throws IOException {
        bench.hold("app", "1.0", TYPE, "{}");
        bench.get(APP);
        bench.wall.updateAndGet(now -> now.minus(Duration.ofDays(1)));
        bench.cache = bench.settings().build();
        assertEquals(CacheState.HIT, bench.get(APP).state());
        bench.pass(Duration.ofSeconds(61));
        assertEquals(CacheState.REVALIDATED, bench.get(APP).state());
    }

    @Test
    void after_a_restart_a_tag_is_as_old_as_it_is() throws IOException {
        bench.hold("app", "1.0", TYPE, "{}");
        bench.get(APP);
        bench.pass(Duration.ofSeconds(30));
        bench.cache = bench.settings().build();
        assertEquals(CacheState.HIT, bench.get(APP).state());
        bench.pass(Duration.ofSeconds(31));
        assertEquals(CacheState.REVALIDATED, bench.get(APP).state());
    }

    @Test
    void a_record_that_is_none_of_ours_counts_as_none() throws IOException {
        bench.hold("app", "1.0", TYPE, "{}");
        bench.get(APP);
        bench.store.records.replaceAll((key, value) -> new byte[] {'1', '\n', 'x', '\n', 0, (byte) 0xff});
        assertEquals("{}", bench.get(APP).body());
    }

    @Test
    void a_store_that_fails_fails_no_pull() throws IOException {
        Held one = bench.hold("app", "1.0", TYPE, "{}");
        bench.store.broken = true;
        assertEquals(CacheState.BYPASS, bench.get(APP).state());
        assertEquals("{}", bench.get(APP).body());
        assertEquals("{}", bench.get("/v2/app/manifests/" + one.digest()).body());
        assertEquals(200, bench.head(APP).status());
        assertEquals(201, bench.send("PUT", APP).status());
        bench.store.broken = false;
        assertEquals(CacheState.MISS, bench.get(APP).state());
        assertEquals(CacheState.HIT, bench.get(APP).state());
    }

    @Test
    void a_client_s_condition_does_not_reach_the_upstream() throws IOException {
        bench.hold("app", "1.0", TYPE, "{}");
        bench.script = request -> {
            assertEquals(false, request.headers().contains(HeaderNames.IF_NONE_MATCH));
            return null;
        };
        assertEquals("{}", bench.get(APP, HeaderNames.IF_NONE_MATCH, "\"x\"").body());
    }
}
