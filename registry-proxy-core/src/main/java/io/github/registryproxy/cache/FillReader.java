package io.github.registryproxy.cache;

import io.github.registryproxy.BodySink;
import io.github.registryproxy.BodySource;
import io.github.registryproxy.FileBuffers;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.RegistryException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One reader of a growing entry, at its own speed. When the store fails in the middle, it fetches the blob for itself, finds
 * that the beginning is what it handed out, and goes on.
 */
final class FillReader implements BodySource {
    private static final int SIZE = 64 * 1024;

    private final GrowingBlob blob;
    private final GrowingBlob.Lease lease;
    private final RegistryRequest request;
    private final RegistryHandler next;
    private final CacheMetrics metrics;
    private final Runnable atClose;
    private final OptionalLong told;
    private final long from;
    private final long end;
    private int version;
    private long position;
    private @Nullable ByteBuffer buffer;
    private @Nullable RegistryResponse own;
    private @Nullable BodySource ownSource;
    private boolean closed;

    /**
     * Reads for one client.
     *
     * @param lease of the blob, which this reader closes
     * @param request of this reader, who asks by it where the store failed
     * @param view what the client was told of the blob
     * @param from first byte
     * @param end exclusive; Long.MAX_VALUE for the blob's
     */
    FillReader(
            GrowingBlob blob,
            GrowingBlob.Lease lease,
            RegistryRequest request,
            RegistryHandler next,
            CacheMetrics metrics,
            Runnable atClose,
            GrowingBlob.View view,
            long from,
            long end) {
        this.blob = blob;
        this.lease = lease;
        this.request = FillRequests.whole(request);
        this.next = next;
        this.metrics = metrics;
        this.atClose = atClose;
        this.version = view.version();
        this.told = view.size();
        this.from = from;
        this.position = from;
        this.end = end;
    }

    @Override
    public void writeTo(BodySink sink) throws IOException {
        ByteBuffer taken = FileBuffers.take(end - position);
        boolean done = false;
        buffer = taken;
        try {
            BodySource.super.writeTo(sink);
            done = true;
        } finally {
            buffer = null;
            FileBuffers.giveBack(taken, done);
        }
    }

    @Override
    public @Nullable ByteBuffer read() throws IOException {
        if (closed) {
            throw new IOException("closed");
        }
        if (position >= end) {
            return null;
        }
        if (ownSource != null) {
            return fromOwn(ownSource);
        }
        ByteBuffer into = buffer == null ? ByteBuffer.allocate(SIZE) : buffer;
        buffer = into;
        int n = filled(into);
        if (n == GrowingBlob.NOT_STORED) {
            return fromOwn(startOwn());
        }
        return n == 0 ? null : handOver(into.flip());
    }

    private int filled(ByteBuffer into) throws IOException {
        for (int tries = 0; tries < 2; tries++) {
            into.clear().limit((int) Math.min(into.capacity(), end - position));
            int n = blob.read(version, position, into);
            if (n != GrowingBlob.REPLACED) {
                return n;
            }
            Optional<GrowingBlob.View> now = blob.awaitReplacement();
            if (now.isEmpty()) {
                return GrowingBlob.NOT_STORED;
            }
            goOnWith(now.get());
        }
        throw new IOException("the blob was replaced twice");
    }

    /** The beginning was wrong, and is there anew: who handed out the same bytes goes on, as if nothing had happened. */
    private void goOnWith(GrowingBlob.View now) throws IOException {
        if (told.isPresent()
                && now.size().isPresent()
                && told.getAsLong() != now.size().getAsLong()) {
            throw anotherLength();
        }
        ByteBuffer before = ByteBuffer.allocate(SIZE);
        for (long at = from; at < position; at += before.limit()) {
            before.clear().limit((int) Math.min(SIZE, position - at));
            readWritten(now.version(), at, before);
            checkHandedOut(at, before.flip());
        }
        version = now.version();
    }

    /** That these bytes are those that were handed out from there on. */
    private void checkHandedOut(long at, ByteBuffer again) throws IOException {
        ByteBuffer before = ByteBuffer.allocate(again.remaining());
        readWritten(version, at, before);
        if (!before.flip().equals(again)) {
            throw new IOException("the registry sends other bytes than before");
        }
    }

    private void readWritten(int of, long at, ByteBuffer into) throws IOException {
        while (into.hasRemaining()) {
            if (blob.readWritten(of, at + into.position(), into) <= 0) {
                throw new IOException("what was handed out cannot be checked any more");
            }
        }
    }

    private ByteBuffer handOver(ByteBuffer bytes) {
        position += bytes.remaining();
        metrics.served(bytes.remaining());
        return bytes;
    }

    private BodySource startOwn() throws IOException {
        RegistryResponse response;
        try {
            response = next.handle(request);
        } catch (RegistryException e) {
            throw new IOException("the blob could not be fetched without the store", e);
        }
        own = response;
        if (response.status() != 200) {
            throw new IOException("the blob could not be fetched without the store: " + response.status());
        }
        OptionalLong length = response.body().length();
        if (told.isPresent() && length.isPresent() && told.getAsLong() != length.getAsLong()) {
            throw anotherLength();
        }
        BodySource source = response.body().source();
        ownSource = new Skipped(source);
        return ownSource;
    }

    private @Nullable ByteBuffer fromOwn(BodySource source) throws IOException {
        ByteBuffer bytes = source.read();
        if (bytes == null) {
            return null;
        }
        long left = end - position;
        if (bytes.remaining() < left) {
            return handOver(bytes);
        }
        if (told.isPresent() && told.getAsLong() == end) {
            return handOver(last(bytes, left, source));
        }
        return handOver(bytes.limit(bytes.position() + (int) left));
    }

    /** What ends a blob of the length that was told: were there more, the client would take a part for the whole. */
    private static ByteBuffer last(ByteBuffer bytes, long left, BodySource source) throws IOException {
        ByteBuffer copy = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
        if (copy.remaining() > left || source.read() != null) {
            throw anotherLength();
        }
        return copy;
    }

    private static IOException anotherLength() {
        return new IOException("the registry tells another length than before");
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        buffer = null;
        if (own != null) {
            own.close();
        }
        lease.close();
        atClose.run();
    }

    /** A source without the bytes before the reader's position; those that the reader handed out must be the same. */
    private final class Skipped implements BodySource {
        private final BodySource source;
        private final long until = position;
        private long at;

        Skipped(BodySource source) {
            this.source = source;
        }

        @Override
        public @Nullable ByteBuffer read() throws IOException {
            for (ByteBuffer bytes = source.read(); bytes != null; bytes = source.read()) {
                int known = (int) Math.min(bytes.remaining(), until - at);
                int unread = (int) Math.max(0, Math.min(known, from - at));
                if (known > unread) {
                    checkHandedOut(at + unread, bytes.slice(bytes.position() + unread, known - unread));
                }
                bytes.position(bytes.position() + known);
                at += known;
                if (bytes.hasRemaining()) {
                    return bytes;
                }
            }
            return null;
        }

        @Override
        public void close() throws IOException {
            source.close();
        }
    }
}
