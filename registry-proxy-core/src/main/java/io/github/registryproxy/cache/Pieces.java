package io.github.registryproxy.cache;

import io.github.registryproxy.UpstreamTimeoutException;
import io.github.registryproxy.store.AheadStaging;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Who fetches which piece of a blob, and how far it is there without a gap. Pieces are given out in order, and no further ahead of the
 * first gap than a window. Safe for concurrent use.
 */
final class Pieces {
    /** A part of the blob that one thread fetches; its own until it gives it back. */
    static final class Piece {
        private final long end;
        private volatile long at;

        private Piece(long at, long end) {
            this.at = at;
            this.end = end;
        }

        /** The next byte that is missing. */
        long at() {
            return at;
        }

        /** Exclusive. */
        long end() {
            return end;
        }
    }

    /** The store cannot take it. */
    static final class StoreFailedException extends IOException {
        private static final long serialVersionUID = 1L;

        StoreFailedException(IOException cause) {
            super(cause);
        }
    }

    static final Duration LONGEST_STILL = FillBudget.LONGEST_STILL;

    private final AheadStaging staging;
    private final LongConsumer grown;
    private final long size;
    private final long length;
    private final long window;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Piece> unfinished = new ArrayDeque<>();
    private final PriorityQueue<Piece> returned = new PriorityQueue<>(Comparator.comparingLong(Piece::at));
    private final ReentrantReadWriteLock writing = new ReentrantReadWriteLock();
    private long next;
    private long reached;
    private int working;
    private boolean refused;
    private boolean stopped;

    /**
     * From what is there up to the end.
     *
     * @param grown is told how far it is there, by one thread at a time
     * @param length of a piece
     * @param window in bytes
     */
    Pieces(AheadStaging staging, LongConsumer grown, long size, long length, long window) {
        this.staging = staging;
        this.grown = grown;
        this.size = size;
        this.length = length;
        this.window = window;
        this.reached = staging.size();
        this.next = reached;
    }

    /** The first piece, which has been asked for already. */
    Piece first(long end) {
        lock.lock();
        try {
            return give(end);
        } finally {
            lock.unlock();
        }
    }

    private Piece give(long end) {
        Piece piece = new Piece(next, end);
        unfinished.add(piece);
        next = end;
        working++;
        return piece;
    }

    /**
     * A piece to fetch; waits while all that is left is too far ahead. Null when there is none, or it was stopped.
     *
     * @param toTheEnd whether to wait until nobody works on a piece any more: one may be given back
     */
    @Nullable
    Piece claim(boolean toTheEnd) throws IOException {
        lock.lock();
        try {
            while (!stopped && reached < size) {
                Piece piece = refused ? null : available();
                if (piece != null) {
                    return piece;
                }
                if ((refused || next >= size) && !(toTheEnd && working > 0)) {
                    return null;
                }
                awaitChange();
            }
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while fetching in pieces");
        } finally {
            lock.unlock();
        }
    }

    /** A piece that makes no progress for so long is given up by its own connection; this is for one whose thread is gone. */
    private void awaitChange() throws InterruptedException, IOException {
        long before = progress();
        if (changed.awaitNanos(LONGEST_STILL.toNanos()) <= 0 && progress() == before) {
            throw new UpstreamTimeoutException("no piece made progress");
        }
    }

    private long progress() {
        return unfinished.stream().mapToLong(piece -> piece.at).sum();
    }

    private @Nullable Piece available() {
        if (!returned.isEmpty()) {
            working++;
            return returned.remove();
        }
        return next < size && next - reached < window ? give(Math.min(size, next + length)) : null;
    }

    /** Ends the work on a piece; for somebody else to go on with where it is not complete. */
    void giveBack(Piece piece) {
        lock.lock();
        try {
            working--;
            if (piece.at < piece.end) {
                returned.add(piece);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** No more pieces are given out; those that are worked on go on. */
    void refused() {
        lock.lock();
        try {
            refused = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Writes the next bytes of a piece.
     *
     * @throws StoreFailedException when the store does not take them
     * @throws IOException when it was stopped
     */
    void write(Piece piece, ByteBuffer bytes) throws IOException {
        int count = bytes.remaining();
        writing.readLock().lock();
        try {
            if (stopped) {
                throw new IOException("no longer fetched in pieces");
            }
            staging.write(piece.at, bytes);
            written(piece, piece.at + count);
        } catch (StoreFailedException e) {
            throw e;
        } catch (IOException e) {
            throw stopped ? e : new StoreFailedException(e);
        } finally {
            writing.readLock().unlock();
        }
    }

    private void written(Piece piece, long end) throws IOException {
        lock.lock();
        try {
            piece.at = end;
            while (!unfinished.isEmpty() && unfinished.element().at == unfinished.element().end) {
                unfinished.remove();
            }
            long there = unfinished.isEmpty() ? next : unfinished.element().at;
            if (there > reached) {
                staging.reach(there);
                reached = there;
                grown.accept(there);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether all is there. */
    boolean isComplete() {
        lock.lock();
        try {
            return reached == size;
        } finally {
            lock.unlock();
        }
    }

    /** Nothing is given out or written from now on. */
    void stop() {
        writing.writeLock().lock();
        lock.lock();
        try {
            stopped = true;
            changed.signalAll();
        } finally {
            lock.unlock();
            writing.writeLock().unlock();
        }
    }
}
