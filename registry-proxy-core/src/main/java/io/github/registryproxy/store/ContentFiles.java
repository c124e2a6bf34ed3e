package io.github.registryproxy.store;

import com.google.common.util.concurrent.Striped;
import io.github.registryproxy.protocol.Digest;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
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
 *
 * <p>Content is read by its block sums. Where there are none, it is hashed as a whole when it is opened, and they are made then.
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

    /** Holds the directory while it is changed by a reader, who may come when the store is closed. */
    interface Guard {
        void whileOpen(Change change) throws IOException;

        /** What is changed. */
        interface Change {
            void now() throws IOException;
        }
    }

    private final StoreDirectory directory;
    private final Clock clock;
    private final Guard guard;
    private final ContentSums sums;
    private final @Nullable SetAside aside;
    private final UseOrder<HashName, Entry> order = UseOrder.partial(entry -> weightOfEntry(entry.size));
    private final Striped<Lock> locks = Striped.lock(64);
    private final Striped<Lock> hashing = Striped.lazyWeakLock(1024);
    private final AtomicLong evicted = new AtomicLong();
    private final AtomicLong damaged = new AtomicLong();

    /** Whether there is nothing that the order does not name. */
    private volatile boolean known;

    /** @param aside where damaged content goes; null where it is deleted, since it can be had again */
    ContentFiles(StoreDirectory directory, Clock clock, Guard guard, @Nullable SetAside aside) {
        this.directory = directory;
        this.clock = clock;
        this.guard = guard;
        this.aside = aside;
        this.sums = new ContentSums(directory);
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

    /** What content takes of the disk with its sums. */
    static long weightOfEntry(long size) {
        return weight(size) + (ContentSums.isInFile(size) ? weight(SumsFile.size(size)) : 0);
    }

    /** Deletes sums whose content is gone; after everything was read. */
    void sweep() throws IOException {
        sums.visitOrphans(name -> order.peek(name) != null, digest -> {
            Lock lock = locks.get(digest);
            lock.lock();
            try {
                if (order.peek(HashName.of(digest)) == null && onDisk(digest) == null) {
                    sums.drop(digest);
                }
            } finally {
                lock.unlock();
            }
        });
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
            damaged(digest, entry);
            return Optional.empty();
        }
        BlockSums known = null;
        try {
            known = sumsOf(digest, entry, channel);
        } finally {
            if (known == null) {
                channel.close();
            }
        }
        if (known == null) {
            damaged(digest, entry);
            return Optional.empty();
        }
        touch(file, entry);
        return Optional.of(new FileContent(channel, known, damageOf(digest, entry)));
    }

    /** The sums that all of the file can have; null where it is damaged. */
    private @Nullable BlockSums sumsOf(Digest digest, Entry entry, FileChannel channel) throws IOException {
        long size = channel.size();
        if (size != entry.size) {
            return null;
        }
        BlockSums found = sums.find(digest, size);
        if (found == null) {
            found = hashed(digest, channel);
        }
        return found == null || found.size() != size ? null : found;
    }

    /** Hashes content without sums; one at a time, since those that wait find what the first has made. */
    private @Nullable BlockSums hashed(Digest digest, FileChannel channel) throws IOException {
        Lock lock = hashing.get(digest);
        lock.lock();
        try {
            BlockSums found = sums.find(digest, channel.size());
            if (found == null) {
                ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(WholeHash.BUFFER, channel.size() + 1));
                found = WholeHash.read(
                        digest, channel, buffer, more -> directory.pace().checkStays());
                if (found != null) {
                    sums.keep(digest, found);
                }
            }
            return found;
        } finally {
            lock.unlock();
        }
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
            if (onDisk(digest) == null && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                takeAway(digest, file);
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
                sums.drop(digest);
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "checksums stay without their content", e); // until the next start
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

    private Blocks.Damage damageOf(Digest digest, Entry entry) {
        return (offset, cause) -> foundDamaged(digest, entry, offset, cause);
    }

    private IOException foundDamaged(Digest digest, Entry entry, long offset, @Nullable IOException cause) {
        DamagedContentException damage = new DamagedContentException(digest, offset, cause);
        try {
            guard.whileOpen(() -> damaged(digest, entry));
        } catch (IOException e) {
            damage.addSuppressed(e);
        }
        return damage;
    }

    /** Takes damaged content away, once, and only where it has not been replaced since it was looked up. */
    private void damaged(Digest digest, Entry entry) throws IOException {
        HashName name = HashName.of(digest);
        Lock lock = locks.get(digest);
        lock.lock();
        try {
            if (order.peek(name) == entry) {
                order.remove(name);
                takeAway(digest, directory.content(digest));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Under the digest's lock. */
    private void takeAway(Digest digest, Path file) throws IOException {
        damaged.incrementAndGet();
        sums.drop(digest);
        if (aside != null) {
            LOG.log(Level.ERROR, "INTEGRITY content {0} is damaged and set aside: push it again", digest);
            aside.add(digest, file);
        } else {
            LOG.log(Level.WARNING, "dropped a damaged entry: {0}", digest);
            Files.deleteIfExists(file);
        }
    }

    /** Takes content away that its reader found to be something else. */
    void reject(Digest digest) throws IOException {
        Entry entry = order.peek(HashName.of(digest));
        if (entry != null) {
            damaged(digest, entry);
        }
    }

    /** How many entries were found damaged since the store was opened. */
    long damaged() {
        return damaged.get();
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

    /** Content that was published: where it is, and what is told when a block of it is damaged. */
    record Published(Path file, Blocks.Damage damage) {}

    /** Publishes a file whose content is verified and on the disk. */
    Published publish(Path staged, Digest digest, BlockSums hashed) throws IOException {
        Path file = directory.content(digest);
        Lock lock = locks.get(digest);
        lock.lock();
        try {
            StoreFiles.makeDirectory(directory.part(digest));
            sums.keep(digest, hashed);
            StoreFiles.publish(staged, file);
            Entry entry = new Entry(hashed.size(), clock.millis());
            order.put(HashName.of(digest), entry);
            if (aside != null) {
                aside.remove(digest);
            }
            return new Published(file, damageOf(digest, entry));
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
            sums.drop(digest);
            if (aside != null) {
                aside.remove(digest);
            }
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

    /** Whether the content reads back as something else, or not at all, and is taken away; false where there is none any more. */
    boolean dropIfDamaged(Digest digest, ByteBuffer buffer, WholeHash.Reading reading) throws IOException {
        Entry entry = order.peek(HashName.of(digest));
        if (entry == null) {
            return false;
        }
        Path file = directory.content(digest);
        try (FileChannel channel = StoreFiles.openToRead(file)) {
            BlockSums hashed = WholeHash.read(digest, channel, buffer, reading);
            if (hashed != null) {
                guard.whileOpen(() -> sums.keepIfMissing(digest, hashed));
                return false;
            }
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            rethrowUnlessOfTheFile(file, e);
        }
        guard.whileOpen(() -> damaged(digest, entry));
        return true;
    }

    /** Throws what may be the system's fault: too many open files, say. */
    private static void rethrowUnlessOfTheFile(Path file, IOException failure) throws IOException {
        if (StoreFiles.attributes(file).isRegularFile() && Files.isReadable(file)) {
            throw failure;
        }
    }
}
