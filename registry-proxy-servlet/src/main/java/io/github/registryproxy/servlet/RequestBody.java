package io.github.registryproxy.servlet;

import io.github.registryproxy.BodySource;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A client's bytes. Nothing is touched before the first read, which is when a container says 100 (Continue); after close
 * nothing can be read, so the body never outlives the exchange.
 */
final class RequestBody implements BodySource {
    private static final int SIZE = 32 * 1024;

    @FunctionalInterface
    interface Opener {
        InputStream open() throws IOException;
    }

    private final Opener opener;
    private final OptionalLong length;
    private @Nullable InputStream stream;
    private byte[] buffer = {};
    private long count;
    private volatile boolean closed;

    RequestBody(Opener opener, OptionalLong length) {
        this.opener = opener;
        this.length = length;
    }

    @Override
    public @Nullable ByteBuffer read() throws IOException {
        if (closed) {
            throw new IOException("the exchange that the body belongs to is over");
        }
        try {
            int n = fill();
            if (n < 0 && length.isPresent() && count < length.getAsLong()) {
                throw new EOFException("the body ended at byte " + count + " of " + length.getAsLong());
            }
            count += Math.max(0, n);
            return n < 0 ? null : ByteBuffer.wrap(buffer, 0, n);
        } catch (IOException e) {
            throw new ClientGoneException("the client's body broke off", e);
        }
    }

    private int fill() throws IOException {
        InputStream from = stream;
        if (from == null) {
            from = opener.open();
            stream = from;
            buffer = new byte[SIZE];
        }
        int n = from.read(buffer);
        while (n == 0) {
            n = from.read(buffer);
        }
        return n;
    }

    /** The stream is the container's, which drains or drops what is left. */
    @Override
    public void close() {
        closed = true;
    }
}
