package io.github.registryproxy;

import io.github.registryproxy.protocol.Digest;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Hashes what passes and holds the last bytes back until the digest matches; when it does not, the reader gets an exception
 * in place of the tail, so a client never has a complete wrong blob.
 *
 * <p>Where the length is known, only the tail is copied. Where it is not, any byte may be of the tail, and all are.
 */
final class VerifyingSource implements BodySource {
    static final int TAIL = 32 * 1024;

    private static final Logger LOG = System.getLogger(VerifyingSource.class.getName());

    private final BodySource from;
    private final Digest wanted;
    private final HashBeside hash;
    private final OptionalLong length;
    private final VerifiedContent.Limit limit;
    private final Tail tail = new Tail();
    private long count;
    private @Nullable ByteBuffer pending;
    private boolean verified;

    /** Takes the source over; the length is the body's, empty where it is not known. */
    VerifyingSource(BodySource from, Digest wanted, OptionalLong length, VerifiedContent.Limit limit) {
        this.from = from;
        this.wanted = wanted;
        this.hash = new HashBeside(wanted.algorithm());
        this.length = length;
        this.limit = limit;
    }

    /**
     * The whole content, verified, when it fits the tail; else empty, and reading goes on as if nothing had been read.
     *
     * @throws ContentMismatchException when it is small and wrong
     */
    Optional<byte[]> readIfSmall() throws IOException {
        if (length.isPresent() && length.getAsLong() > TAIL) {
            return Optional.empty();
        }
        pending = read();
        return verified ? Optional.of(bytesOf(pending)) : Optional.empty();
    }

    private static byte[] bytesOf(@Nullable ByteBuffer buffer) {
        byte[] bytes = new byte[buffer == null ? 0 : buffer.remaining()];
        if (buffer != null) {
            buffer.get(bytes);
        }
        return bytes;
    }

    @Override
    public @Nullable ByteBuffer read() throws IOException {
        ByteBuffer first = pending;
        if (first != null) {
            pending = null;
            return first;
        }
        while (!verified) {
            hash.settle(); // before the source writes into its buffer again
            ByteBuffer bytes = from.read();
            if (bytes == null) {
                verify();
                verified = true;
                return tail.drain();
            }
            hash.update(bytes);
            count += bytes.remaining();
            if (length.isEmpty()) {
                limit.check(count);
            }
            ByteBuffer free = length.isPresent() ? aheadOfTail(bytes, length.getAsLong()) : tail.push(bytes);
            if (free != null) {
                return free;
            }
        }
        return null;
    }

    /** What of these bytes lies before the tail; the rest is kept. */
    private @Nullable ByteBuffer aheadOfTail(ByteBuffer bytes, long total) {
        long before = count - bytes.remaining();
        int free = (int) Math.max(0, Math.min(bytes.remaining(), total - TAIL - before));
        ByteBuffer ahead = bytes.slice(bytes.position(), free);
        bytes.position(bytes.position() + free);
        tail.keep(bytes);
        return free > 0 ? ahead : null;
    }

    private void verify() throws IOException {
        Digest got = hash.finish();
        if (!got.equals(wanted)) {
            LOG.log(Level.ERROR, "INTEGRITY wanted {0}, got {1} in {2} bytes", wanted, got, Long.toString(count));
            throw new ContentMismatchException("content does not hash to " + wanted);
        }
    }

    @Override
    public void close() throws IOException {
        from.close();
    }
}
