package io.github.registryproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.protocol.Digest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HashBesideTest {
    private static final int SIZE = 9 * HashBeside.LARGE + 77;

    private final byte[] content = new byte[SIZE];
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

    private HashBeside hash(Executor by) {
        return new HashBeside(Digest.Algorithm.SHA256, places, by);
    }

    private Digest expected() {
        return Digest.of(Digest.Algorithm.SHA256, content);
    }

    /** In pieces of that size, from one buffer that is overwritten each time, as transports have it. */
    private void feed(HashBeside hash, int piece) throws IOException {
        feed(hash, ByteBuffer.allocate(piece), 0, SIZE / 2);
        feed(hash, ByteBuffer.allocateDirect(piece), SIZE / 2, SIZE);
    }

    private void feed(HashBeside hash, ByteBuffer buffer, int from, int to) throws IOException {
        int piece = buffer.capacity();
        for (int at = from; at < to; at += piece) {
            buffer.clear().put(content, at, Math.min(piece, to - at)).flip();
            ByteBuffer before = buffer.duplicate();
            hash.update(buffer);
            assertEquals(before, buffer);
            hash.settle();
            buffer.clear().put(new byte[piece]);
        }
    }

    @Test
    void the_digest_is_that_of_all_bytes_in_pieces_of_any_size() throws IOException {
        for (int piece : new int[] {1_000, 32 * 1024, 100_001, HashBeside.LARGE, 3 * HashBeside.LARGE + 1}) {
            HashBeside hash = hash(threads);
            feed(hash, piece);
            assertEquals(expected(), hash.finish());
            assertEquals(1, places.availablePermits());
        }
        assertEquals(8 + 4, handedOver.get()); // of the last two sizes
    }

    @Test
    void what_is_small_is_handed_to_nobody() throws IOException {
        HashBeside hash = hash(threads);
        feed(hash, HashBeside.LARGE - 1);
        assertEquals(expected(), hash.finish());
        assertEquals(0, handedOver.get());
    }

    @Test
    void while_others_hash_beside_it_is_done_here() throws IOException {
        places.acquireUninterruptibly();
        HashBeside hash = hash(threads);
        feed(hash, HashBeside.LARGE);
        assertEquals(expected(), hash.finish());
        assertEquals(0, handedOver.get());
        assertEquals(0, places.availablePermits());
    }

    @Test
    void a_buffer_stays_its_hashs_until_it_is_hashed_and_an_interrupt_ends_the_wait() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        HashBeside hash = hash(work -> pool.execute(() -> {
            try {
                held.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            work.run();
        }));
        hash.update(ByteBuffer.wrap(content)); // does not wait
        Thread.currentThread().interrupt();
        assertThrows(InterruptedIOException.class, hash::settle);
        assertTrue(Thread.interrupted());
        held.countDown();
        hash.settle();
        assertEquals(expected(), hash.finish());
    }

    @Test
    void a_thread_that_ends_before_its_work_is_no_digest() {
        HashBeside hash = hash(work -> {
            throw new OutOfMemoryError("no thread");
        });
        assertThrows(OutOfMemoryError.class, () -> feed(hash, HashBeside.LARGE));
        assertEquals(1, places.availablePermits());
        assertThrows(IOException.class, hash::settle);
        assertThrows(IOException.class, hash::finish);
    }
}
