package io.github.registryproxy.store;

import com.google.common.collect.Interner;
import com.google.common.collect.Interners;
import com.google.common.util.concurrent.Striped;
import io.github.registryproxy.protocol.Digest;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;

/** The records of a directory store, one small file each; where they take too much space, those used longest ago go. */
final class RecordFiles {
    private static final Logger LOG = System.getLogger(RecordFiles.class.getName());

    private final StoreDirectory directory;
    private final long limit;
    private final UseOrder<HashName, Kept> order = UseOrder.partial(Kept::weight);
    private final Interner<Kept> kept = Interners.newStrongInterner();
    private final Striped<Lock> locks = Striped.lock(64);
    private final AtomicLong temporaries = new AtomicLong();

    /** What is known of a record; many are alike, and share it. */
    private record Kept(String kind, long weight) {}

    /**
     * Those of one store.
     *
     * @param limit in bytes on the disk
     */
    RecordFiles(StoreDirectory directory, long limit) {
        this.directory = directory;
        this.limit = limit;
    }

    /** Finds those that were there before; false where something was in the way. Once. */
    boolean read() {
        record Found(HashName name, Kept kept, long used) {}
        List<Found> found = new ArrayList<>();
        LinkedHashMap<HashName, Kept> older = new LinkedHashMap<>();
        try {
            directory.visit(directory.records(), (kind, ofKind) -> {
                if (ofKind.isDirectory()) {
                    String named = StoreFiles.name(kind);
                    directory.visit(kind, (file, attributes) -> {
                        HashName name = HashName.parse(StoreFiles.name(file), Digest.Algorithm.SHA256);
                        if (name != null) {
                            Kept one = kept(named, attributes.size());
                            long used = attributes.lastModifiedTime().toMillis();
                            found.add(new Found(name, one, used));
                        }
                    });
                }
            });
            found.sort(Comparator.comparingLong(Found::used));
            found.forEach(one -> older.put(one.name, one.kept));
        } catch (IOException e) {
            if (!directory.pace().isLeft()) {
                LOG.log(Level.WARNING, "cannot read the records of the store: {0}", e.toString());
            }
            return false;
        } finally {
            order.older(older); // of what could not be read, nothing makes room
        }
        return true;
    }

    private Kept kept(String kind, long size) {
        return kept.intern(new Kept(kind, ContentFiles.weight(size)));
    }

    private static Digest digest(RecordKey key) throws IOException {
        return Digest.of(Digest.Algorithm.SHA256, RecordFile.bytes(key));
    }

    private Path file(String kind, Digest digest) {
        return directory.records().resolve(kind).resolve(digest.encoded());
    }

    Optional<byte[]> get(RecordKey key) throws IOException {
        Digest digest = digest(key);
        Path file = file(key.kind(), digest);
        Optional<RecordFile> record = read(file, digest);
        if (record.isPresent() && order.use(HashName.of(digest)) == null) {
            take(file, key.kind(), digest);
        }
        return record.filter(found -> found.key().equals(key)).map(RecordFile::value);
    }

    /** Takes what the order does not name, since it has not been found yet, into it. */
    private void take(Path file, String kind, Digest digest) throws IOException {
        Lock lock = locks.get(file);
        lock.lock();
        try {
            order.put(
                    HashName.of(digest), kept(kind, StoreFiles.attributes(file).size()));
        } catch (NoSuchFileException e) {
            return; // gone again
        } finally {
            lock.unlock();
        }
    }

    private Optional<RecordFile> read(Path file, Digest digest) throws IOException {
        ByteBuffer bytes;
        try (FileChannel channel = StoreFiles.openToRead(file)) {
            bytes = ByteBuffer.allocate((int) Math.min(channel.size(), RecordFile.LARGEST));
            StoreFiles.fill(channel, bytes, 0);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            if (StoreFiles.attributes(file).isRegularFile()) {
                throw e;
            }
            drop(file, digest); // a link, say
            return Optional.empty();
        }
        try {
            return Optional.of(RecordFile.decoded(Arrays.copyOf(bytes.array(), bytes.position())));
        } catch (IOException | IllegalArgumentException e) {
            LOG.log(Level.WARNING, "dropped a damaged record: {0}", StoreFiles.name(file));
            drop(file, digest);
            return Optional.empty();
        }
    }

    void put(RecordKey key, byte[] value) throws IOException {
        Digest digest = digest(key);
        Path file = file(key.kind(), digest);
        byte[] content = new RecordFile(key, value).encoded();
        StoreFiles.makeDirectory(directory.records().resolve(key.kind()));
        Lock lock = locks.get(file);
        lock.lock();
        try {
            Path temporary = directory.temporary().resolve(Long.toString(temporaries.incrementAndGet()));
            StoreFiles.replace(file, temporary, content);
            order.put(HashName.of(digest), kept(key.kind(), content.length));
        } finally {
            lock.unlock();
        }
        shrink();
    }

    void delete(RecordKey key) throws IOException {
        Digest digest = digest(key);
        drop(file(key.kind(), digest), digest);
    }

    /** Drops what was used longest ago until the limit holds; nothing before that is known. */
    void shrink() throws IOException {
        if (order.isPartial()) {
            return;
        }
        while (order.total() > limit && !directory.pace().isLeft()) {
            HashName eldest = order.eldest();
            if (eldest == null) {
                return;
            }
            Kept record = order.peek(eldest);
            if (record != null) {
                Digest digest = eldest.digest();
                drop(file(record.kind, digest), digest);
            }
        }
    }

    private void drop(Path file, Digest digest) throws IOException {
        Lock lock = locks.get(file);
        lock.lock();
        try {
            order.remove(HashName.of(digest));
            Files.deleteIfExists(file);
        } finally {
            lock.unlock();
        }
    }

    List<RecordKey> keys(String kind) throws IOException {
        Path of = directory.records().resolve(RecordKey.of(kind, "-").kind());
        List<RecordKey> keys = new ArrayList<>();
        if (!Files.isDirectory(of, LinkOption.NOFOLLOW_LINKS)) {
            return keys;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(of)) {
            for (Path file : files) {
                HashName name = HashName.parse(StoreFiles.name(file), Digest.Algorithm.SHA256);
                if (name != null) { // else it is not ours
                    read(file, name.digest()).ifPresent(record -> keys.add(record.key()));
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return keys;
    }
}
