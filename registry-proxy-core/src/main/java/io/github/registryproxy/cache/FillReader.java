package io.github.registryproxy.cache;

import io.github.registryproxy.BodySink;
import io.github.registryproxy.BodySource;
import io.github.registryproxy.FileBuffers;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.store.DamagedContentException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One reader of a growing entry, at its own speed. When the store fails in the middle, it fetches the blob for itself, finds
 * that the beginning is what it handed out, and goes on.
 */
final class FillReader implements BodySource {
    private static final int SIZE = 64 * 1024;

    private final BlobFill fill;
    private final RegistryRequest request;
    private final RegistryHandler next;
    private final CacheMetrics metrics;
    private final Runnable atClose;
    private final long end;
    private long position;
    private @Nullable ByteBuffer buffer;
    private @Nullable RegistryResponse own;
    private @Nullable BodySource ownSource;
    private boolean closed;

    /**
     * Takes a place among the fill's users over.
     *
     * @param request of this reader, who asks by it where the fill is of no use: its store failed, or it broke off in another
     *     repository than this one
     * @param from first byte
     * @param end exclusive; Long.MAX_VALUE for the blob's
     */
    FillReader(
            BlobFill fill,
            RegistryRequest request,
            RegistryHandler next,
            CacheMetrics metrics,
            Runnable atClose,
            long from,
            long end) {
        this.fill = fill;
        this.request = FillRequests.whole(request);
        this.next = next;
        this.metrics = metrics;
        this.atClose = atClose;
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
        into.clear().limit((int) Math.min(into.capacity(), end - position));
        int n = filled(into);
        if (n < 0) {
            return fromOwn(startOwn());
        }
        return n == 0 ? null : handOver(into.flip());
    }

    private int filled(ByteBuffer into) throws IOException {
        try {
            return fill.blob().read(position, into);
        } catch (DamagedContentException e) {
            return -1; // the file of a fetch that has ended: the upstream has the bytes
        } catch (IOException e) {
            if (fill.isOf(request) || Breaker.isInterrupt(e)) {
                throw e;
            }
            return -1;
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
        OptionalLong told = fill.blob().size();
        OptionalLong length = response.body().length();
        if (told.isPresent() && length.isPresent() && told.getAsLong() != length.getAsLong()) {
            throw anotherLength();
        }
        BodySource source = response.body().source();
        ownSource = new Skipped(source, position, fill);
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
        OptionalLong told = fill.blob().size();
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
        fill.blob().release();
        atClose.run();
    }

    /** A source without its first bytes, which must be those that were written. */
    private static final class Skipped implements BodySource {
        private final BodySource from;
        private final BlobFill fill;
        private final long until;
        private long at;

        Skipped(BodySource from, long until, BlobFill fill) {
            this.from = from;
            this.until = until;
            this.fill = fill;
        }

        @Override
        public @Nullable ByteBuffer read() throws IOException {
            for (ByteBuffer bytes = from.read(); bytes != null; bytes = from.read()) {
                int known = (int) Math.min(bytes.remaining(), until - at);
                if (known > 0) {
                    compare(bytes.slice(bytes.position(), known));
                    bytes.position(bytes.position() + known);
                    at += known;
                }
                if (bytes.hasRemaining()) {
                    return bytes;
                }
            }
            return null;
        }

        private void compare(ByteBuffer again) throws IOException {
            ByteBuffer before = ByteBuffer.allocate(again.remaining());
            try {
                while (before.hasRemaining()) {
                    if (fill.blob().readWritten(at + before.position(), before) <= 0) {
                        throw new IOException("what was handed out cannot be checked any more");
                    }
                }
            } catch (DamagedContentException e) {
                return; // it was the verified content when it was handed out, and the upstream's answer is verified as
                // well
            }
            if (!before.flip().equals(again)) {
                throw new IOException("the registry sends other bytes than before");
            }
        }

        @Override
        public void close() throws IOException {
            from.close();
        }
    }
}
