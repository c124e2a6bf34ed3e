package io.github.registryproxy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A source, for those who read streams. */
final class SourceInputStream extends InputStream {
    private final BodySource source;
    private @Nullable ByteBuffer bytes;
    private boolean ended;
    private volatile boolean closed;

    SourceInputStream(BodySource source) {
        this.source = source;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int count) throws IOException {
        if (closed) {
            // Not -1: a reader whose stream somebody else closes must not take what it has for the whole.
            throw new IOException("stream closed");
        }
        if (count == 0) {
            return 0;
        }
        ByteBuffer from = bytes;
        if (from == null || !from.hasRemaining()) {
            from = ended ? null : source.read();
            bytes = from;
            ended = from == null;
            if (from == null) {
                return -1;
            }
        }
        int n = Math.min(count, from.remaining());
        from.get(into, offset, n);
        return n;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        source.close();
    }
}
