package io.github.registryproxy.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FlightsTest {
    private final Flights<String, String> flights = new Flights<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch leading = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private Future<Flights.Landed<String>> leader(IOException failure) {
        return threads.submit(() -> flights.join("key", () -> {
            leading.countDown();
            try {
                assertTrue(go.await(20, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                throw new InterruptedIOException();
            }
            throw failure;
        }));
    }

    /** A follower that is known to wait: its thread is parked for the leader. */
    private Future<Flights.Landed<String>> follower() throws Exception {
        assertTrue(leading.await(20, TimeUnit.SECONDS));
        Thread[] thread = new Thread[1];
        CountDownLatch started = new CountDownLatch(1);
        Future<Flights.Landed<String>> follower = threads.submit(() -> {
            thread[0] = Thread.currentThread();
            started.countDown();
            return flights.join("key", () -> "its own");
        });
        assertTrue(started.await(20, TimeUnit.SECONDS));
        for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
                thread[0].getState() != Thread.State.WAITING && System.nanoTime() < end; ) {
            Thread.onSpinWait();
        }
        return follower;
    }

    @Test
    void who_waits_fails_as_the_leader_does() throws Exception {
        IOException failure = new IOException("refused");
        Future<Flights.Landed<String>> leader = leader(failure);
        Future<Flights.Landed<String>> follower = follower();
        go.countDown();
        assertSame(failure, assertThrows(ExecutionException.class, leader::get).getCause());
        assertSame(
                failure,
                assertThrows(ExecutionException.class, () -> follower.get(20, TimeUnit.SECONDS))
                        .getCause());
    }

    @Test
    void a_leader_that_was_called_off_takes_nobody_along() throws Exception {
        Future<Flights.Landed<String>> leader = leader(new InterruptedIOException("client gone"));
        Future<Flights.Landed<String>> follower = follower();
        go.countDown();
        assertThrows(ExecutionException.class, leader::get);
        assertEquals("its own", follower.get(20, TimeUnit.SECONDS).value());
    }

    @Test
    void who_comes_later_is_not_served_what_is_over() throws Exception {
        assertEquals("one", flights.join("key", () -> "one").value());
        assertEquals("two", flights.join("key", () -> "two").value());
    }
}
