package io.github.registryproxy.cache;

import io.github.registryproxy.Body;
import io.github.registryproxy.ContentMismatchException;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.store.ContentStore;
import io.github.registryproxy.store.RecordKey;
import io.github.registryproxy.store.Staging;
import io.github.registryproxy.store.StoredContent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A store of two maps, which fails when it is told to. */
final class MapStore implements ContentStore {
    final Map<Digest, byte[]> content = new ConcurrentHashMap<>();
    final Map<RecordKey, byte[]> records = new ConcurrentHashMap<>();
    volatile boolean broken;

    /** What an earlier attempt left in every staging. */
    volatile byte[] left = new byte[0];

    /** Done before content is looked up. */
    volatile Pause beforeOpen = () -> {};

    interface Pause {
        void run() throws InterruptedException;
    }

    private void check() throws IOException {
        if (broken) {
            throw new IOException("No space left on device");
        }
    }

    @Override
    public Optional<StoredContent> open(Digest digest) throws IOException {
        check();
        try {
            beforeOpen.run();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        return Optional.ofNullable(content.get(digest)).map(Stored::new);
    }

    private record Stored(byte[] bytes) implements StoredContent {
        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public Body body(long offset, long length) {
            return Body.of(Arrays.copyOfRange(bytes, (int) offset, (int) (offset + length)));
        }

        @Override
        public void close() {}
    }

    @Override
    public Optional<Long> size(Digest digest) throws IOException {
        check();
        return Optional.ofNullable(content.get(digest)).map(bytes -> (long) bytes.length);
    }

    @Override
    public Staging stage(Digest digest) throws IOException {
        check();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(left);
        return new Staging() {
            @Override
            public long size() {
                return bytes.size();
            }

            @Override
            public void append(ByteBuffer more) throws IOException {
                check();
                byte[] chunk = new byte[more.remaining()];
                more.get(chunk);
                bytes.write(chunk);
            }

            @Override
            public int read(long position, ByteBuffer into) {
                byte[] all = bytes.toByteArray();
                int n = Math.min(into.remaining(), all.length - (int) position);
                into.put(all, (int) position, n);
                return n;
            }

            @Override
            public void commit() throws IOException {
                check();
                if (!digest.matches(bytes.toByteArray())) {
                    throw new ContentMismatchException(digest, digest, bytes.size());
                }
                content.put(digest, bytes.toByteArray());
            }

            @Override
            public void discard() {
                left = new byte[0];
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void delete(Digest digest) throws IOException {
        check();
        content.remove(digest);
    }

    @Override
    public List<Digest> digests() {
        return List.copyOf(content.keySet());
    }

    @Override
    public Optional<byte[]> record(RecordKey key) throws IOException {
        check();
        return Optional.ofNullable(records.get(key));
    }

    @Override
    public void putRecord(RecordKey key, byte[] value) throws IOException {
        check();
        records.put(key, value);
    }

    @Override
    public void deleteRecord(RecordKey key) throws IOException {
        check();
        records.remove(key);
    }

    @Override
    public List<RecordKey> records(String kind) {
        return records.keySet().stream().filter(key -> key.kind().equals(kind)).toList();
    }

    @Override
    public void close() {}
}
