package io.github.registryproxy.store;

import io.github.registryproxy.protocol.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** The stagings of a directory store: one of a digest at a time, and none once the store is closed. */
final class Stagings {
    private final StoreDirectory directory;
    private final ContentFiles content;
    private final Partials partials;
    private final long capacity;
    private final ReentrantReadWriteLock life;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Digest> active = new HashSet<>();
    private final AtomicLong inFlight = new AtomicLong();
    private final ExecutorService behind = Executors.newCachedThreadPool(Stagings::daemon);
    private volatile boolean closed;

    /**
     * Those of one store.
     *
     * @param life held to write when the store closes
     */
    Stagings(
            StoreDirectory directory,
            ContentFiles content,
            Partials partials,
            long capacity,
            ReentrantReadWriteLock life) {
        this.directory = directory;
        this.content = content;
        this.partials = partials;
        this.capacity = capacity;
        this.life = life;
    }

    /** Those that are open and those that were left, in bytes. */
    long bytes() {
        return inFlight.get() + partials.bytes();
    }

    /** The threads that go behind the writers: to hash, and to the disk. */
    Executor behind() {
        return behind;
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "registry-proxy-store");
        thread.setDaemon(true);
        return thread;
    }

    Staging stage(Digest digest) throws IOException {
        lock.lock();
        try {
            if (!active.add(digest)) {
                throw new IOException(digest + " is being staged already");
            }
            partials.clean();
            partials.resumed(digest);
        } finally {
            lock.unlock();
        }
        try {
            FileStaging staging = new FileStaging(this, digest, directory.staging(digest), capacity);
            inFlight.addAndGet(staging.size());
            return staging;
        } catch (IOException | RuntimeException e) {
            forget(digest);
            throw e;
        }
    }

    /** Holds the store open for an append or a commit, which {@link #end} ends, of content that is so large then. */
    void begin(long size) throws IOException {
        life.readLock().lock();
        if (closed || size > capacity) {
            boolean ended = closed;
            life.readLock().unlock();
            throw new IOException(
                    ended ? "store is closed" : "content is larger than the store, which takes " + capacity);
        }
    }

    void end() {
        life.readLock().unlock();
    }

    void grown(long bytes) {
        inFlight.addAndGet(bytes);
    }

    /** Moves a file to the content, making room for it first. */
    ContentFiles.Published publish(Path staged, Digest digest, BlockSums sums) throws IOException {
        long limit = capacity - partials.bytes();
        content.shrink(limit - ContentFiles.weightOfEntry(sums.size()));
        ContentFiles.Published published = content.publish(staged, digest, sums);
        content.shrink(limit);
        return published;
    }

    /** Makes the room that is wanted; in no staging's name. */
    void shrink() {
        content.shrink(capacity - partials.bytes());
    }

    void discard(Path staged) throws IOException {
        life.readLock().lock();
        try {
            if (!closed) {
                Files.deleteIfExists(staged);
                Reach.end(staged);
            }
        } finally {
            life.readLock().unlock();
        }
    }

    /** A staging is closed; what it has left behind, if anything, may be resumed now. */
    void ended(Digest digest, Path file, long size, boolean committed) throws IOException {
        life.readLock().lock();
        lock.lock();
        try {
            if (!committed) {
                inFlight.addAndGet(-size);
            }
            if (!committed && !closed) {
                left(digest, file);
                shrink();
            }
        } finally {
            active.remove(digest);
            lock.unlock();
            life.readLock().unlock();
        }
    }

    private void left(Digest digest, Path file) throws IOException {
        Reach.settle(file);
        long size;
        try {
            size = StoreFiles.attributes(file).size();
        } catch (NoSuchFileException e) {
            return; // discarded
        }
        if (size == 0) {
            Files.deleteIfExists(file);
        } else {
            partials.left(digest, size);
            partials.clean();
        }
    }

    private void forget(Digest digest) {
        lock.lock();
        try {
            active.remove(digest);
        } finally {
            lock.unlock();
        }
    }

    /** No staging appends or commits from now on; the caller holds the life lock to write. */
    void close() {
        closed = true;
        behind.shutdown();
    }
}
