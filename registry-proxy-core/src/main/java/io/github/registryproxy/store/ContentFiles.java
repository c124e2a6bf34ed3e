package io.github.registryproxy.store;

import com.google.common.util.concurrent.Striped;
import io.github.registryproxy.protocol.Digest;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * The content of a directory store: one file each, and in memory the order of their last use.
 *
 * <p>What is there is what the directory holds. A file comes and goes under its digest's lock, so that the order never names
 * what a slower thread has taken away; opening takes no lock.
 */
final class ContentFiles {
    private static final Logger LOG = System.getLogger(ContentFiles.class.getName());

    /** What file systems give space in. */
    private static final long BLOCK = 4096;

    /** How long a file's time may lag behind its last use. */
    private static final long TOUCH_MILLIS = 60 * 60 * 1000;

    private record Entry(long size, AtomicLong touched) {}

    private final StoreDirectory directory;
    private final Clock clock;
    private final UseOrder<Digest, Entry> order = new UseOrder<>();
    private final Striped<Lock> locks = Striped.lock(64);
    private final AtomicLong evicted = new AtomicLong();

    ContentFiles(StoreDirectory directory, Clock clock) throws IOException {
        this.directory = directory;
        this.clock = clock;
        for (ContentWalk.Found found : ContentWalk.of(directory)) {
            order.put(found.digest(), new Entry(found.size(), new AtomicLong(found.used())), weight(found.size()));
        }
    }

    static long weight(long size) {
        return (size + BLOCK - 1) / BLOCK * BLOCK;
    }

    Optional<StoredContent> open(Digest digest) throws IOException {
        Entry entry = order.peek(digest);
        if (entry == null) {
            return Optional.empty();
        }
        Path file = directory.content(digest);
        FileChannel channel;
        try {
            channel = StoreFiles.openToRead(file);
        } catch (NoSuchFileException e) {
            forget(digest, file); // taken away by somebody else; or by us, a moment ago
            return Optional.empty();
        } catch (IOException e) {
            rethrowUnlessOfTheFile(file, e);
            damaged(digest);
            return Optional.empty();
        }
        try {
            if (channel.size() != entry.size) {
                channel.close();
                damaged(digest);
                return Optional.empty();
            }
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        order.use(digest);
        touch(file, entry.touched);
        return Optional.of(new FileContent(channel, entry.size));
    }

    private void forget(Digest digest, Path file) {
        Lock lock = locks.get(digest);
        lock.lock();
        try {
            if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                order.remove(digest);
            }
        } finally {
            lock.unlock();
        }
    }

    private void touch(Path file, AtomicLong touched) {
        long now = clock.millis();
        long before = touched.get();
        // A clock that was set back shall not keep the file's time for years.
        if (Math.abs(now - before) > TOUCH_MILLIS && touched.compareAndSet(before, now)) {
            StoreFiles.used(file, now);
        }
    }

    private void damaged(Digest digest) throws IOException {
        LOG.log(Level.WARNING, "dropped a damaged entry: {0}", digest);
        drop(digest);
    }

    @Nullable
    Long size(Digest digest) {
        Entry entry = order.peek(digest);
        return entry == null ? null : entry.size;
    }

    List<Digest> digests() {
        return order.keys();
    }

    long entries() {
        return order.size();
    }

    /** What the content takes of the disk, in bytes. */
    long bytes() {
        return order.total();
    }

    long evicted() {
        return evicted.get();
    }

    /** Publishes a file whose content is verified and on the disk. */
    void publish(Path staged, Digest digest, long size) throws IOException {
        Path file = directory.content(digest);
        Lock lock = locks.get(digest);
        lock.lock();
        try {
            StoreFiles.makeDirectory(directory.part(digest));
            StoreFiles.publish(staged, file);
            order.put(digest, new Entry(size, new AtomicLong(clock.millis())), weight(size));
        } finally {
            lock.unlock();
        }
    }

    void drop(Digest digest) throws IOException {
        Lock lock = locks.get(digest);
        lock.lock();
        try {
            order.remove(digest);
            Files.deleteIfExists(directory.content(digest));
        } finally {
            lock.unlock();
        }
    }

    /** Drops what was used longest ago until the content takes no more than so many bytes. */
    void shrink(long limit) {
        while (order.total() > limit) {
            Digest eldest = order.eldest();
            if (eldest == null) {
                return;
            }
            try {
                drop(eldest);
                evicted.incrementAndGet();
            } catch (IOException e) {
                // It counts no more, and the next start finds it again.
                LOG.log(Level.WARNING, "cannot evict {0}: {1}", eldest, e.toString());
            }
        }
    }

    /** Is told how many bytes more were read; may end the reading. */
    @FunctionalInterface
    interface Reading {
        void read(int more) throws IOException;
    }

    /** Whether the content reads back as something else, or not at all; false where there is none any more. */
    boolean isDamaged(Digest digest, ByteBuffer buffer, Reading reading) throws IOException {
        Path file = directory.content(digest);
        FileChannel channel;
        try {
            channel = StoreFiles.openToRead(file);
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            rethrowUnlessOfTheFile(file, e);
            return true;
        }
        try (channel) {
            MessageDigest computation = digest.algorithm().start();
            for (int n = read(channel, buffer); n >= 0; n = read(channel, buffer)) {
                computation.update(buffer.flip());
                reading.read(n);
            }
            return !Digest.of(digest.algorithm(), computation).equals(digest);
        } catch (UnreadableException e) {
            return true;
        }
    }

    /** A bad sector, say. */
    private static final class UnreadableException extends IOException {
        private static final long serialVersionUID = 1;

        UnreadableException(IOException cause) {
            super(cause);
        }
    }

    private static int read(FileChannel channel, ByteBuffer buffer) throws IOException {
        try {
            return channel.read(buffer.clear());
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            throw new UnreadableException(e);
        }
    }

    /** Throws what may be the system's fault: too many open files, say. */
    private static void rethrowUnlessOfTheFile(Path file, IOException failure) throws IOException {
        if (StoreFiles.attributes(file).isRegularFile() && Files.isReadable(file)) {
            throw failure;
        }
    }
}
