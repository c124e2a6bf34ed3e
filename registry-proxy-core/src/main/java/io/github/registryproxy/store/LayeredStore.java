package io.github.registryproxy.store;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import io.github.registryproxy.Body;
import io.github.registryproxy.BodySource;
import io.github.registryproxy.protocol.Digest;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * A small quick store in front of a large one: small content and records that are read are kept in front, all is written to the
 * one behind. What is in front may be lost at any time.
 */
public final class LayeredStore implements ContentStore {
    private static final Logger LOG = System.getLogger(LayeredStore.class.getName());

    /** Content up to so many bytes is kept in front: manifests and configs, not layers. */
    private static final long LARGEST_IN_FRONT = 256 * 1024;

    private static final long RECORDS_IN_FRONT = 8L * 1024 * 1024;

    private final ContentStore front;
    private final ContentStore behind;
    private final Cache<RecordKey, KnownRecord> records = CacheBuilder.newBuilder()
            .maximumWeight(RECORDS_IN_FRONT)
            .weigher((RecordKey key, KnownRecord known) -> known.weight())
            .build();

    /** Of records, in all. */
    private final AtomicLong changes = new AtomicLong();

    /** Closes both when it is closed. */
    public LayeredStore(ContentStore front, ContentStore behind) {
        this.front = Objects.requireNonNull(front, "front");
        this.behind = Objects.requireNonNull(behind, "behind");
    }

    @Override
    public Optional<StoredContent> open(Digest digest) throws IOException {
        Optional<StoredContent> quick = front.open(digest);
        if (quick.isPresent()) {
            return quick;
        }
        Optional<StoredContent> content = behind.open(digest);
        if (content.isPresent() && content.get().size() <= LARGEST_IN_FRONT) {
            keepInFront(digest, content.get());
        }
        return content;
    }

    private void keepInFront(Digest digest, StoredContent content) {
        try (Staging staging = front.stage(digest)) {
            Body body = content.body(0, content.size());
            try (BodySource source = body.source()) {
                for (ByteBuffer bytes = source.read(); bytes != null; bytes = source.read()) {
                    staging.append(bytes);
                }
            }
            staging.commit();
            if (behind.size(digest).isEmpty()) {
                front.delete(digest); // deleted while it was copied
            }
        } catch (IOException e) {
            // The copy behind is there; if that is what is damaged, its reader finds out.
            LOG.log(Level.DEBUG, "not kept in front", e);
        }
    }

    @Override
    public Optional<Long> size(Digest digest) throws IOException {
        Optional<Long> quick = front.size(digest);
        return quick.isPresent() ? quick : behind.size(digest);
    }

    @Override
    public Staging stage(Digest digest) throws IOException {
        return behind.stage(digest);
    }

    @Override
    public Staging stage(Digest digest, String source) throws IOException {
        return behind.stage(digest, source);
    }

    @Override
    public void delete(Digest digest) throws IOException {
        behind.delete(digest);
        front.delete(digest); // last, or a reader would bring it back
    }

    @Override
    public List<Digest> digests() throws IOException {
        return behind.digests();
    }

    @Override
    public Optional<byte[]> record(RecordKey key) throws IOException {
        return known(key).bytes().map(byte[]::clone);
    }

    @Override
    public <T> Optional<T> record(RecordKey key, Function<byte[], T> parser) throws IOException {
        return known(key).parsed(parser);
    }

    private KnownRecord known(RecordKey key) throws IOException {
        KnownRecord known = records.getIfPresent(key);
        if (known == null) {
            long before = changes.get();
            known = new KnownRecord(behind.record(key));
            records.put(key, known);
            if (changes.get() != before) {
                records.invalidate(key); // it may be what a writer has just replaced
            }
        }
        return known;
    }

    @Override
    public void putRecord(RecordKey key, byte[] value) throws IOException {
        records.invalidate(key);
        behind.putRecord(key, value);
        changes.incrementAndGet();
        records.put(key, new KnownRecord(Optional.of(value.clone())));
    }

    @Override
    public void deleteRecord(RecordKey key) throws IOException {
        behind.deleteRecord(key);
        changes.incrementAndGet();
        records.invalidate(key);
    }

    @Override
    public List<RecordKey> records(String kind) throws IOException {
        Set<RecordKey> keys = new LinkedHashSet<>(behind.records(kind));
        // What had to make room behind is still found in front.
        records.asMap().forEach((key, value) -> {
            if (value.bytes().isPresent() && key.kind().equals(kind)) {
                keys.add(key);
            }
        });
        return List.copyOf(keys);
    }

    @Override
    public void close() throws IOException {
        try (front) {
            behind.close();
        }
    }
}
