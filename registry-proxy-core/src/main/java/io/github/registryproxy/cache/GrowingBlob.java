package io.github.registryproxy.cache;

import io.github.registryproxy.ContentMismatchException;
import io.github.registryproxy.Headers;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.store.Staging;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A blob on its way into the store, which one fetch writes and any number of readers read while it grows.
 *
 * <p>Readers get the last bytes only when the whole was committed, so nobody has a complete blob that is wrong.
 */
final class GrowingBlob {
    static final int TAIL = 32 * 1024;

    private static final Logger LOG = System.getLogger(GrowingBlob.class.getName());
    private static final long LONGEST_GOING = Duration.ofSeconds(2).toNanos();

    /** How far the fetch is. */
    enum Phase {
        ASKING,
        FILLING,
        COMMITTED,
        /** The upstream answered, but not with the blob. */
        REFUSED,
        /** The upstream did not answer, or its body broke off for good. */
        BROKEN,
        /** The store failed, not the upstream: readers go on without it. */
        UNSTORED
    }

    private final Digest digest;
    private final Runnable atEnd;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private Phase phase = Phase.ASKING;
    private long written;
    private OptionalLong size = OptionalLong.empty();
    private @Nullable IOException failure;
    private @Nullable Refusal refusal;
    private @Nullable Staging staging;
    private int users = 1;
    private volatile boolean abandoned;

    /** An answer that is not the blob, for everybody who waits. */
    record Refusal(int status, Headers headers, byte[] body) {}

    /** @param atEnd run when nobody uses it any more */
    GrowingBlob(Digest digest, Runnable atEnd) {
        this.digest = digest;
        this.atEnd = atEnd;
    }

    /** Where it is written; null when the store could not be used, or nobody uses it any more. */
    @Nullable
    Staging staging() {
        lock.lock();
        try {
            return staging;
        } finally {
            lock.unlock();
        }
    }

    void staged(Staging fresh) {
        locked(() -> staging = fresh);
    }

    /** The upstream gives it, from so many bytes on. */
    void filling(OptionalLong total, long there) {
        locked(() -> {
            phase = Phase.FILLING;
            size = total;
            written = there;
        });
    }

    void grown(long there) {
        locked(() -> written = there);
    }

    void committed(long there) {
        locked(() -> {
            written = there;
            size = OptionalLong.of(there);
        });
        end(Phase.COMMITTED, null);
    }

    void refused(Refusal answer) {
        locked(() -> refusal = answer);
        end(Phase.REFUSED, null);
    }

    /** The first end is the one that counts. */
    void end(Phase last, @Nullable IOException why) {
        locked(() -> {
            if (phase == Phase.ASKING || phase == Phase.FILLING) {
                phase = last;
                failure = why;
            }
        });
    }

    /** Whether the fetch may stop, since nobody waits for it. */
    boolean isAbandoned() {
        return abandoned;
    }

    /** Waits until the upstream has answered; the phase is another than ASKING then. */
    Phase awaitAnswer() throws IOException {
        lock.lock();
        try {
            while (phase == Phase.ASKING) {
                changed.await();
            }
            return phase;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the registry");
        } finally {
            lock.unlock();
        }
    }

    /** Of the whole blob; empty where the upstream did not say, until it is committed. */
    OptionalLong size() {
        lock.lock();
        try {
            return size;
        } finally {
            lock.unlock();
        }
    }

    /** How many bytes from the first a reader could have at once. */
    long readable() {
        lock.lock();
        try {
            return limit();
        } finally {
            lock.unlock();
        }
    }

    Optional<Refusal> refusal() {
        lock.lock();
        try {
            return Optional.ofNullable(refusal);
        } finally {
            lock.unlock();
        }
    }

    /** Why it is broken or not stored. */
    IOException failure() {
        lock.lock();
        try {
            return new IOException("the blob could not be fetched", failure);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Bytes at a position, waiting for them: how many are in the buffer now; 0 at the end of the blob; -1 when the store failed, and
     * the reader has to go on without.
     *
     * @throws IOException when the fetch broke off
     */
    int read(long position, ByteBuffer into) throws IOException {
        Staging from;
        lock.lock();
        try {
            while (limit() <= position && phase == Phase.FILLING) {
                changed.await();
            }
            if (limit() <= position || phase == Phase.BROKEN) {
                return switch (phase) {
                    case COMMITTED -> 0;
                    case UNSTORED -> -1;
                    default -> throw failure();
                };
            }
            from = Objects.requireNonNull(staging);
            into.limit((int) Math.min(into.limit(), into.position() + limit() - position));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the registry");
        } finally {
            lock.unlock();
        }
        return from.read(position, into);
    }

    /** What was written before the store failed, for whoever checks that another fetch gives the same. */
    int readWritten(long position, ByteBuffer into) throws IOException {
        Staging from = staging();
        return from == null ? 0 : from.read(position, into);
    }

    private long limit() {
        if (phase == Phase.COMMITTED) {
            return written;
        }
        long end = size.orElse(written);
        return Math.max(0, Math.min(written, end - TAIL));
    }

    /** Joins as one more user; false when it has failed, was given up, or is over and its staging gone. */
    boolean join() {
        lock.lock();
        try {
            boolean failed = phase != Phase.ASKING && phase != Phase.FILLING && phase != Phase.COMMITTED;
            boolean givenUp = abandoned && phase != Phase.COMMITTED;
            if (failed || givenUp || users == 0 || (phase == Phase.COMMITTED && staging == null)) {
                return false;
            }
            users++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Whether it is under way, or has just been committed. */
    boolean isUnderWay() {
        lock.lock();
        try {
            return phase == Phase.ASKING || phase == Phase.FILLING;
        } finally {
            lock.unlock();
        }
    }

    /** Waits a moment until a fetch that failed has let its staging go; false when somebody still holds it. */
    boolean awaitGone() throws IOException {
        lock.lock();
        try {
            long left = LONGEST_GOING;
            while (users > 0 && left > 0) {
                left = changed.awaitNanos(left);
            }
            return users == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a fetch to end");
        } finally {
            lock.unlock();
        }
    }

    /** Leaves; the last one, the fetch itself included, lets the staging go. */
    void release() {
        Staging gone;
        lock.lock();
        try {
            if (users > 1) {
                users--;
                return;
            }
            gone = staging;
            staging = null;
        } finally {
            lock.unlock();
        }
        // One user is left, this one: nobody can join a failed fetch, and a committed one is in the store by now.
        if (gone != null) {
            close(gone);
        }
        atEnd.run();
        locked(() -> users = 0);
    }

    /** Stops the fetch when only itself is left; what it has stays for the next. */
    void abandonIfUnused() {
        lock.lock();
        try {
            abandoned |= users == 1;
        } finally {
            lock.unlock();
        }
    }

    private void close(Staging gone) {
        try {
            if (phase == Phase.UNSTORED || (failure != null && ContentMismatchException.isBehind(failure))) {
                gone.discard();
            }
            gone.close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "CACHE cannot put away the staging of {0}: {1}", digest, e.toString());
        }
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
