package io.github.registryproxy.cache;

import static io.github.registryproxy.cache.CacheBench.TYPE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.cache.CacheBench.Seen;
import io.github.registryproxy.protocol.ErrorCode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A tag that was pulled once and is older than its TTL, and an upstream that cannot or will not say more. */
class CacheFailuresTest {
    private static final String APP = "/v2/app/manifests/1.0";
    private static final String COLD = "/v2/app/manifests/cold";

    private final CacheBench bench = new CacheBench();

    @BeforeEach
    void pull() throws IOException {
        bench.hold("app", "1.0", TYPE, "{}");
        bench.get(APP);
        bench.asked();
        bench.pass(Duration.ofSeconds(61));
    }

    private void isStale(Seen seen) {
        assertEquals(200, seen.status());
        assertEquals(CacheState.STALE, seen.state());
        String warning = seen.headers().first(HeaderNames.WARNING).orElseThrow();
        assertTrue(warning.matches("299 - \"[^\"]+\""), warning);
    }

    @Test
    void no_answer_makes_it_stale() throws IOException {
        bench.unplug();
        isStale(bench.get(APP));
        isStale(bench.head(APP));
    }

    @Test
    void who_has_an_older_answer_waits_for_no_slow_one_and_nobody_after_waits_at_all() throws Exception {
        bench.cache = bench.settings().patience(Duration.ofMillis(1)).build();
        CountDownLatch answer = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(1);
        bench.script = request -> {
            try {
                answer.await();
            } catch (InterruptedException e) {
                throw new InterruptedIOException();
            }
            answered.countDown();
            return RegistryResponse.of(200);
        };
        isStale(bench.get(APP));
        assertTrue(bench.breaker.isOpen());
        isStale(bench.get(APP));
        assertEquals(1, bench.asked().size());

        answer.countDown();
        answered.await();
        while (bench.breaker.isOpen()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void an_interrupted_request_is_given_up_and_not_answered() {
        bench.script = request -> {
            throw new InterruptedIOException("the server stops");
        };
        assertThrows(InterruptedIOException.class, () -> bench.get(APP));
    }

    @Test
    void a_failing_or_overloaded_upstream_makes_it_stale() throws IOException {
        for (int status : List.of(429, 500, 502, 503, 504)) {
            bench.refuse(status, "");
            isStale(bench.get(APP));
        }
        bench.plugIn();
        assertEquals(CacheState.REVALIDATED, bench.get(APP).state());
        assertFalse(bench.get(APP).headers().contains(HeaderNames.WARNING));
    }

    @Test
    void a_refusal_is_the_answer() throws IOException {
        bench.refuse(ErrorCode.UNAUTHORIZED);
        assertEquals(401, bench.get(APP).status());
        bench.refuse(ErrorCode.DENIED);
        assertEquals(403, bench.get(APP).status());
        assertTrue(bench.get(APP).body().contains("DENIED"));
        bench.refuse(ErrorCode.MANIFEST_UNKNOWN);
        assertEquals(404, bench.get(APP).status());
    }

    @Test
    void a_refusal_makes_it_stale_where_that_is_wanted() throws IOException {
        bench.cache = bench.settings().staleOnRefusal(true).build();
        bench.refuse(ErrorCode.UNAUTHORIZED);
        isStale(bench.get(APP));
        bench.refuse(ErrorCode.MANIFEST_UNKNOWN);
        isStale(bench.get(APP));
        isStale(bench.head(APP));
        bench.plugIn();
        assertEquals(200, bench.get(APP).status());
    }

    @Test
    void refusals_and_failures_are_never_kept() throws IOException {
        for (int status : List.of(401, 403, 429, 500, 503)) {
            bench.refuse(status, "");
            assertEquals(status, bench.get(COLD).status());
            assertEquals(status, bench.get(COLD).status());
        }
        assertEquals(10, bench.asked().size());
    }

    @Test
    void nobody_is_asked_before_retry_after_is_over() throws IOException {
        bench.refuse(429, "30");
        isStale(bench.get(APP));
        isStale(bench.get(APP));
        bench.pass(Duration.ofMillis(10_500));
        Seen cold = bench.get(COLD);
        assertEquals(429, cold.status());
        assertEquals("20", cold.headers().first(HeaderNames.RETRY_AFTER).orElseThrow());
        assertEquals(List.of("HEAD " + APP), bench.asked());
        bench.plugIn();
        bench.pass(Duration.ofMillis(19_500));
        assertEquals(CacheState.REVALIDATED, bench.get(APP).state());
    }

    @Test
    void a_wait_is_an_hour_at_most() throws IOException {
        bench.refuse(503, "10000000000");
        assertEquals(503, bench.get(COLD).status());
        bench.plugIn();
        bench.pass(Duration.ofMinutes(59));
        assertEquals(
                "60", bench.get(COLD).headers().first(HeaderNames.RETRY_AFTER).orElseThrow());
        bench.pass(Duration.ofMinutes(1));
        assertEquals(404, bench.get(COLD).status());
    }

    @Test
    void a_wait_that_makes_no_sense_is_none() throws IOException {
        bench.refuse(429, "soon");
        bench.get(COLD);
        bench.refuse(429, "0");
        bench.get(COLD);
        bench.get(COLD);
        assertEquals(3, bench.asked().size());
    }

    @Test
    void a_warning_that_would_not_fit_is_left_out() {
        Answer full =
                new Answer(200, Headers.of(HeaderNames.WARNING, "299 - \"" + "x".repeat(4_050) + "\""), new byte[0]);
        assertEquals(1, full.stale().headers().all(HeaderNames.WARNING).size());
    }

    @Test
    void while_nobody_is_there_the_cached_is_stale_and_the_cold_finds_nobody_at_once() throws IOException {
        bench.unplug();
        for (int i = 0; i < 5; i++) {
            isStale(bench.get(APP));
        }
        assertTrue(bench.breaker.isOpen());
        assertThrows(ConnectException.class, () -> bench.get(COLD));
        isStale(bench.get(APP));
        assertTrue(bench.breaker.isOpen());
    }

    @Test
    void a_stale_answer_waits_for_no_probe_and_a_probe_that_is_answered_ends_it() throws IOException {
        bench.unplug();
        for (int i = 0; i < 5; i++) {
            bench.get(APP);
        }
        bench.asked();
        bench.plugIn();
        isStale(bench.get(APP));
        assertEquals(List.of(), bench.asked());
        bench.probes.remove(0).run();
        assertEquals(List.of("HEAD " + APP), bench.asked());
        assertEquals(CacheState.REVALIDATED, bench.get(APP).state());
    }

    @Test
    void a_fresh_tag_needs_no_upstream() throws IOException {
        bench.get(APP);
        bench.unplug();
        assertEquals(CacheState.HIT, bench.get(APP).state());
        assertEquals(List.of(), bench.probes);
    }

    @Test
    void a_store_and_an_upstream_that_both_fail_give_the_upstream_s_failure() {
        bench.store.broken = true;
        bench.unplug();
        assertThrows(ConnectException.class, () -> bench.get(APP));
    }
}
