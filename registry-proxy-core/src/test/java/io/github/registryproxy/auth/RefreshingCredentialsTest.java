package io.github.registryproxy.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RefreshingCredentialsTest {
    private static final int CROWD = 16;

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final AtomicInteger fetched = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Deque<Runnable> later = new ArrayDeque<>();
    private boolean atOnce = true;
    private boolean failing;
    private Duration life = Duration.ofSeconds(100);

    private final RefreshingCredentials credentials = RefreshingCredentials.of("test", this::fetch, now::get, task -> {
        if (atOnce) {
            task.run();
        } else {
            later.add(task);
        }
    });

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private RefreshingCredentials.Lease fetch() throws IOException {
        int n = fetched.incrementAndGet();
        if (failing) {
            throw new IOException("no " + n);
        }
        return new RefreshingCredentials.Lease(secret(n), life);
    }

    private static Credentials secret(int n) {
        return Credentials.basic("u", "s" + n);
    }

    private void pass(long seconds) {
        now.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }

    @Test
    void they_are_fetched_once_in_their_life_and_by_nobody_who_does_not_ask() throws IOException {
        assertEquals(0, fetched.get());
        assertEquals(secret(1), credentials.get());
        pass(79);
        assertEquals(secret(1), credentials.get());
        assertEquals(1, fetched.get());
    }

    @Test
    void they_are_refreshed_ahead_in_the_background_by_one_fetch_while_nobody_waits() throws IOException {
        credentials.get();
        pass(80);
        atOnce = false;
        assertEquals(secret(1), credentials.get());
        assertEquals(secret(1), credentials.get());
        assertEquals(1, later.size());
        later.remove().run();
        assertEquals(secret(2), credentials.get());
        assertEquals(2, fetched.get());
    }

    @Test
    void a_failed_refresh_leaves_the_old_ones_in_use_and_is_tried_again_after_a_pause() throws IOException {
        credentials.get();
        pass(80);
        failing = true;
        assertEquals(secret(1), credentials.get());
        assertEquals(2, fetched.get());
        pass(4);
        assertEquals(secret(1), credentials.get());
        assertEquals(2, fetched.get());
        pass(2);
        failing = false;
        credentials.get();
        assertEquals(secret(3), credentials.get());
    }

    @Test
    void expired_ones_are_not_given_out_even_when_there_are_no_others() throws IOException {
        credentials.get();
        pass(97);
        failing = true;
        IOException e = assertThrows(IOException.class, credentials::get);
        assertEquals("no 2", e.getMessage());
    }

    @Test
    void where_there_are_none_a_failure_is_repeated_for_a_second_and_then_asked_again() throws IOException {
        failing = true;
        assertThrows(IOException.class, credentials::get);
        IOException again = assertThrows(IOException.class, credentials::get);
        assertEquals("no 1", again.getMessage());
        pass(1);
        failing = false;
        assertEquals(secret(2), credentials.get());
    }

    @Test
    void refused_ones_are_renewed_once_and_young_ones_are_not() throws IOException {
        credentials.get();
        pass(30);
        credentials.rejected(secret(1));
        assertEquals(1, fetched.get());
        pass(1);
        credentials.rejected(secret(1));
        assertEquals(secret(2), credentials.get());
        credentials.rejected(secret(1));
        credentials.rejected(secret(2));
        assertEquals(2, fetched.get());
    }

    @Test
    void refused_ones_that_cannot_be_renewed_stay_in_use_for_others() throws IOException {
        credentials.get();
        pass(31);
        failing = true;
        credentials.rejected(secret(1));
        credentials.rejected(secret(1));
        assertEquals(2, fetched.get());
        assertEquals(secret(1), credentials.get());
    }

    @Test
    void a_life_that_is_over_at_receipt_is_a_clock_gone_wrong_and_lasts_half_a_minute() throws IOException {
        life = Duration.between(Instant.parse("2026-01-01T10:00:00Z"), Instant.parse("2026-01-01T09:00:00Z"));
        credentials.get();
        pass(19);
        assertEquals(secret(1), credentials.get());
        pass(9);
        assertEquals(secret(2), credentials.get());
    }

    @Test
    void a_crowd_makes_one_fetch_and_shares_what_it_brings() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        RefreshingCredentials shared = RefreshingCredentials.of("test", () -> {
            started.countDown();
            await(answer);
            return fetch();
        });
        List<Future<Credentials>> crowd = new ArrayList<>();
        for (int i = 0; i < CROWD; i++) {
            crowd.add(threads.submit(shared::get));
        }
        await(started);
        answer.countDown();
        for (Future<Credentials> one : crowd) {
            assertEquals(secret(1), one.get(10, TimeUnit.SECONDS));
        }
        assertEquals(1, fetched.get());
    }

    @Test
    void an_interrupted_waiter_goes_and_the_fetch_goes_on() throws Exception {
        atOnce = false;
        Thread.currentThread().interrupt();
        assertThrows(InterruptedIOException.class, credentials::get);
        assertTrue(Thread.interrupted());
        later.remove().run();
        assertEquals(secret(1), credentials.get());
    }

    @Test
    void a_source_that_breaks_is_a_failure_and_not_the_end() throws IOException {
        AtomicInteger calls = new AtomicInteger();
        RefreshingCredentials broken = RefreshingCredentials.of(
                "test",
                () -> {
                    if (calls.incrementAndGet() == 1) {
                        throw new IllegalStateException("bug");
                    }
                    return fetch();
                },
                now::get,
                Runnable::run);
        assertEquals(
                "credentials by test failed",
                assertThrows(IOException.class, broken::get).getMessage());
        pass(1);
        assertEquals(secret(1), broken.get());
    }

    @Test
    void an_error_and_a_thread_that_cannot_be_had_are_failures_that_are_tried_again() throws IOException {
        for (boolean atStart : new boolean[] {true, false}) {
            AtomicInteger calls = new AtomicInteger();
            RefreshingCredentials broken = RefreshingCredentials.of(
                    "test",
                    () -> {
                        if (!atStart && calls.incrementAndGet() == 1) {
                            throw new StackOverflowError("in a test");
                        }
                        return fetch();
                    },
                    now::get,
                    task -> {
                        if (atStart && calls.incrementAndGet() == 1) {
                            throw new OutOfMemoryError("no native thread");
                        }
                        task.run();
                    });
            assertEquals(
                    "credentials by test failed",
                    assertThrows(IOException.class, broken::get).getMessage());
            pass(1);
            assertEquals(secret(fetched.get() + 1), broken.get());
        }
    }

    @Test
    void nothing_prints_what_it_holds() throws IOException {
        credentials.get();
        assertFalse((credentials + " " + new RefreshingCredentials.Lease(secret(1), life)).contains("s1"));
    }

    @Test
    void the_first_that_has_some_is_taken_and_a_failure_is_not_skipped() throws IOException {
        CredentialsProvider none = CredentialsProvider.of(Credentials.anonymous());
        CredentialsProvider one = CredentialsProvider.of(secret(1));
        CredentialsProvider two = CredentialsProvider.of(secret(2));
        assertEquals(secret(1), CredentialsProvider.firstOf(none, one, two).get());
        assertEquals(Credentials.anonymous(), CredentialsProvider.firstOf(none).get());
        failing = true;
        assertThrows(IOException.class, CredentialsProvider.firstOf(credentials, one)::get);
    }

    @Test
    void a_refusal_reaches_the_provider_whose_credentials_they_were() throws IOException {
        CredentialsProvider composed =
                CredentialsProvider.firstOf(CredentialsProvider.of(Credentials.anonymous()), credentials);
        composed.get();
        pass(31);
        composed.rejected(secret(1));
        assertEquals(secret(2), composed.get());
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            assertTrue(latch.await(10, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }
}
