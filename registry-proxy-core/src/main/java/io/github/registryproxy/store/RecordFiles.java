package io.github.registryproxy.store;

import com.google.common.util.concurrent.Striped;
import io.github.registryproxy.protocol.Digest;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;

/** The records of a directory store, one small file each; where they take too much space, those used longest ago go. */
final class RecordFiles {
    private static final Logger LOG = System.getLogger(RecordFiles.class.getName());

    private final StoreDirectory directory;
    private final long limit;
    private final UseOrder<Path, Path> order = new UseOrder<>();
    private final Striped<Lock> locks = Striped.lock(64);
    private final AtomicLong temporaries = new AtomicLong();

    /**
     * Finds the records there are.
     *
     * @param limit in bytes on the disk
     */
    RecordFiles(StoreDirectory directory, long limit) throws IOException {
        this.directory = directory;
        this.limit = limit;
        record Found(Path file, BasicFileAttributes attributes) {}
        List<Found> found = new ArrayList<>();
        StoreFiles.visit(directory.records(), (kind, attributes) -> {
            if (attributes.isDirectory()) {
                StoreFiles.visit(kind, (file, of) -> found.add(new Found(file, of)));
            }
        });
        found.sort(Comparator.comparing(file -> file.attributes.lastModifiedTime()));
        for (Found file : found) {
            order.put(file.file, file.file, ContentFiles.weight(file.attributes.size()));
        }
    }

    private Path file(RecordKey key) throws IOException {
        String name = Digest.of(Digest.Algorithm.SHA256, RecordFile.bytes(key)).encoded();
        return directory.records().resolve(key.kind()).resolve(name);
    }

    Optional<byte[]> get(RecordKey key) throws IOException {
        Path file = file(key);
        Optional<RecordFile> record = read(file);
        order.use(file);
        return record.filter(found -> found.key().equals(key)).map(RecordFile::value);
    }

    private Optional<RecordFile> read(Path file) throws IOException {
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
            drop(file); // a link, say
            return Optional.empty();
        }
        try {
            return Optional.of(RecordFile.decoded(Arrays.copyOf(bytes.array(), bytes.position())));
        } catch (IOException | IllegalArgumentException e) {
            LOG.log(Level.WARNING, "dropped a damaged record: {0}", StoreFiles.name(file));
            drop(file);
            return Optional.empty();
        }
    }

    void put(RecordKey key, byte[] value) throws IOException {
        Path file = file(key);
        byte[] content = new RecordFile(key, value).encoded();
        StoreFiles.makeDirectory(directory.records().resolve(key.kind()));
        Lock lock = locks.get(file);
        lock.lock();
        try {
            Path temporary = directory.temporary().resolve(Long.toString(temporaries.incrementAndGet()));
            StoreFiles.replace(file, temporary, content);
            order.put(file, file, ContentFiles.weight(content.length));
        } finally {
            lock.unlock();
        }
        while (order.total() > limit) {
            Path eldest = order.eldest();
            if (eldest == null) {
                return;
            }
            drop(eldest);
        }
    }

    void delete(RecordKey key) throws IOException {
        drop(file(key));
    }

    private void drop(Path file) throws IOException {
        Lock lock = locks.get(file);
        lock.lock();
        try {
            order.remove(file);
            Files.deleteIfExists(file);
        } finally {
            lock.unlock();
        }
    }

    List<RecordKey> keys(String kind) throws IOException {
        Path of = directory.records().resolve(RecordKey.of(kind, "-").kind());
        List<RecordKey> keys = new ArrayList<>();
        for (Path file : order.keys()) {
            if (of.equals(file.getParent())) {
                read(file).ifPresent(record -> keys.add(record.key()));
            }
        }
        return keys;
    }
}
