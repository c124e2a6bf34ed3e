package io.github.registryproxy.store;

import io.github.registryproxy.protocol.Digest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Hashes what is written on a thread of its own, by reading it back a little behind the writer: the writer waits for nothing, and
 * what is hashed is what the file holds. No thread is taken for little, nor kept while nothing comes.
 */
final class HashBehind {
    /** How far the writer may be ahead before a thread is worth while. */
    static final long LAG = 1024 * 1024;

    private static final int BUFFER = 128 * 1024;

    /** Reads at least one byte at a position before what was written. */
    interface Source {
        int read(long position, ByteBuffer into) throws IOException;
    }

    private final Digest.Algorithm algorithm;
    private final MessageDigest computation;
    private final BlockSums.Builder sums = new BlockSums.Builder();
    private final Source source;
    private final Executor threads;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private long written;
    private long hashed;
    private boolean running;
    private @Nullable IOException failure;

    HashBehind(Digest.Algorithm algorithm, Source source, Executor threads) {
        this.algorithm = algorithm;
        this.computation = algorithm.start();
        this.source = source;
        this.threads = threads;
    }

    /** So many bytes can be read from now on. */
    void written(long size) {
        lock.lock();
        try {
            written = size;
            if (running || failure != null || written - hashed < LAG) {
                return;
            }
            running = true;
        } finally {
            lock.unlock();
        }
        threads.execute(this::follow);
    }

    /** What was hashed, and the sums of the very bytes that were. */
    record Hashed(Digest digest, BlockSums sums) {}

    /**
     * The digest of all that was written; the writer's last call.
     *
     * @throws IOException when what was written cannot be read back
     */
    Hashed finish() throws IOException {
        lock.lock();
        try {
            while (running) {
                idle.await();
            }
            running = true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while content was hashed");
        } finally {
            lock.unlock();
        }
        follow();
        if (failure != null) {
            throw new IOException("what was written cannot be read back", failure);
        }
        return new Hashed(Digest.of(algorithm, computation), sums.build());
    }

    private void follow() {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        try {
            for (long end = end(); end > hashed; end = end()) {
                update(buffer, end);
            }
        } catch (IOException e) {
            stop(e);
        } catch (RuntimeException | Error e) {
            stop(new IOException(e));
        }
    }

    private void update(ByteBuffer buffer, long end) throws IOException {
        for (long at = hashed; at < end; at = hashed) {
            int n = source.read(at, buffer.clear().limit((int) Math.min(BUFFER, end - at)));
            if (n <= 0) {
                throw new IOException("content ends at byte " + at + " of " + end);
            }
            sums.update(buffer.flip());
            computation.update(buffer);
            hashed = at + n;
        }
    }

    /** How far there is something to hash; when there is nothing more, this thread is let go. */
    private long end() {
        lock.lock();
        try {
            if (written == hashed) {
                running = false;
                idle.signalAll();
            }
            return written;
        } finally {
            lock.unlock();
        }
    }

    private void stop(IOException why) {
        lock.lock();
        try {
            failure = why;
            running = false;
            idle.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
