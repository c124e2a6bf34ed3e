package io.github.registryproxy.middleware;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.Target;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HeedRateLimitTest {
    private static final Client CLIENT = new Client("192.0.2.7", URI.create("http://proxy.example"));
    private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");
    private static final String DIGEST =
            Digest.of(Digest.Algorithm.SHA256, new byte[0]).toString();

    private final AtomicLong clock = new AtomicLong();
    private final WatchRateLimit watch = new WatchRateLimit(clock::get, () -> EPOCH.plusNanos(clock.get()));
    private final List<Long> waits = new ArrayList<>();
    private final HeedRateLimit heed = heeding((closed, nanos) -> {
        waits.add(Duration.ofNanos(nanos).toMillis());
        clock.addAndGet(nanos);
        return false;
    });
    private int asked;
    private int status = 200;
    private Headers fields = Headers.EMPTY;
    private String retryAfter = "";

    private HeedRateLimit heeding(LimitBandwidth.Waiting waiting) {
        return HeedRateLimit.builder(watch).clock(clock::get, waiting).build();
    }

    private int ask(HeedRateLimit by, String method, String target) throws IOException {
        RegistryProxy proxy = RegistryProxy.builder()
                .use(by)
                .use(watch)
                .upstream(request -> {
                    asked++;
                    return RegistryResponse.of(status, fields, Body.empty());
                })
                .build();
        RegistryRequest request =
                RegistryRequest.of(method, Target.parse(method, target), Headers.EMPTY, Body.empty(), CLIENT);
        try (RegistryResponse response = proxy.handle(request)) {
            retryAfter = response.headers().first("Retry-After").orElse("");
            return response.status();
        }
    }

    private int pull() throws IOException {
        return ask(heed, "GET", "/v2/app/manifests/1");
    }

    /** What the registry says from now on: of a hundred in an hour. */
    private void allow(long remaining) {
        fields = Headers.of("RateLimit-Limit", "100;w=3600", "RateLimit-Remaining", remaining + ";w=3600");
    }

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
    }

    @Test
    void nothing_is_slowed_while_there_is_enough_or_nothing_is_known() throws IOException {
        for (int i = 0; i < 5; i++) {
            pull();
        }
        allow(10);
        for (int i = 0; i < 5; i++) {
            assertEquals(200, pull());
        }
        assertEquals(List.of(), waits);
    }

    @Test
    void below_a_tenth_pulls_are_spaced_out_and_no_wait_is_longer_than_three_seconds() throws IOException {
        allow(9);
        pull();
        for (int i = 0; i < 3; i++) {
            assertEquals(200, pull());
        }
        // The first has had no other before it; an hour among ten would be six minutes.
        assertEquals(List.of(3000L, 3000L), waits);
        assertEquals(4, asked);
    }

    @Test
    void what_remains_shares_the_rest_of_the_window() throws IOException {
        allow(9);
        pull();
        pass(Duration.ofSeconds(3590));
        pull();
        pull();
        pull();
        // Ten seconds are left for nine, and whoever comes now.
        assertEquals(2, waits.size());
        assertTrue(waits.stream().allMatch(wait -> wait >= 800 && wait <= 1000), waits::toString);
    }

    @Test
    void time_that_has_passed_since_the_last_one_counts() throws IOException {
        allow(9);
        pull();
        pull();
        pass(Duration.ofSeconds(400));
        pull();
        assertEquals(List.of(), waits);
    }

    @Test
    void a_window_that_is_over_slows_nobody() throws IOException {
        allow(1);
        pull();
        pull();
        pass(Duration.ofHours(1));
        fields = Headers.EMPTY;
        pull();
        pull();
        assertEquals(List.of(), waits);
    }

    @Test
    void more_than_before_is_a_new_window() throws IOException {
        allow(1);
        pull();
        allow(100);
        pull();
        pull();
        pull();
        assertEquals(List.of(), waits);
        allow(5);
        pull();
        pass(Duration.ofMinutes(59));
        pull();
        pull();
        // Begun when a hundred were left, three waits ago at most.
        assertEquals(1, waits.size());
    }

    @ParameterizedTest
    @CsvSource({
        "HEAD, /v2/app/manifests/1",
        "GET, /v2/app/blobs/DIGEST",
        "GET, /v2/app/tags/list",
        "PUT, /v2/app/manifests/1",
        "POST, /v2/app/blobs/uploads/",
        "GET, /v2/"
    })
    void what_does_not_count_is_neither_slowed_nor_refused(String method, String target) throws IOException {
        fields = Headers.of("RateLimit-Limit", "100", "RateLimit-Remaining", "0", "RateLimit-Reset", "60");
        pull();
        for (int i = 0; i < 3; i++) {
            assertEquals(200, ask(heed, method, target.replace("DIGEST", DIGEST)));
        }
        assertEquals(4, asked);
        assertEquals(List.of(), waits);
    }

    @ParameterizedTest
    @CsvSource({
        "60, 60",
        "59, 59",
        "1767225660, 60",
        "1767225600, ''",
        "-1, ''",
        "x, ''",
        "10000000000, ''",
        "7200, 3600"
    })
    void used_up_until_a_time_that_is_known_the_registry_is_not_asked(String reset, String expected)
            throws IOException {
        fields = Headers.of("RateLimit-Limit", "100", "RateLimit-Remaining", "0", "RateLimit-Reset", reset);
        pull();

        int answered = pull();

        assertEquals(expected.isEmpty() ? 200 : 429, answered);
        assertEquals(expected, retryAfter);
        assertEquals(expected.isEmpty() ? 2 : 1, asked);
    }

    @Test
    void when_that_time_has_come_the_registry_is_asked_again() throws IOException {
        fields = Headers.of("RateLimit-Limit", "100", "RateLimit-Remaining", "0", "RateLimit-Reset", "60");
        pull();
        pass(Duration.ofMillis(59_001));
        assertEquals(429, pull());
        assertEquals("1", retryAfter);
        pass(Duration.ofMillis(999));
        allow(100);
        assertEquals(200, pull());
        assertEquals(200, pull());
        assertEquals(3, asked);
    }

    @Test
    void a_429_with_retry_after_says_so_as_well() throws IOException {
        allow(50);
        pull();
        status = 429;
        fields = Headers.of("Retry-After", "30");
        assertEquals(429, pull());
        assertEquals(429, pull());
        assertEquals("30", retryAfter);
        assertEquals(2, asked);
    }

    @Test
    void a_429_of_a_registry_that_tells_no_limits_is_about_that_request_alone() throws IOException {
        status = 429;
        fields = Headers.of("Retry-After", "30");
        assertEquals(429, pull());
        assertEquals(429, pull());
        assertEquals(2, asked);
    }

    @Test
    void used_up_without_a_known_end_the_registry_is_asked_slowly_and_answers_for_itself() throws IOException {
        allow(0);
        status = 429;
        for (int i = 0; i < 3; i++) {
            assertEquals(429, pull());
        }
        assertEquals(3, asked);
        assertEquals(List.of(3000L), waits);
    }

    @Test
    void what_is_used_up_while_one_waits_is_not_asked_for() throws IOException {
        allow(5);
        HeedRateLimit meanwhile = heeding((closed, nanos) -> {
            fields = Headers.of("RateLimit-Remaining", "0", "RateLimit-Reset", "60");
            assertDoesNotThrow(() -> ask(heed, "HEAD", "/v2/app/manifests/1"));
            return false;
        });
        ask(meanwhile, "GET", "/v2/app/manifests/1");
        ask(meanwhile, "GET", "/v2/app/manifests/1");
        assertEquals(429, ask(meanwhile, "GET", "/v2/app/manifests/1"));
        assertEquals(3, asked);
    }

    @Test
    void closing_ends_the_waiting() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        HeedRateLimit waits = heeding((closed, nanos) -> {
            waiting.countDown();
            return closed.await(40, TimeUnit.SECONDS);
        });
        allow(5);
        ask(waits, "GET", "/v2/app/manifests/1");
        ask(waits, "GET", "/v2/app/manifests/1");
        FutureTask<Integer> third = new FutureTask<>(() -> ask(waits, "GET", "/v2/app/manifests/1"));
        Thread thread = new Thread(third);
        thread.start();
        waiting.await();
        waits.close();
        assertInstanceOf(
                IOException.class,
                assertThrows(ExecutionException.class, third::get).getCause());
        assertEquals(2, asked);
    }

    @Test
    void an_interrupt_ends_the_waiting_and_stays_known() throws IOException {
        fields = Headers.of("RateLimit-Limit", "100;w=3600", "RateLimit-Remaining", "5;w=3600");
        WatchRateLimit real = new WatchRateLimit();
        HeedRateLimit really = HeedRateLimit.builder(real).build();
        RegistryProxy proxy = RegistryProxy.builder()
                .use(really)
                .use(real)
                .upstream(request -> RegistryResponse.of(200, fields, Body.empty()))
                .build();
        Target target = Target.parse("GET", "/v2/app/manifests/1");
        RegistryRequest request = RegistryRequest.of("GET", target, Headers.EMPTY, Body.empty(), CLIENT);
        proxy.handle(request).close();
        proxy.handle(request).close();
        Thread.currentThread().interrupt();
        assertThrows(InterruptedIOException.class, () -> proxy.handle(request));
        assertTrue(Thread.interrupted());
    }

    @Test
    void settings_that_mean_nothing_are_refused() {
        HeedRateLimit.Builder builder = HeedRateLimit.builder(watch);
        assertThrows(IllegalArgumentException.class, () -> builder.share(1.1));
        assertThrows(IllegalArgumentException.class, () -> builder.share(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> builder.longestWait(Duration.ofSeconds(21)));
        assertThrows(IllegalArgumentException.class, () -> builder.longestWait(Duration.ofSeconds(-1)));
    }
}
