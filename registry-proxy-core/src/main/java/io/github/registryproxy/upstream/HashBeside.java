package io.github.registryproxy.upstream;

import io.github.registryproxy.protocol.Digest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Hashes a stream, beside it where that makes it faster: a fast stream leaves copies to another thread and goes on. What is small
 * or slow, and what comes while other streams have the processors, is hashed where it passes, without a copy. For one thread.
 */
final class HashBeside {
    /** In bytes: what is handed over at a time. */
    static final int BLOCK = 128 * 1024;

    /** Before that no stream counts as fast, in bytes: buffers of the system take as much from a reader who then stands still. */
    static final long WARM = 8L * 1024 * 1024;

    /** So many wait for their hash; then the stream waits. */
    private static final int MOST_WAITING = 3;

    /** A block that takes longer, below some 60 MB/s, hides its hash anyway. */
    private static final long FAST_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** After finding the processors taken, so many bytes go on without asking again. */
    private static final long TRY_AGAIN = 4L * 1024 * 1024;

    private final Digest.Algorithm algorithm;
    private final MessageDigest computation;
    private final Semaphore places;
    private final Executor threads;
    private final LongSupplier nanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition progress = lock.newCondition();
    private final Deque<ByteBuffer> waiting = new ArrayDeque<>();
    private final Deque<ByteBuffer> free = new ArrayDeque<>();
    private @Nullable ByteBuffer filling;
    private boolean running;
    private boolean broken;
    private long count;
    private long tryAt = WARM;
    private long measuredAt;
    private long measured;
    private boolean fast;

    HashBeside(Digest.Algorithm algorithm) {
        this(algorithm, HashThreads.PLACES, HashThreads.THREADS, System::nanoTime);
    }

    /** @param places for how many streams others hash at a time */
    HashBeside(Digest.Algorithm algorithm, Semaphore places, Executor threads, LongSupplier nanos) {
        this.algorithm = algorithm;
        this.computation = algorithm.start();
        this.places = places;
        this.threads = threads;
        this.nanos = nanos;
    }

    /** Takes the bytes in; the buffer is as it was, and the caller's again. */
    void update(ByteBuffer bytes) throws IOException {
        count += bytes.remaining();
        measure();
        if (fast && count >= tryAt) {
            copy(bytes.duplicate());
        } else {
            settle();
            computation.update(bytes.duplicate());
        }
    }

    private void measure() {
        if (count - measured >= BLOCK) {
            long now = nanos.getAsLong();
            fast = now - measuredAt < FAST_NANOS;
            measuredAt = now;
            measured = count;
        }
    }

    private void copy(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            ByteBuffer block = filling == null ? block() : filling;
            filling = block;
            int n = Math.min(bytes.remaining(), block.remaining());
            block.put(bytes.slice(bytes.position(), n));
            bytes.position(bytes.position() + n);
            if (!block.hasRemaining()) {
                filling = null;
                hand(block.flip());
            }
        }
    }

    private ByteBuffer block() throws IOException {
        lock.lock();
        try {
            while (running && waiting.size() >= MOST_WAITING) {
                await();
            }
            ByteBuffer used = free.poll();
            return used == null ? ByteBuffer.allocate(BLOCK) : used.clear();
        } finally {
            lock.unlock();
        }
    }

    private void hand(ByteBuffer block) throws IOException {
        lock.lock();
        try {
            waiting.add(block);
            if (running) {
                return;
            }
            if (places.tryAcquire()) {
                start();
                return;
            }
        } finally {
            lock.unlock();
        }
        tryAt = count + TRY_AGAIN;
        settle();
    }

    private void start() {
        running = true;
        boolean done = false;
        try {
            threads.execute(this::follow);
            done = true;
        } finally {
            if (!done) {
                end(true);
            }
        }
    }

    private void follow() {
        boolean done = false;
        try {
            for (ByteBuffer block = next(null); block != null; block = next(block)) {
                computation.update(block);
            }
            done = true;
        } finally {
            if (!done) {
                end(true);
            }
        }
    }

    /** Whoever finds nothing more is let go. */
    private @Nullable ByteBuffer next(@Nullable ByteBuffer hashed) {
        lock.lock();
        try {
            if (hashed != null) {
                free.add(hashed);
            }
            ByteBuffer block = waiting.poll();
            if (block == null) {
                end(false);
            }
            progress.signalAll();
            return block;
        } finally {
            lock.unlock();
        }
    }

    private void end(boolean failed) {
        lock.lock();
        try {
            broken |= failed;
            running = false;
            places.release();
            progress.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Hashes here what is left, and lets the copies go. */
    private void settle() throws IOException {
        ByteBuffer last = filling;
        filling = null;
        lock.lock();
        try {
            while (running) {
                await();
            }
            if (broken) {
                throw new IOException("a thread that hashed ended before its work");
            }
            waiting.forEach(computation::update);
            waiting.clear();
            free.clear();
        } finally {
            lock.unlock();
        }
        if (last != null) {
            computation.update(last.flip());
        }
    }

    private void await() throws InterruptedIOException {
        try {
            progress.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while content was hashed");
        }
    }

    /** The digest of all that was taken in; the last call. */
    Digest finish() throws IOException {
        settle();
        return Digest.of(algorithm, computation);
    }
}
