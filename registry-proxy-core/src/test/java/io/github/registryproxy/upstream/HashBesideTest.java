package io.github.registryproxy.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.protocol.Digest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HashBesideTest {
    /** A clock that stands still: everything is fast. */
    private static final LongSupplier FAST = () -> 0;

    private static final int LARGE = (int) HashBeside.WARM + 5 * HashBeside.BLOCK + 77;

    private final byte[] content = new byte[LARGE];
    private final Semaphore places = new Semaphore(1);
    private final AtomicInteger handedOver = new AtomicInteger();
    private final ExecutorService pool = Executors.newCachedThreadPool();
    private final Executor threads = work -> {
        handedOver.incrementAndGet();
        pool.execute(work);
    };

    HashBesideTest() {
        new Random(7).nextBytes(content);
    }

    @AfterEach
    void end() {
        pool.shutdownNow();
    }

    private HashBeside hash(LongSupplier nanos) {
        return new HashBeside(Digest.Algorithm.SHA256, places, threads, nanos);
    }

    private Digest expected(int size) {
        return Digest.of(Digest.Algorithm.SHA256, Arrays.copyOf(content, size));
    }

    /** In pieces of that size, from one buffer that is overwritten each time, as transports have it. */
    private void feed(HashBeside hash, int from, int to, int piece) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(piece);
        for (int at = from; at < to; at += piece) {
            buffer.clear().put(content, at, Math.min(piece, to - at)).flip();
            ByteBuffer before = buffer.duplicate();
            hash.update(buffer);
            assertEquals(before, buffer);
            Arrays.fill(buffer.array(), (byte) 0);
        }
    }

    @Test
    void the_digest_is_that_of_all_bytes_in_pieces_of_any_size() throws IOException {
        for (int piece : new int[] {1_000, 32 * 1024, 100_001, HashBeside.BLOCK, 3 * HashBeside.BLOCK + 1}) {
            HashBeside hash = hash(FAST);
            feed(hash, 0, LARGE, piece);
            assertEquals(expected(LARGE), hash.finish());
            assertEquals(1, places.availablePermits());
        }
        assertTrue(handedOver.get() >= 5, handedOver::toString);
    }

    @Test
    void what_is_small_is_handed_to_nobody() throws IOException {
        HashBeside hash = hash(FAST);
        feed(hash, 0, (int) HashBeside.WARM - 1, 32 * 1024);
        assertEquals(expected((int) HashBeside.WARM - 1), hash.finish());
        assertEquals(0, handedOver.get());
    }

    @Test
    void what_is_slow_is_handed_to_nobody_and_what_becomes_slow_no_longer() throws IOException {
        long[] now = {0};
        long[] step = {TimeUnit.MILLISECONDS.toNanos(10)};
        HashBeside slow = hash(() -> now[0] += step[0]);
        feed(slow, 0, LARGE, 32 * 1024);
        assertEquals(expected(LARGE), slow.finish());
        assertEquals(0, handedOver.get());

        step[0] = 0;
        HashBeside changing = hash(() -> now[0] += step[0]);
        int fastUntil = (int) HashBeside.WARM + 3 * HashBeside.BLOCK;
        feed(changing, 0, fastUntil, 32 * 1024);
        int handed = handedOver.get();
        assertTrue(handed > 0);
        step[0] = TimeUnit.MILLISECONDS.toNanos(10);
        feed(changing, fastUntil, LARGE, 32 * 1024);
        assertEquals(expected(LARGE), changing.finish());
        assertTrue(handedOver.get() <= handed + 1);
    }

    @Test
    void while_others_hash_beside_it_is_done_here() throws IOException {
        places.acquireUninterruptibly();
        HashBeside hash = hash(FAST);
        feed(hash, 0, LARGE, 64 * 1024);
        assertEquals(expected(LARGE), hash.finish());
        assertEquals(0, handedOver.get());
        assertEquals(0, places.availablePermits());
    }

    @Test
    void a_stream_waits_when_its_hash_is_far_behind() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        HashBeside hash = new HashBeside(
                Digest.Algorithm.SHA256,
                places,
                work -> pool.execute(() -> {
                    try {
                        held.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    work.run();
                }),
                FAST);
        feed(hash, 0, (int) HashBeside.WARM, 64 * 1024);
        Thread.currentThread().interrupt();
        assertThrows(InterruptedIOException.class, () -> feed(hash, (int) HashBeside.WARM, LARGE, HashBeside.BLOCK));
        assertTrue(Thread.interrupted());
        held.countDown();
    }

    @Test
    void a_thread_that_ends_before_its_work_is_no_digest() throws IOException {
        HashBeside hash = new HashBeside(
                Digest.Algorithm.SHA256,
                places,
                work -> {
                    throw new OutOfMemoryError("no thread");
                },
                FAST);
        assertThrows(OutOfMemoryError.class, () -> feed(hash, 0, LARGE, HashBeside.BLOCK));
        assertEquals(1, places.availablePermits());
        assertThrows(IOException.class, hash::finish);
    }
}
