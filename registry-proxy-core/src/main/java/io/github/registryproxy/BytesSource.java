package io.github.registryproxy;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** An array, handed over once. */
final class BytesSource implements BodySource {
    private @Nullable ByteBuffer content;

    BytesSource(byte[] content) {
        this.content = content.length == 0 ? null : ByteBuffer.wrap(content).asReadOnlyBuffer();
    }

    @Override
    public @Nullable ByteBuffer read() {
        ByteBuffer bytes = content;
        content = null;
        return bytes;
    }

    @Override
    public void close() {
        content = null;
    }
}
