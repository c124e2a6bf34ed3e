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
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * The content of a directory store: one file each, and in memory the order of their last use.
 *
 * <p>What is there is what the directory holds; until that has been {@link #read}, what the order does not name is looked for
 * there, and nothing makes room. A file comes and goes under its digest's lock, so that the order never names what a slower thread
 * has taken away; opening takes no lock.
 */
final class ContentFiles {
    private static final Logger LOG = System.getLogger(ContentFiles.class.getName());

    /** What file systems give space in. */
    private static final long BLOCK = 4096;

    /** How long a file's time may lag behind its last use. */
    private static final long TOUCH_MILLIS = 60 * 60 * 1000;

    private static final class Entry {
        static final AtomicLongFieldUpdater<Entry> TOUCHED = AtomicLongFieldUpdater.newUpdater(Entry.class, "touched");

        final long size;
        volatile long touched;

        Entry(long size, long touched) {
            this.size = size;
            this.touched = touched;
        }
    }

    private final StoreDirectory directory;
    private final Clock clock;
    private final UseOrder<HashName, Entry> order = UseOrder.partial(entry -> weight(entry.size));
    private final Striped<Lock> locks = Striped.lock(64);
    private final AtomicLong evicted = new AtomicLong();

    /** Whether there is nothing that the order does not name. */
    private volatile boolean known;

    ContentFiles(StoreDirectory directory, Clock clock) {
        this.directory = directory;
        this.clock = clock;
    }

    /** Finds what was there before; false where something was in the way. Once. */
    boolean read() throws InterruptedException {
        ContentWalk walk = new ContentWalk(directory, this::clear);
        LinkedHashMap<HashName, Entry> older = new LinkedHashMap<>();
        try {
            for (ContentWalk.Found found : walk.run()) {
                older.put(found.name(), new Entry(found.size(), found.used()));
            }
        } finally {
            order.older(older); // of what could not be read, nothing makes room
        }
        known = walk.isWhole();
        return known;
    }

    static long weight(long size) {
        return (size + BLOCK - 1) / BLOCK * BLOCK;
    }

    Optional<StoredContent> open(Digest digest) throws IOException {
        boolean all = known; // before the order is asked, which may learn of it in between
        Entry entry = order.use(HashName.of(digest));
        if (entry == null && !all) {
            entry = taken(digest);
        }
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
        touch(file, entry);
        return Optional.of(new FileContent(channel, entry.size));
    }

    /** Takes what the order does not name into it, as what was used last; null where there is none. */
    private @Nullable Entry taken(Digest digest) throws IOException {
        HashName name = HashName.of(digest);
        Lock lock = locks.get(digest);
        lock.lock();
        try {
            Entry entry = order.use(name);
            if (entry == null) {
                entry = onDisk(digest);
                if (entry != null) {
                    order.put(name, entry);
                }
            }
            return entry;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Entry onDisk(Digest digest) throws IOException {
        BasicFileAttributes attributes;
        try {
            attributes = StoreFiles.attributes(directory.content(digest));
        } catch (NoSuchFileException e) {
            return null;
        }
        return ContentWalk.plausible(HashName.of(digest), attributes)
                ? new Entry(attributes.size(), attributes.lastModifiedTime().toMillis())
                : null; // whoever reads the directory drops it
    }

    /** Deletes what cannot be whole; under its lock, since it may have been replaced. */
    private void clear(Digest digest) throws IOException {
        Path file = directory.content(digest);
        Lock lock = locks.get(digest);
        lock.lock();
        try {
            if (onDisk(digest) == null && Files.deleteIfExists(file)) {
                LOG.log(Level.WARNING, "dropped a damaged entry: {0}", digest);
            }
        } finally {
            lock.unlock();
        }
    }

    private void forget(Digest digest, Path file) {
        Lock lock = locks.get(digest);
        lock.lock();
        try {
            if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                order.remove(HashName.of(digest));
            }
        } finally {
            lock.unlock();
        }
    }

    private void touch(Path file, Entry entry) {
        long now = clock.millis();
        long before = entry.touched;
        // A clock that was set back shall not keep the file's time for years.
        if (Math.abs(now - before) > TOUCH_MILLIS && Entry.TOUCHED.compareAndSet(entry, before, now)) {
            StoreFiles.used(file, now);
        }
    }

    private void damaged(Digest digest) throws IOException {
        LOG.log(Level.WARNING, "dropped a damaged entry: {0}", digest);
        drop(digest);
    }

    @Nullable
    Long size(Digest digest) throws IOException {
        boolean all = known;
        Entry entry = order.peek(HashName.of(digest));
        if (entry == null && !all) {
            entry = onDisk(digest);
        }
        return entry == null ? null : entry.size;
    }

    List<HashName> names() {
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
            order.put(HashName.of(digest), new Entry(size, clock.millis()));
        } finally {
            lock.unlock();
        }
    }

    void drop(Digest digest) throws IOException {
        Lock lock = locks.get(digest);
        lock.lock();
        try {
            order.remove(HashName.of(digest));
            Files.deleteIfExists(directory.content(digest));
        } finally {
            lock.unlock();
        }
    }

    /** Drops what was used longest ago until the content takes no more than so many bytes; nothing before that is known. */
    void shrink(long limit) {
        if (order.isPartial()) {
            return;
        }
        while (order.total() > limit && !directory.pace().isLeft()) {
            HashName name = order.eldest();
            if (name == null) {
                return;
            }
            Digest eldest = name.digest();
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
