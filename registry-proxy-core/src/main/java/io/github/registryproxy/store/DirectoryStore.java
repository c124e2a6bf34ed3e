package io.github.registryproxy.store;

import com.google.common.collect.Lists;
import io.github.registryproxy.protocol.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A store in a directory, for one process at a time. What is killed at any moment leaves whole content, whole records, and
 * partial content that the next staging goes on with.
 *
 * <p>Content takes at most the capacity; what was used longest ago goes first, and who has it open reads on. Beside it stand
 * what is being staged, and records, which take at most a 64th of the capacity. What a staging left behind is kept for a day, in
 * at most a quarter of the capacity, and counts. Last uses are remembered to the hour across restarts.
 *
 * <p>What the directory holds is found in the background, and served meanwhile; until then nothing makes room for what comes, and
 * only what was used or has come since counts.
 *
 * <p>Content is whole because it is hashed before it is published and on the disk before it is named. What happens to disks later
 * is found when it is read: a checksum of each block of 64 KiB is kept, and no byte of a block is given out before the block was
 * checked. Content that is damaged is taken away, and its readers get a {@link DamagedContentException}; see also {@link #scrub}.
 */
public final class DirectoryStore implements ContentStore {
    /** The least capacity, in bytes: less would not hold the layers of one image. */
    public static final long LEAST_CAPACITY = 64L * 1024 * 1024;

    private final StoreDirectory directory;
    private final long capacity;
    private final ContentFiles content;
    private final RecordFiles records;
    private final Partials partials;
    private final Stagings stagings;
    private final Uploads uploads;
    private final @Nullable SetAside aside;
    private final StoreReading reading;
    private final ReentrantReadWriteLock life = new ReentrantReadWriteLock();
    private boolean closed;

    private DirectoryStore(
            StoreDirectory directory, long capacity, Clock clock, Executor readers, @Nullable SetAside aside)
            throws IOException {
        this.directory = directory;
        this.capacity = capacity;
        this.aside = aside;
        this.content = new ContentFiles(
                directory,
                clock,
                change -> whileOpen(() -> {
                    change.now();
                    return true;
                }),
                aside);
        this.records = new RecordFiles(directory, Math.max(capacity / 64, 1024 * 1024));
        this.partials = new Partials(directory, clock, capacity / 4);
        this.stagings = new Stagings(directory, content, partials, capacity, life);
        this.uploads = new Uploads(this, directory.uploads());
        this.reading = new StoreReading(directory);
        reading.begin(
                readers,
                () -> {
                    boolean whole = content.read();
                    stagings.shrink();
                    if (whole) {
                        content.sweep();
                    }
                    return whole;
                },
                () -> {
                    boolean whole = records.read();
                    records.shrink();
                    return whole;
                });
    }

    /**
     * Opens the store in a directory, which is made where there is none.
     *
     * @param capacity in bytes, at least {@link #LEAST_CAPACITY}; files count in blocks of 4 KiB
     * @throws IllegalArgumentException when the capacity is too small
     * @throws IOException when the directory is not empty and no store, of another format, used by another process, not
     *     writable: its message is for the operator
     */
    public static DirectoryStore open(Path directory, long capacity) throws IOException {
        if (capacity < LEAST_CAPACITY) {
            throw new IllegalArgumentException(
                    "a capacity of " + capacity + " bytes is less than the least, " + LEAST_CAPACITY);
        }
        return open(directory, capacity, Clock.systemUTC());
    }

    static DirectoryStore open(Path path, long capacity, Clock clock) throws IOException {
        return open(path, capacity, clock, work -> StoreReading.thread(work).start());
    }

    static DirectoryStore open(Path path, long capacity, Clock clock, Executor readers) throws IOException {
        StoreDirectory directory = StoreDirectory.take(path);
        try {
            return new DirectoryStore(directory, capacity, clock, readers, null);
        } catch (IOException | RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    /**
     * Opens a store without a limit whose content has no other copy, as {@link #open(Path, long)}: what is damaged is set aside
     * rather than deleted, in the directory {@code damaged}, until the same content is committed again or deleted.
     */
    public static DirectoryStore openPrimary(Path path) throws IOException {
        StoreDirectory directory = StoreDirectory.take(path);
        try {
            return new DirectoryStore(
                    directory,
                    Long.MAX_VALUE,
                    Clock.systemUTC(),
                    work -> StoreReading.thread(work).start(),
                    new SetAside(directory));
        } catch (IOException | RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    /** Whether there is a store in that directory, open or not. */
    public static boolean isStore(Path directory) {
        return StoreDirectory.isMarked(directory);
    }

    /** The directory, without links on the way. */
    public Path directory() {
        return directory.root();
    }

    /** What the content takes at most, in bytes. */
    public long capacity() {
        return capacity;
    }

    /** How many entries of content there are. */
    public long entries() {
        return content.entries();
    }

    /** Whether there may be more in the directory than has been found since the store was opened. */
    public boolean isReading() {
        return reading.isUnderWay();
    }

    /**
     * Returns when everything in the directory has been found.
     *
     * @throws IOException when something of it could not be read, or the store was closed before
     */
    public void awaitRead() throws IOException {
        reading.await();
    }

    /** What the content takes of the disk, in bytes. */
    public long bytes() {
        return content.bytes();
    }

    /** What is being staged and what earlier stagings left behind, in bytes. */
    public long stagingBytes() {
        return stagings.bytes();
    }

    /** How many entries had to make room since the store was opened. */
    public long evicted() {
        return content.evicted();
    }

    /** Takes content away, as what is damaged, that its reader found not to hash to the digest. */
    public void reject(Digest digest) throws IOException {
        whileOpen(() -> {
            content.reject(digest);
            return true;
        });
    }

    /** How many entries were found damaged since the store was opened. */
    public long damaged() {
        return content.damaged();
    }

    /** What is set aside as damaged; nothing where damaged content is deleted. */
    public List<Digest> setAside() {
        return aside == null ? List.of() : aside.all();
    }

    /** Whether content with that digest is set aside as damaged. */
    public boolean isSetAside(Digest digest) {
        return aside != null && aside.has(digest);
    }

    @Override
    public Optional<StoredContent> open(Digest digest) throws IOException {
        return whileOpen(() -> content.open(digest));
    }

    @Override
    public Optional<Long> size(Digest digest) throws IOException {
        return whileOpen(() -> Optional.ofNullable(content.size(digest)));
    }

    @Override
    public Staging stage(Digest digest) throws IOException {
        return whileOpen(() -> stagings.stage(digest));
    }

    @Override
    public void delete(Digest digest) throws IOException {
        whileOpen(() -> {
            content.drop(digest);
            return true;
        });
    }

    /** Waits until they have been found. */
    @Override
    public List<Digest> digests() throws IOException {
        return Lists.transform(names(), HashName::digest);
    }

    List<HashName> names() throws IOException {
        reading.await();
        return whileOpen(content::names);
    }

    @Override
    public Optional<byte[]> record(RecordKey key) throws IOException {
        return whileOpen(() -> records.get(key));
    }

    @Override
    public void putRecord(RecordKey key, byte[] value) throws IOException {
        if (value.length > RecordKey.LARGEST_RECORD) {
            throw new IllegalArgumentException("record of " + value.length + " bytes");
        }
        whileOpen(() -> {
            records.put(key, value);
            return true;
        });
    }

    @Override
    public void deleteRecord(RecordKey key) throws IOException {
        whileOpen(() -> {
            records.delete(key);
            return true;
        });
    }

    @Override
    public List<RecordKey> records(String kind) throws IOException {
        return whileOpen(() -> records.keys(kind));
    }

    /** As {@link #scrub(Progress, Consumer)}, watched by nobody. */
    public Scrubbed scrub(Consumer<Digest> damaged) throws IOException {
        return scrub(Progress.NONE, damaged);
    }

    /**
     * Reads all content and deletes what does not hash to its digest any more. Takes as long as the disk and the processor
     * need for it, in the calling thread; the store can be used meanwhile. Counts as no use.
     *
     * @param progress is told bytes
     * @param damaged is told each digest that was deleted
     * @throws IOException also when the store is closed meanwhile
     */
    public Scrubbed scrub(Progress progress, Consumer<Digest> damaged) throws IOException {
        return new Scrub(this, content, progress).run(damaged);
    }

    /** What is pushed, of which the digest is told at the end; takes place beside the content, without a limit of its own. */
    public Uploads uploads() {
        return uploads;
    }

    /** Names a file that holds content, on the disk and verified; it is moved. */
    void publish(Path file, Digest digest, BlockSums sums) throws IOException {
        stagings.publish(file, digest, sums);
    }

    /** The threads that go behind writers. */
    Executor behind() {
        return stagings.behind();
    }

    /** What is done while the store is open. */
    interface Use<T> {
        T now() throws IOException;
    }

    /** Another process may have the directory once it is closed: nothing touches it then. */
    <T> T whileOpen(Use<T> use) throws IOException {
        life.readLock().lock();
        try {
            if (closed) {
                throw new IOException("store is closed");
            }
            return use.now();
        } finally {
            life.readLock().unlock();
        }
    }

    @Override
    public void close() throws IOException {
        reading.stop();
        life.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                stagings.close();
                uploads.close();
                directory.close();
            }
        } finally {
            life.writeLock().unlock();
        }
    }

    @Override
    public String toString() {
        return "DirectoryStore[" + directory + "]";
    }
}
