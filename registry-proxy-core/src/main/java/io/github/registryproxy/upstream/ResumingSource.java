package io.github.registryproxy.upstream;

import io.github.registryproxy.BodySource;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.ByteRange;
import io.github.registryproxy.protocol.ContentRange;
import io.github.registryproxy.protocol.RegistryException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A body that outlives its connection: where one breaks off, the rest is asked for by Range and joined on.
 *
 * <p>Only a 206 that starts at our offset and belongs to a whole of our size is joined; a 200 is read past what we have.
 * Whether the pieces belong together is for the digest to say. Tries are counted from the last 64 KiB of progress, so a
 * connection that dies every few megabytes never uses them up.
 */
final class ResumingSource implements BodySource {
    private static final Logger LOG = System.getLogger(ResumingSource.class.getName());
    private static final int MOST_TRIES = 3;
    private static final long PROGRESS = 64 * 1024;

    private final RegistryRequest request;
    private final RegistryHandler next;
    private final Backoff backoff;
    private final Optional<String> validator;
    private final OptionalLong size;
    private final OptionalLong end;
    private RegistryResponse response;
    private @Nullable BodySource source;
    private long offset;
    private long creditedAt;
    private long skip;
    private int failures;
    private boolean closed;

    /**
     * Takes over a response.
     *
     * @param offset in the blob of the response's first byte
     * @param end of what is wanted, exclusive; empty when the size is not known
     * @param size of the whole blob; empty when it is not known
     */
    ResumingSource(
            RegistryRequest request,
            RegistryHandler next,
            Backoff backoff,
            RegistryResponse response,
            long offset,
            OptionalLong end,
            OptionalLong size) {
        this.request = request;
        this.next = next;
        this.backoff = backoff;
        this.response = response;
        this.offset = offset;
        this.creditedAt = offset;
        this.end = end;
        this.size = size;
        this.validator = response.headers().first(HeaderNames.ETAG).filter(tag -> tag.startsWith("\""));
    }

    @Override
    public @Nullable ByteBuffer read() throws IOException {
        while (true) {
            try {
                BodySource from = source;
                if (from == null) {
                    from = response.body().source();
                    source = from;
                }
                ByteBuffer bytes = wanted(from);
                if (bytes != null) {
                    offset += bytes.remaining();
                    return bytes;
                }
                if (end.isPresent() && offset < end.getAsLong()) {
                    throw new IOException("body ended at byte " + offset + " of " + end.getAsLong());
                }
                return null;
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                if (closed) {
                    throw e;
                }
                reconnect(e);
            }
        }
    }

    /** The next bytes that the reader does not have yet. */
    private @Nullable ByteBuffer wanted(BodySource from) throws IOException {
        if (end.isPresent() && offset == end.getAsLong() && skip == 0) {
            settle(from);
            return null;
        }
        for (ByteBuffer bytes = from.read(); bytes != null; bytes = from.read()) {
            int over = (int) Math.min(skip, bytes.remaining());
            bytes.position(bytes.position() + over);
            skip -= over;
            if (bytes.hasRemaining()) {
                if (end.isPresent() && bytes.remaining() > end.getAsLong() - offset) {
                    bytes.limit(bytes.position() + (int) (end.getAsLong() - offset));
                }
                return bytes;
            }
        }
        if (skip > 0) {
            throw new IOException("body ended before byte " + offset);
        }
        return null;
    }

    /** Lets the connection see that its body is over, so that it can serve again; all bytes are here, so failing is harmless. */
    private void settle(BodySource from) {
        if (response.status() == 206 || end.equals(size)) {
            try {
                from.read();
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "connection broke after the last byte", e);
            }
        }
    }

    private void reconnect(IOException first) throws IOException {
        IOException cause = first;
        while (true) {
            if (offset - creditedAt >= PROGRESS) {
                creditedAt = offset;
                failures = 0;
            }
            failures++;
            if (failures > MOST_TRIES) {
                throw cause;
            }
            LOG.log(
                    Level.WARNING,
                    "UPSTREAM {0} broke off at byte {1}, try {2}: {3}",
                    request,
                    Long.toString(offset),
                    failures,
                    cause.toString());
            release();
            backoff.await(failures);
            try {
                join(next.handle(request.withHeaders(headers -> {
                    var ranged = headers.without(HeaderNames.IF_NONE_MATCH, HeaderNames.RANGE, HeaderNames.IF_RANGE);
                    if (offset == 0) {
                        return ranged;
                    }
                    ranged = ranged.with(HeaderNames.RANGE, remaining().toString());
                    return validator.isPresent() ? ranged.and(HeaderNames.IF_RANGE, validator.get()) : ranged;
                })));
                return;
            } catch (InterruptedIOException e) {
                throw e;
            } catch (RegistryException e) {
                throw new IOException("the rest from byte " + offset + " was refused", e);
            } catch (IOException e) {
                cause = e;
            }
        }
    }

    private ByteRange remaining() {
        return end.isPresent() ? ByteRange.of(offset, end.getAsLong() - 1) : ByteRange.from(offset);
    }

    private void join(RegistryResponse continuation) throws IOException {
        Optional<ContentRange> range =
                continuation.headers().first(HeaderNames.CONTENT_RANGE).flatMap(ContentRange::parse);
        if (continuation.status() == 206
                && range.isPresent()
                && range.get().first() == offset
                && agree(range.get().size())) {
            skip = 0;
        } else if (continuation.status() == 200 && agree(continuation.body().length())) {
            skip = offset;
        } else {
            continuation.close();
            throw new IOException("asked for the rest from byte " + offset + ", got " + continuation.status()
                    + range.map(r -> " with " + r).orElse(""));
        }
        response = continuation;
        source = null;
    }

    private boolean agree(OptionalLong other) {
        return size.isEmpty() || other.isEmpty() || size.getAsLong() == other.getAsLong();
    }

    private void release() {
        response.close();
        source = null;
    }

    @Override
    public void close() {
        closed = true;
        release();
    }
}
