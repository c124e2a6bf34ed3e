package io.github.registryproxy.httpclient5;

import io.github.registryproxy.Body;
import io.github.registryproxy.BodySource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;
import org.jspecify.annotations.Nullable;

/** A request body on its way out, read by the thread that sends, when its connection is there. */
final class Upload extends AbstractHttpEntity {
    /** The source's own failure, and no failure of the connection. */
    static final class SourceFailure extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final IOException failure;

        SourceFailure(IOException failure) {
            super(failure);
            this.failure = failure;
        }

        IOException failure() {
            return failure;
        }
    }

    private final Body body;
    private final Watchdog.Wait wait;
    private final Duration stallTimeout;
    private final Runnable whenWhole;
    private long count;

    /** @param whenWhole run when the last byte has been handed over */
    Upload(Body body, Watchdog.Wait wait, Duration stallTimeout, Runnable whenWhole) {
        super((String) null, null, body.length().isEmpty());
        this.body = body;
        this.wait = wait;
        this.stallTimeout = stallTimeout;
        this.whenWhole = whenWhole;
    }

    /** Waits for the source as long as it takes, for the other side no longer than the stall timeout. */
    @Override
    public void writeTo(OutputStream out) throws IOException {
        try (BodySource source = body.source()) {
            wait.suspend();
            for (ByteBuffer bytes = next(source); bytes != null; bytes = next(source)) {
                wait.atMost(stallTimeout);
                write(bytes, out);
                wait.suspend();
            }
        }
        wait.atMost(stallTimeout);
        whenWhole.run();
    }

    private @Nullable ByteBuffer next(BodySource source) {
        try {
            ByteBuffer bytes = source.read();
            count += bytes == null ? 0 : bytes.remaining();
            if (body.length().isPresent()) {
                check(body.length().getAsLong(), bytes == null);
            }
            return bytes;
        } catch (IOException e) {
            throw new SourceFailure(e);
        }
    }

    private void check(long length, boolean end) throws IOException {
        if (count > length || (end && count < length)) {
            throw new IOException("the request body has " + (end ? "only " : "more than ") + (end ? count : length)
                    + " bytes where " + length + " were announced");
        }
    }

    private static void write(ByteBuffer bytes, OutputStream out) throws IOException {
        if (bytes.hasArray()) {
            out.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
            return;
        }
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        out.write(copy, 0, copy.length);
    }

    @Override
    public long getContentLength() {
        return body.length().orElse(-1);
    }

    @Override
    public boolean isStreaming() {
        return true;
    }

    @Override
    public boolean isRepeatable() {
        return false;
    }

    @Override
    public InputStream getContent() {
        throw new UnsupportedOperationException("is written");
    }

    @Override
    public void close() {
        // the source is closed where it is opened; the body stays the caller's
    }
}
