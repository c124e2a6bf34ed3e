package io.github.registryproxy.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.document.TokenGrant;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.Scope;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TokenCacheTest {
    private static final TokenCache.Key KEY = key("repository:app:pull");
    private static final int CROWD = 16;

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final TokenCache cache = new TokenCache(now::get);
    private final AtomicInteger fetched = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void a_token_is_fetched_once_in_its_life_across_the_overflow_of_the_clock() throws IOException {
        assertEquals("t1", get(100));
        pass(79);
        assertEquals("t1", get(100));
        pass(1);
        assertEquals("t2", get(100));
    }

    @Test
    void short_lives_are_refreshed_at_half_time_and_not_at_every_request() throws IOException {
        get(5);
        pass(2);
        assertEquals("t1", get(5));
        pass(1);
        assertEquals("t2", get(5));
    }

    @Test
    void order_of_scopes_and_actions_does_not_matter_everything_else_does() {
        assertEquals(key("repository:a:pull,push repository:b:pull"), key("repository:b:pull repository:a:push,pull"));
        assertNotEquals(key("repository:a:pull"), key("repository:b:pull"));
        TokenQuestion question = new TokenQuestion(new Realm(URI.create("http://r/t")), Optional.empty(), List.of());
        TokenCache.Key one = TokenCache.Key.of("http://r", Credentials.basic("u", "p"), question);
        assertNotEquals(one, TokenCache.Key.of("http://r", Credentials.basic("u", "q"), question));
        assertNotEquals(one, TokenCache.Key.of("http://s", Credentials.basic("u", "p"), question));
        assertNotEquals(
                one,
                TokenCache.Key.of(
                        "http://r",
                        Credentials.basic("u", "p"),
                        new TokenQuestion(question.realm(), Optional.of("s"), List.of())));
    }

    @Test
    void a_crowd_that_comes_first_makes_one_request_and_shares_its_token() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        List<Future<String>> crowd = crowd(() -> {
            started.countDown();
            await(answer);
            return token(100);
        });
        await(started);
        answer.countDown();
        for (Future<String> one : crowd) {
            assertEquals("t1", one.get(30, TimeUnit.SECONDS));
        }
        assertEquals(1, fetched.get());
    }

    @Test
    void who_looks_before_and_acts_after_somebody_elses_request_makes_none_of_its_own() throws IOException {
        AtomicInteger looks = new AtomicInteger();
        AtomicReference<TokenCache> shared = new AtomicReference<>();
        TokenCache raced = new TokenCache(() -> {
            if (looks.getAndIncrement() == 0) {
                get(shared.get());
            }
            return now.get();
        });
        shared.set(raced);
        assertEquals("t1", raced.get(KEY, () -> token(100)).value());
        assertEquals(1, fetched.get());
    }

    @Test
    void everybody_who_waited_gets_the_failure() throws Exception {
        CountDownLatch leading = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        Future<String> leader = threads.submit(() -> cache.get(KEY, () -> {
                    leading.countDown();
                    await(answer);
                    throw ErrorCode.UNAVAILABLE.because("down").asException();
                })
                .value());
        await(leading);
        List<Thread> waiting = new ArrayList<>();
        List<Future<String>> followers = new ArrayList<>();
        for (int i = 0; i < CROWD; i++) {
            CountDownLatch running = new CountDownLatch(1);
            followers.add(threads.submit(() -> {
                waiting.add(Thread.currentThread());
                running.countDown();
                return cache.get(KEY, () -> token(100)).value();
            }));
            await(running);
        }
        for (Thread thread : waiting) {
            untilWaiting(thread);
        }
        answer.countDown();
        assertFailsWith(RegistryException.class, leader);
        for (Future<String> one : followers) {
            assertFailsWith(RegistryException.class, one);
        }
        assertEquals(0, fetched.get());
        assertEquals("t1", get(100), "a failure is not kept");
    }

    @Test
    void while_one_refreshes_the_others_go_on_with_the_token_that_is_still_good() throws Exception {
        get(100);
        pass(85);
        CountDownLatch refreshing = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        Future<String> leader = threads.submit(() -> cache.get(KEY, () -> {
                    refreshing.countDown();
                    await(answer);
                    return token(100);
                })
                .value());
        await(refreshing);
        for (int i = 0; i < CROWD; i++) {
            assertEquals("t1", get(100));
        }
        answer.countDown();
        assertEquals("t2", leader.get(30, TimeUnit.SECONDS));
        assertEquals("t2", get(100));
    }

    @Test
    void a_refresh_that_fails_early_leaves_the_good_token_and_is_not_repeated_at_once() throws IOException {
        get(100);
        pass(85);
        AtomicInteger failed = new AtomicInteger();
        TokenCache.Source broken = () -> {
            failed.incrementAndGet();
            throw ErrorCode.UNAVAILABLE.because("down").asException();
        };
        assertEquals("t1", cache.get(KEY, broken).value());
        assertEquals("t1", cache.get(KEY, broken).value());
        assertEquals(1, failed.get());
        pass(5);
        assertEquals("t1", cache.get(KEY, broken).value());
        assertEquals(2, failed.get());
        pass(10);
        assertThrows(RegistryException.class, () -> cache.get(KEY, broken));
    }

    @Test
    void a_follower_takes_over_when_the_leader_is_interrupted() throws Exception {
        CountDownLatch leading = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        List<Thread> leaders = new ArrayList<>();
        Future<String> leader = threads.submit(() -> {
            leaders.add(Thread.currentThread());
            return cache.get(KEY, () -> {
                        leading.countDown();
                        await(never);
                        return token(100);
                    })
                    .value();
        });
        await(leading);
        List<Thread> followers = new ArrayList<>();
        CountDownLatch running = new CountDownLatch(1);
        Future<String> follower = threads.submit(() -> {
            followers.add(Thread.currentThread());
            running.countDown();
            return get(100);
        });
        await(running);
        untilWaiting(followers.get(0));
        leaders.get(0).interrupt();
        assertEquals("t1", follower.get(30, TimeUnit.SECONDS));
        assertFailsWith(InterruptedIOException.class, leader);
    }

    @Test
    void dropping_a_token_does_not_drop_its_successor() throws IOException {
        Token first = cache.get(KEY, () -> token(100));
        cache.drop(KEY, first);
        assertEquals("t2", get(100));
        cache.drop(KEY, first);
        assertEquals("t2", get(100));
    }

    private void get(TokenCache other) {
        try {
            other.get(KEY, () -> token(100));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Future<String>> crowd(TokenCache.Source source) {
        List<Future<String>> crowd = new ArrayList<>();
        for (int i = 0; i < CROWD; i++) {
            crowd.add(threads.submit(() -> cache.get(KEY, source).value()));
        }
        return crowd;
    }

    private String get(long seconds) throws IOException {
        return cache.get(KEY, () -> token(seconds)).value();
    }

    private Token token(long seconds) {
        return Token.of(new TokenGrant("t" + fetched.incrementAndGet(), Duration.ofSeconds(seconds)), now.get());
    }

    private void pass(long seconds) {
        now.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }

    private static void await(CountDownLatch latch) throws InterruptedIOException {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    /** Bounded: a thread that never waits fails the test instead of hanging it. */
    private static void untilWaiting(Thread thread) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            assertTrue(System.nanoTime() < deadline, () -> "still " + thread.getState());
            Thread.onSpinWait();
        }
    }

    private static void assertFailsWith(Class<? extends Exception> type, Future<String> future) {
        ExecutionException e = assertThrows(ExecutionException.class, () -> future.get(30, TimeUnit.SECONDS));
        assertInstanceOf(type, e.getCause());
    }

    private static TokenCache.Key key(String scopes) {
        TokenQuestion question =
                new TokenQuestion(new Realm(URI.create("http://r/t")), Optional.empty(), Scope.parseAll(scopes));
        return TokenCache.Key.of("http://r", Credentials.anonymous(), question);
    }
}
