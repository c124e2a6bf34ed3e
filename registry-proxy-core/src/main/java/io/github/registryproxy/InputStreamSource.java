package io.github.registryproxy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A stream read in buffers of 16 KiB, one of them. */
final class InputStreamSource implements BodySource {
    private static final int SIZE = 16 * 1024;

    private final InputStream stream;
    private byte @Nullable [] buffer;

    InputStreamSource(InputStream stream) {
        this.stream = stream;
    }

    @Override
    public @Nullable ByteBuffer read() throws IOException {
        byte[] into = buffer == null ? new byte[SIZE] : buffer;
        buffer = into;
        int n = stream.read(into);
        while (n == 0) {
            n = stream.read(into);
        }
        return n < 0 ? null : ByteBuffer.wrap(into, 0, n);
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
