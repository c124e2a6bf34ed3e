package io.github.registryproxy.cache;

import io.github.registryproxy.Attribute;
import io.github.registryproxy.Body;
import io.github.registryproxy.BodySink;
import io.github.registryproxy.BodySource;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.store.DamagedContentException;
import io.github.registryproxy.store.StoredContent;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of stored content for one reader. Where the content turns out to be damaged, the blob is pulled again, by the way that any
 * pull goes, and the reader goes on at the same byte. If that is not possible, the body breaks off.
 */
final class HealingSource implements BodySource {
    /** How often the body of one request is pulled again: a disk that damages all that it keeps is not waited for. */
    private static final int MOST = 3;

    private static final Attribute<Integer> HEALED = Attribute.named("pulls again of damaged content");

    private final BodySource stored;
    private final Again again;
    private final RegistryRequest request;
    private final long size;
    private final long end;
    private long position;
    private @Nullable RegistryResponse response;
    private @Nullable BodySource healed;
    private @Nullable ByteBuffer last;

    /** Answers a pull. */
    @FunctionalInterface
    interface Again {
        RegistryResponse pull(RegistryRequest request) throws IOException;
    }

    private HealingSource(
            BodySource stored, Again again, RegistryRequest request, long size, long offset, long length) {
        this.stored = stored;
        this.again = again;
        this.request = request;
        this.size = size;
        this.position = offset;
        this.end = offset + length;
    }

    /**
     * A region of the content.
     *
     * @param request what asked for it, by which the whole is pulled again
     */
    static Body body(StoredContent content, long offset, long length, RegistryRequest request, Again again)
            throws IOException {
        Body body = content.body(offset, length);
        return Body.of(() -> new HealingSource(body.source(), again, request, content.size(), offset, length), length);
    }

    @Override
    public @Nullable ByteBuffer read() throws IOException {
        if (healed != null) {
            return next(healed);
        }
        try {
            ByteBuffer bytes = stored.read();
            position += bytes == null ? 0 : bytes.remaining();
            return bytes;
        } catch (DamagedContentException e) {
            return next(heal(e));
        }
    }

    @Override
    public void writeTo(BodySink sink) throws IOException {
        if (healed == null) {
            try {
                stored.writeTo(bytes -> {
                    int count = bytes.remaining();
                    sink.write(bytes);
                    position += count;
                });
                return;
            } catch (DamagedContentException e) {
                heal(e);
            }
        }
        BodySource.super.writeTo(sink);
    }

    private BodySource heal(DamagedContentException damage) throws IOException {
        int before = request.get(HEALED).orElse(0);
        if (before == MOST) {
            throw damage;
        }
        try {
            RegistryResponse whole = again.pull(FillRequests.whole(request).with(HEALED, before + 1));
            response = whole;
            if (whole.status() != 200 || whole.body().length().orElse(size) != size) {
                throw damage;
            }
            BodySource source = whole.body().source();
            healed = source;
            for (long left = position; left > 0; ) {
                ByteBuffer bytes = source.read();
                if (bytes == null) {
                    throw damage;
                }
                int n = (int) Math.min(left, bytes.remaining());
                bytes.position(bytes.position() + n);
                left -= n;
                last = bytes.hasRemaining() ? bytes : null;
            }
            return source;
        } catch (RegistryException e) {
            damage.addSuppressed(e);
            throw damage;
        }
    }

    private @Nullable ByteBuffer next(BodySource source) throws IOException {
        if (position == end) {
            return null;
        }
        ByteBuffer bytes = last == null ? source.read() : last;
        last = null;
        if (bytes == null) {
            throw new IOException("the blob ends at byte " + position + " of " + end);
        }
        int n = (int) Math.min(bytes.remaining(), end - position);
        int over = bytes.remaining() - n;
        bytes.limit(bytes.position() + n);
        position += n;
        return position == end ? verified(bytes, over, source) : bytes;
    }

    /** The last bytes of this body, which are given out when the blob has been read, and so verified, to its own end. */
    private ByteBuffer verified(ByteBuffer bytes, int over, BodySource source) throws IOException {
        ByteBuffer copy = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
        long whole = end + over;
        for (ByteBuffer more = source.read(); more != null; more = source.read()) {
            whole += more.remaining();
        }
        if (whole != size) {
            throw new IOException("the blob has " + whole + " bytes now, and had " + size);
        }
        return copy;
    }

    @Override
    public void close() throws IOException {
        RegistryResponse other = response;
        BodySource rest = healed;
        try (stored;
                other;
                rest) {
            return;
        }
    }
}
