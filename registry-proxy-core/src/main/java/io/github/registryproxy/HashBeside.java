package io.github.registryproxy;

import io.github.registryproxy.protocol.Digest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Hashes a stream, beside it where that makes it faster: a large piece by another thread, while this one passes it on. Sources
 * have large pieces only while they are fast; what is small, and what comes while other streams have the processors, is hashed
 * at once. For one thread.
 */
final class HashBeside {
    /** In bytes: hashing less takes no longer than waking a thread. */
    static final int LARGE = 128 * 1024;

    private final Digest.Algorithm algorithm;
    private final MessageDigest computation;
    private final Semaphore places;
    private final Executor threads;
    private @Nullable FutureTask<Void> running;

    HashBeside(Digest.Algorithm algorithm) {
        this(algorithm, HashThreads.PLACES, HashThreads.THREADS);
    }

    /** @param places for how many streams others hash at a time */
    HashBeside(Digest.Algorithm algorithm, Semaphore places, Executor threads) {
        this.algorithm = algorithm;
        this.computation = algorithm.start();
        this.places = places;
        this.threads = threads;
    }

    /** Takes the bytes in. The buffer is as it was; its bytes must stay what they are until {@link #settle}. */
    void update(ByteBuffer bytes) throws IOException {
        settle();
        if (bytes.remaining() >= LARGE && places.tryAcquire()) {
            hand(bytes.duplicate());
        } else {
            computation.update(bytes.duplicate());
        }
    }

    private void hand(ByteBuffer bytes) {
        FutureTask<Void> work = new FutureTask<>(() -> hash(bytes), null);
        running = work;
        boolean done = false;
        try {
            threads.execute(work);
            done = true;
        } finally {
            if (!done) {
                work.cancel(false);
                places.release();
            }
        }
    }

    private void hash(ByteBuffer bytes) {
        try {
            computation.update(bytes);
        } finally {
            places.release();
        }
    }

    /** Waits until what was taken in is hashed. */
    void settle() throws IOException {
        FutureTask<Void> work = running;
        if (work == null) {
            return;
        }
        try {
            work.get();
            running = null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while content was hashed");
        } catch (ExecutionException | CancellationException e) {
            throw new IOException("a thread that hashed ended before its work", e);
        }
    }

    /** The digest of all that was taken in; the last call. */
    Digest finish() throws IOException {
        settle();
        return Digest.of(algorithm, computation);
    }
}
