package io.github.registryproxy.cache;

import io.github.registryproxy.ContentMismatchException;
import io.github.registryproxy.Headers;
import io.github.registryproxy.UpstreamTimeoutException;
import io.github.registryproxy.VerifiedContent;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.store.Staging;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A blob on its way into the store, which one fill writes and any number of readers read while it grows.
 *
 * <p>Readers get the last bytes only when the whole was committed, so nobody has a complete blob that is wrong. A fill whose
 * beginning turns out to be wrong replaces it: readers compare what they handed out, and go on where it was right.
 *
 * <p>Each user holds a {@link Lease}; the last one to close it lets the staging go. Each wait ends: a fill that says nothing for
 * {@link #LONGEST_STILL} has broken off.
 */
final class GrowingBlob {
    static final int TAIL = VerifiedContent.TAIL;

    /** What {@link #read} gives beside a count: the store failed, or the fill has begun anew. */
    static final int NOT_STORED = -1;

    static final int REPLACED = -2;

    /** More than a fill waits for its upstream without progress, so that a fill which lives ends first. */
    static final Duration LONGEST_STILL = Duration.ofMinutes(5);

    private static final Logger LOG = System.getLogger(GrowingBlob.class.getName());
    private static final Duration LONGEST_GOING = Duration.ofSeconds(2);

    /** How far the fill is. */
    enum Phase {
        ASKING,
        FILLING,
        COMMITTED,
        /** The upstream answered, but not with the blob. */
        REFUSED,
        /** The upstream did not answer, or its body broke off for good. */
        BROKEN,
        /** The store failed, not the upstream: readers go on without it. */
        UNSTORED;

        boolean isUnderWay() {
            return this == ASKING || this == FILLING;
        }
    }

    /** What a reader was told when it began. */
    record View(int version, OptionalLong size) {}

    /** An answer that is not the blob, for everybody who waits. */
    record Refusal(int status, Headers headers, byte[] body) {}

    private final Digest digest;
    private final Runnable atEnd;
    private final long longestStill;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Staging> stagings = new ArrayList<>();
    private final Lease fill = new Lease();
    private long changedAt = System.nanoTime();
    private Phase phase = Phase.ASKING;
    private int version;
    private long written;
    private OptionalLong size = OptionalLong.empty();
    private @Nullable Throwable failure;
    private @Nullable Refusal refusal;
    private int users = 1;
    private boolean gone;
    private volatile boolean abandoned;

    /** @param atEnd run when nobody uses it any more */
    GrowingBlob(Digest digest, Runnable atEnd) {
        this(digest, atEnd, LONGEST_STILL);
    }

    GrowingBlob(Digest digest, Runnable atEnd, Duration longestStill) {
        this.digest = digest;
        this.atEnd = atEnd;
        this.longestStill = longestStill.toNanos();
    }

    Digest digest() {
        return digest;
    }

    /** A place among the users; closing it twice is closing it once. */
    final class Lease implements Closeable {
        private final AtomicBoolean closed = new AtomicBoolean();

        private Lease() {}

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                leave();
            }
        }
    }

    /** The fill's own place. */
    Lease fillLease() {
        return fill;
    }

    /** It is written there; what an earlier attempt of this version was written to has been read by nobody. */
    void staged(Staging fresh) {
        locked(() -> {
            if (stagings.size() > version) {
                stagings.remove(version);
            }
            stagings.add(fresh);
        });
    }

    /** What was written so far was wrong: it is written anew, and readers wait until that is committed. */
    void replaced(Staging fresh) {
        locked(() -> {
            stagings.add(fresh);
            version++;
            written = 0;
            size = OptionalLong.empty();
            phase = phase.isUnderWay() ? Phase.ASKING : phase;
        });
    }

    /** The upstream gives it, from so many bytes on. */
    void filling(OptionalLong total, long there) {
        locked(() -> {
            phase = phase.isUnderWay() ? Phase.FILLING : phase;
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
    void end(Phase last, @Nullable Throwable why) {
        locked(() -> {
            if (phase.isUnderWay()) {
                phase = last;
                failure = why;
            }
        });
    }

    /** Whether the fill may stop, since nobody waits for it. */
    boolean isAbandoned() {
        return abandoned;
    }

    /**
     * Waits until there is something to answer: the upstream has answered and, where the blob is so small that readers get nothing
     * before its end, it is known to be right.
     */
    Phase awaitAnswer() throws IOException {
        return waiting(() -> {
            while (phase == Phase.ASKING || (phase == Phase.FILLING && size.orElse(TAIL + 1L) <= TAIL)) {
                awaitChange();
            }
            return phase;
        });
    }

    /** Waits for a moment until it is committed; false when it is not by then. */
    boolean awaitCommitted(Duration longest) throws IOException {
        return waiting(() -> {
            long left = longest.toNanos();
            while (phase.isUnderWay() && left > 0) {
                left = changed.awaitNanos(left);
            }
            return phase == Phase.COMMITTED;
        });
    }

    /**
     * Waits until what replaces the beginning is committed; empty when the store failed.
     *
     * @throws IOException when it does not come to that
     */
    Optional<View> awaitReplacement() throws IOException {
        return waiting(() -> {
            while (phase.isUnderWay()) {
                awaitChange();
            }
            return switch (phase) {
                case COMMITTED -> Optional.of(new View(version, size));
                case UNSTORED -> Optional.empty();
                default -> throw failure();
            };
        });
    }

    /** Waits a moment until a fill that failed has let its staging go; false when somebody still holds it. */
    boolean awaitGone() throws IOException {
        return waiting(() -> {
            long left = LONGEST_GOING.toNanos();
            while (!gone && left > 0) {
                left = changed.awaitNanos(left);
            }
            return gone;
        });
    }

    /** Of the whole blob; empty where the upstream did not say, until it is committed. */
    OptionalLong size() {
        return locking(() -> size);
    }

    /** What a reader that begins now is told. */
    View view() {
        return locking(() -> new View(version, size));
    }

    /** How many bytes from the first a reader could have at once. */
    long readable() {
        return locking(this::limit);
    }

    Optional<Refusal> refusal() {
        return locking(() -> Optional.ofNullable(refusal));
    }

    /** Why it is broken or not stored. */
    IOException failure() {
        return locking(() -> new IOException("the blob could not be fetched", failure));
    }

    /** Whether it may still be committed. */
    boolean isUnderWay() {
        return locking(() -> phase.isUnderWay());
    }

    /**
     * Bytes at a position, waiting for them: how many are in the buffer now; 0 at the end of the blob; {@link #NOT_STORED} or {@link
     * #REPLACED} where the reader has to go on in another way.
     *
     * @param seen the version that the reader has read so far
     * @throws IOException when the fill broke off
     */
    int read(int seen, long position, ByteBuffer into) throws IOException {
        Staging from;
        lock.lock();
        try {
            while (version == seen && limit() <= position && phase.isUnderWay()) {
                awaitChange();
            }
            if (version != seen) {
                return REPLACED;
            }
            if (limit() <= position || phase == Phase.BROKEN) {
                return switch (phase) {
                    case COMMITTED -> 0;
                    case UNSTORED -> NOT_STORED;
                    default -> throw failure();
                };
            }
            from = stagings.get(version);
            into.limit((int) Math.min(into.limit(), into.position() + limit() - position));
        } catch (InterruptedException e) {
            throw interrupted();
        } finally {
            lock.unlock();
        }
        return from.read(position, into);
    }

    /** What was written in a version, for a reader that checks what it handed out. */
    int readWritten(int of, long position, ByteBuffer into) throws IOException {
        List<Staging> from = locking(() -> List.copyOf(stagings));
        return of < from.size() ? from.get(of).read(position, into) : 0;
    }

    private long limit() {
        if (phase == Phase.COMMITTED) {
            return written;
        }
        long end = size.orElse(written);
        return Math.max(0, Math.min(written, end - TAIL));
    }

    /** Joins as one more user; null when it has failed, was given up, or is over and its staging gone. */
    @Nullable
    Lease join() {
        lock.lock();
        try {
            boolean joinable = phase == Phase.COMMITTED ? !stagings.isEmpty() : phase.isUnderWay() && !abandoned;
            if (!joinable || gone) {
                return null;
            }
            users++;
            return new Lease();
        } finally {
            lock.unlock();
        }
    }

    /** Leaves; the last one, the fill itself included, lets the staging go. */
    private void leave() {
        List<Staging> left;
        lock.lock();
        try {
            if (users > 1) {
                users--;
                changed.signalAll();
                return;
            }
            end(Phase.BROKEN, null); // a fill that ended without a word
            left = List.copyOf(stagings);
            stagings.clear();
        } finally {
            lock.unlock();
        }
        // One user is left, this one: nobody can join a failed fill, and a committed one is in the store by now.
        try {
            for (int of = 0; of < left.size(); of++) {
                close(left.get(of), of < left.size() - 1);
            }
        } finally {
            atEnd.run();
            locked(() -> gone = true);
        }
    }

    /** Stops the fill when only itself is left; what it has stays for the next. */
    void abandonIfUnused() {
        lock.lock();
        try {
            abandoned |= users == 1;
        } finally {
            lock.unlock();
        }
    }

    private void close(Staging one, boolean wrong) {
        Throwable why = failure;
        try (one) {
            if (wrong || phase == Phase.UNSTORED || (why != null && ContentMismatchException.isBehind(why))) {
                one.discard();
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "CACHE cannot put away the staging of {0}: {1}", digest, e.toString());
        }
    }

    /** With the lock held. */
    private void awaitChange() throws InterruptedException, IOException {
        long left = changedAt + longestStill - System.nanoTime();
        if (left <= 0) {
            UpstreamTimeoutException silence = new UpstreamTimeoutException("the fetch made no progress");
            end(Phase.BROKEN, silence);
            throw silence;
        }
        changed.awaitNanos(left);
    }

    private interface Waiting<T> {
        T result() throws InterruptedException, IOException;
    }

    private <T> T waiting(Waiting<T> work) throws IOException {
        lock.lock();
        try {
            return work.result();
        } catch (InterruptedException e) {
            throw interrupted();
        } finally {
            lock.unlock();
        }
    }

    private static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while waiting for the registry");
    }

    private interface Reading<T> {
        T result();
    }

    private <T> T locking(Reading<T> work) {
        lock.lock();
        try {
            return work.result();
        } finally {
            lock.unlock();
        }
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
            changedAt = System.nanoTime();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
