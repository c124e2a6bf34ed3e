package io.github.registryproxy.store;

import io.github.registryproxy.protocol.Digest;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A store in memory, for tests and for small set-ups: what is not committed is gone when its staging is closed, and everything
 * when the process ends. Content takes at most the capacity; what was used longest ago goes first, and who has it open reads
 * on. Beside it stand what is being staged, and records, which take at most a 64th of the capacity or 1 MiB.
 */
public final class MemoryStore implements ContentStore {
    /** What an entry takes besides its bytes, roughly. */
    private static final long OVERHEAD = 512;

    private final long capacity;
    private final long recordCapacity;
    private final UseOrder<Digest, Chunks> content = new UseOrder<>(chunks -> chunks.size() + OVERHEAD);
    private final UseOrder<RecordKey, byte[]> records = new UseOrder<>(value -> value.length + OVERHEAD);
    private final Set<Digest> active = ConcurrentHashMap.newKeySet();
    private final AtomicLong inFlight = new AtomicLong();
    private final AtomicLong evicted = new AtomicLong();
    private volatile boolean closed;

    /**
     * An empty store.
     *
     * @param capacity in bytes, more than 0
     */
    public MemoryStore(long capacity) {
        if (capacity <= 0) {
            throw new IllegalArgumentException("capacity " + capacity);
        }
        this.capacity = capacity;
        this.recordCapacity = Math.max(capacity / 64, 1024 * 1024);
    }

    /** What the content takes at most, in bytes. */
    public long capacity() {
        return capacity;
    }

    /** How many entries of content there are. */
    public long entries() {
        return content.size();
    }

    /** What the content takes, in bytes. */
    public long bytes() {
        return content.total();
    }

    /** What is being staged, in bytes. */
    public long stagingBytes() {
        return inFlight.get();
    }

    /** How many entries had to make room. */
    public long evicted() {
        return evicted.get();
    }

    @Override
    public Optional<StoredContent> open(Digest digest) throws IOException {
        checkOpen();
        return Optional.ofNullable(content.use(digest)).map(MemoryContent::new);
    }

    @Override
    public Optional<Long> size(Digest digest) throws IOException {
        checkOpen();
        return Optional.ofNullable(content.peek(digest)).map(Chunks::size);
    }

    @Override
    public Staging stage(Digest digest) throws IOException {
        checkOpen();
        if (!active.add(digest)) {
            throw new IOException(digest + " is being staged already");
        }
        return new MemoryStaging(this, digest);
    }

    void checkOpen() throws IOException {
        if (closed) {
            throw new IOException("store is closed");
        }
    }

    /** Whether a staging may become so large. */
    void grow(long size, long by) throws IOException {
        checkOpen();
        if (size + by > capacity - OVERHEAD) {
            throw new IOException("content is larger than the store, which takes " + capacity);
        }
        inFlight.addAndGet(by);
    }

    void publish(Digest digest, Chunks chunks, long staged) throws IOException {
        checkOpen();
        inFlight.addAndGet(-staged);
        content.put(digest, chunks);
        for (Digest eldest = content.eldest();
                eldest != null && content.total() > capacity;
                eldest = content.eldest()) {
            content.remove(eldest);
            evicted.incrementAndGet();
        }
    }

    void ended(Digest digest, long size) {
        inFlight.addAndGet(-size);
        active.remove(digest);
    }

    @Override
    public void delete(Digest digest) throws IOException {
        checkOpen();
        content.remove(digest);
    }

    @Override
    public List<Digest> digests() throws IOException {
        checkOpen();
        return content.keys();
    }

    @Override
    public Optional<byte[]> record(RecordKey key) throws IOException {
        checkOpen();
        return Optional.ofNullable(records.use(key)).map(byte[]::clone);
    }

    @Override
    public void putRecord(RecordKey key, byte[] value) throws IOException {
        checkOpen();
        if (value.length > RecordKey.LARGEST_RECORD) {
            throw new IllegalArgumentException("record of " + value.length + " bytes");
        }
        records.put(key, value.clone());
        for (RecordKey eldest = records.eldest();
                eldest != null && records.total() > recordCapacity;
                eldest = records.eldest()) {
            records.remove(eldest);
        }
    }

    @Override
    public void deleteRecord(RecordKey key) throws IOException {
        checkOpen();
        records.remove(key);
    }

    @Override
    public List<RecordKey> records(String kind) throws IOException {
        checkOpen();
        return records.keys().stream().filter(key -> key.kind().equals(kind)).toList();
    }

    /** Lets go of everything; who has content open reads on. */
    @Override
    public void close() {
        closed = true;
        content.clear();
        records.clear();
    }
}
