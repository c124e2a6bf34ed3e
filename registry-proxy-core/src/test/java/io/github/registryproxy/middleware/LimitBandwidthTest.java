package io.github.registryproxy.middleware;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.BodySource;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class LimitBandwidthTest {
    private static final int RATE = 100_000;

    private final AtomicLong clock = new AtomicLong();
    private final LimitBandwidth limit = new LimitBandwidth(RATE, 10, clock::get, (closed, nanos) -> {
        clock.addAndGet(nanos);
        return closed.getCount() == 0;
    });

    private static Body stream(int bytes) {
        return Body.of(new ByteArrayInputStream(new byte[bytes]), OptionalLong.of(bytes));
    }

    private RegistryResponse pull(LimitBandwidth by, String address, Body body) throws IOException {
        return by.handle(LimitRateTest.from(address), r -> RegistryResponse.of(200, Headers.EMPTY, body));
    }

    private Duration read(RegistryResponse response) throws IOException {
        long start = clock.get();
        try (response;
                InputStream in = response.body().open()) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
        }
        return Duration.ofNanos(clock.get() - start);
    }

    private static void near(double seconds, Duration took) {
        assertEquals(seconds, took.toMillis() / 1000.0, 0.15);
    }

    @Test
    void a_body_takes_as_long_as_its_bytes_are_worth() throws IOException {
        near(10, read(pull(limit, "192.0.2.7", stream(10 * RATE))));
    }

    @Test
    void all_bodies_of_a_client_share_its_rate() throws IOException {
        RegistryResponse one = pull(limit, "192.0.2.7", stream(5 * RATE));
        RegistryResponse two = pull(limit, "192.0.2.7", stream(5 * RATE));
        near(10, read(one).plus(read(two)));
        near(0, read(pull(limit, "192.0.2.8", stream(RATE / 20))));
    }

    @Test
    void what_is_pushed_counts_as_well() throws IOException {
        RegistryRequest push = LimitRateTest.from("192.0.2.7").withMethod("PUT").withBody(stream(5 * RATE));
        long start = clock.get();
        limit.handle(push, r -> {
                    assertEquals(OptionalLong.of(5 * RATE), r.body().length());
                    try (InputStream in = r.body().open()) {
                        in.transferTo(java.io.OutputStream.nullOutputStream());
                    }
                    return RegistryResponse.of(201);
                })
                .close();
        near(5, Duration.ofNanos(clock.get() - start));
    }

    @Test
    void a_pushed_body_that_nobody_reads_is_not_opened() throws IOException {
        AtomicBoolean read = new AtomicBoolean();
        Body body = Body.of(
                new InputStream() {
                    @Override
                    public int read() {
                        read.set(true);
                        return -1;
                    }
                },
                OptionalLong.empty());
        limit.handle(LimitRateTest.from("192.0.2.7").withBody(body), r -> RegistryResponse.of(403))
                .close();
        assertFalse(read.get());
    }

    @Test
    void bytes_and_length_stay() throws IOException {
        byte[] content = {1, 2, 3};
        try (RegistryResponse response = pull(limit, "192.0.2.7", Body.of(content))) {
            assertEquals(OptionalLong.of(3), response.body().length());
            assertArrayEquals(content, response.body().readAll(3));
        }
    }

    @Test
    void a_response_that_nobody_reads_is_closed_all_the_same() throws IOException {
        AtomicBoolean closed = new AtomicBoolean();
        BodySource source = new SlowedSource(
                new BodySource() {
                    @Override
                    public java.nio.ByteBuffer read() {
                        return java.nio.ByteBuffer.allocate(1);
                    }

                    @Override
                    public void close() {
                        closed.set(true);
                    }
                },
                (latch, nanos) -> false,
                bytes -> 0);
        pull(limit, "192.0.2.7", Body.of(source, OptionalLong.empty())).close();
        assertTrue(closed.get());
    }

    @Test
    void who_waits_stops_when_its_body_is_closed() throws Exception {
        CountDownLatch waits = new CountDownLatch(1);
        LimitBandwidth slow = new LimitBandwidth(RATE, 10, clock::get, (closed, nanos) -> {
            waits.countDown();
            return closed.await(nanos * 1000, TimeUnit.NANOSECONDS);
        });
        RegistryResponse response = pull(slow, "192.0.2.7", stream(100 * RATE));
        FutureTask<Throwable> reader = new FutureTask<>(
                () -> assertThrows(IOException.class, () -> response.body().readAll(100 * RATE)));
        Thread thread = new Thread(reader);
        thread.start();
        waits.await();
        response.close();
        assertTrue(reader.get().getMessage().contains("closed"));
    }

    @Test
    void who_waits_can_be_interrupted() throws IOException {
        LimitBandwidth slow = new LimitBandwidth(RATE, 10, clock::get, (closed, nanos) -> {
            throw new InterruptedException();
        });
        try (RegistryResponse response = pull(slow, "192.0.2.7", stream(10 * RATE))) {
            assertThrows(InterruptedIOException.class, () -> response.body().readAll(10 * RATE));
            assertTrue(Thread.interrupted(), "the flag is set");
        }
    }

    @Test
    void a_rate_that_stalls_clients_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> LimitBandwidth.to(LimitBandwidth.LEAST - 1));
    }
}
