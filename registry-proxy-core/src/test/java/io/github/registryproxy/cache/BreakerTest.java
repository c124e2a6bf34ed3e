package io.github.registryproxy.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.UpstreamTimeoutException;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.Target;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BreakerTest {
    private final AtomicLong nanos = new AtomicLong(-3_000_000_000L);
    private final Breaker breaker = new Breaker(nanos::get);
    private final AtomicInteger asked = new AtomicInteger();
    private final RegistryRequest request = RegistryRequest.of(
            "GET",
            Target.parse("GET", "/v2/"),
            Headers.EMPTY,
            Body.empty(),
            new Client("192.0.2.7", URI.create("https://r.example.com")));

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private RegistryHandler failing(IOException failure, Duration after) {
        return any -> {
            asked.incrementAndGet();
            pass(after);
            throw failure;
        };
    }

    private void fail(IOException failure, Duration after, int times) {
        for (int i = 0; i < times; i++) {
            assertThrows(failure.getClass(), () -> breaker.ask(request, failing(failure, after)));
        }
    }

    private RegistryResponse answer(int status) throws IOException {
        return breaker.ask(request, any -> {
            asked.incrementAndGet();
            return RegistryResponse.of(status);
        });
    }

    @Test
    void five_calls_in_a_row_that_find_nobody_open_it() throws IOException {
        fail(new ConnectException("refused"), Duration.ZERO, 4);
        answer(500).close();
        fail(new ConnectException("refused"), Duration.ZERO, 4);
        assertFalse(breaker.isOpen());
        fail(new ConnectException("refused"), Duration.ZERO, 1);
        assertTrue(breaker.isOpen());
    }

    @Test
    void one_silence_opens_it() {
        fail(new UpstreamTimeoutException("no answer in time"), Duration.ofSeconds(2), 1);
        assertTrue(breaker.isOpen());
    }

    @Test
    void an_upstream_that_sends_nonsense_is_there() {
        fail(new IOException("does not hash"), Duration.ofSeconds(30), 20);
        assertFalse(breaker.isOpen());
    }

    @Test
    void an_interrupt_says_nothing_of_the_upstream() {
        fail(new InterruptedIOException("stopped"), Duration.ofSeconds(20), 10);
        assertFalse(breaker.isOpen());
    }

    @Test
    void open_it_lets_one_probe_a_second_through_the_first_at_once() {
        fail(new UpstreamTimeoutException("silence"), Duration.ofSeconds(2), 1);
        fail(new ConnectException("refused"), Duration.ZERO, 1);
        asked.set(0);
        RegistryException refused = assertThrows(RegistryException.class, () -> answer(200));
        assertEquals(503, refused.error().status());
        assertEquals(Duration.ofSeconds(1), refused.error().retryAfter().orElseThrow());
        pass(Duration.ofMillis(999));
        assertThrows(RegistryException.class, () -> answer(200));
        assertEquals(0, asked.get());
        pass(Duration.ofMillis(1));
        fail(new ConnectException("refused"), Duration.ZERO, 1);
        assertThrows(RegistryException.class, () -> answer(200));
        assertTrue(breaker.isOpen());
    }

    @Test
    void there_is_one_probe_at_a_time() {
        fail(new UpstreamTimeoutException("silence"), Duration.ofSeconds(2), 1);
        assertThrows(
                IOException.class,
                () -> breaker.ask(request, any -> {
                    pass(Duration.ofSeconds(4));
                    assertThrows(RegistryException.class, () -> answer(200));
                    throw new UpstreamTimeoutException("silence");
                }));
        assertTrue(breaker.isOpen());
    }

    @Test
    void a_probe_that_waits_for_five_seconds_makes_room_for_the_next() {
        fail(new UpstreamTimeoutException("silence"), Duration.ofSeconds(2), 1);
        assertThrows(
                IOException.class,
                () -> breaker.ask(request, any -> {
                    pass(Duration.ofSeconds(5));
                    answer(200).close();
                    assertFalse(breaker.isOpen());
                    throw new UpstreamTimeoutException("silence");
                }));
    }

    @Test
    void a_probe_that_ends_late_makes_no_room_for_two() {
        fail(new UpstreamTimeoutException("silence"), Duration.ofSeconds(2), 1);
        RegistryHandler late = any -> {
            pass(Duration.ofSeconds(5));
            throw new UpstreamTimeoutException("silence");
        };
        assertThrows(
                IOException.class,
                () -> breaker.ask(request, any -> {
                    pass(Duration.ofSeconds(1));
                    // The one before ends while this one is under way.
                    assertThrows(RegistryException.class, () -> answer(200));
                    return late.handle(any);
                }));
        assertTrue(breaker.isOpen());
    }

    @Test
    void whoever_would_rather_not_wait_makes_it_serve_what_is_older_and_refuses_nobody() throws IOException {
        breaker.suspect();
        assertTrue(breaker.isOpen());
        assertFalse(breaker.mayProbe());
        pass(Duration.ofSeconds(1));
        assertTrue(breaker.mayProbe());
        assertFalse(breaker.mayProbe());
        answer(200).close();
        assertFalse(breaker.isOpen());
    }

    @Test
    void a_probe_that_is_answered_closes_it_whatever_the_status() throws IOException {
        fail(new UpstreamTimeoutException("silence"), Duration.ofSeconds(2), 1);
        answer(503).close();
        assertFalse(breaker.isOpen());
        answer(200).close();
        fail(new ConnectException("refused"), Duration.ZERO, 4);
        assertFalse(breaker.isOpen());
    }

    @Test
    void a_probe_that_breaks_in_another_way_makes_room_for_the_next() throws IOException {
        fail(new UpstreamTimeoutException("silence"), Duration.ofSeconds(2), 1);
        assertThrows(
                IllegalStateException.class,
                () -> breaker.ask(request, any -> {
                    throw new IllegalStateException();
                }));
        pass(Duration.ofSeconds(1));
        answer(200).close();
        assertFalse(breaker.isOpen());
    }

    @Test
    void where_failing_costs_nothing_calls_may_try_and_the_first_answer_closes_it() throws IOException {
        fail(new ConnectException("refused"), Duration.ZERO, 5);
        assertTrue(breaker.isOpen());
        fail(new ConnectException("refused"), Duration.ZERO, 5);
        answer(200).close();
        assertFalse(breaker.isOpen());
    }
}
