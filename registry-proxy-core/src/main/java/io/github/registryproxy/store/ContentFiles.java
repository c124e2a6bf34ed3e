package io.github.registryproxy.store;

import com.google.common.util.concurrent.Striped;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.RegistryException;
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
import java.security.MessageDigest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
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
        load();
    }

    static long weight(long size) {
        return (size + BLOCK - 1) / BLOCK * BLOCK;
    }

    private record Found(Digest digest, long size, long used) {}

    private void load() throws IOException {
        List<Found> found = new ArrayList<>();
        for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
            StoreFiles.visit(directory.content(algorithm), (part, attributes) -> {
                if (attributes.isDirectory()) {
                    StoreFiles.visit(part, (file, of) -> load(algorithm, part, file, of, found));
                }
            });
        }
        found.sort(Comparator.comparingLong(Found::used));
        for (Found file : found) {
            order.put(file.digest, new Entry(file.size, new AtomicLong(file.used)), weight(file.size));
        }
    }

    private static void load(
            Digest.Algorithm algorithm, Path part, Path file, BasicFileAttributes attributes, List<Found> found)
            throws IOException {
        Digest digest;
        try {
            digest = new Digest(algorithm, StoreFiles.name(file));
        } catch (RegistryException e) {
            return; // not ours: nothing reads it
        }
        if (digest.encoded().startsWith(StoreFiles.name(part)) && StoreFiles.plausible(digest, attributes)) {
            found.add(new Found(
                    digest, attributes.size(), attributes.lastModifiedTime().toMillis()));
        } else if (!attributes.isDirectory()) {
            LOG.log(Level.WARNING, "dropped a damaged entry: {0}", digest);
            Files.deleteIfExists(file);
        }
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
            BasicFileAttributes attributes = StoreFiles.attributes(file);
            if (attributes.isRegularFile() && Files.isReadable(file)) {
                throw e; // too many open files, say: the entry is good
            }
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

    /** Hashes a file; null where there is none any more. */
    @Nullable
    Digest hash(Digest digest, ByteBuffer buffer) throws IOException {
        MessageDigest computation = digest.algorithm().start();
        try (FileChannel channel = StoreFiles.openToRead(directory.content(digest))) {
            for (int n = channel.read(buffer.clear()); n >= 0; n = channel.read(buffer.clear())) {
                computation.update(buffer.flip());
            }
        } catch (NoSuchFileException e) {
            return null;
        }
        return Digest.of(digest.algorithm(), computation);
    }
}
