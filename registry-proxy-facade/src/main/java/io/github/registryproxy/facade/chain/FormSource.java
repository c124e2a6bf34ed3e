package io.github.registryproxy.facade.chain;

import io.github.registryproxy.BodySource;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Source of a small document that is made when it is read. */
final class FormSource implements BodySource {
    private final Made made;
    private boolean ended;

    /** Makes the document. */
    @FunctionalInterface
    interface Made {
        byte[] bytes() throws IOException;
    }

    FormSource(Made made) {
        this.made = made;
    }

    @Override
    public @Nullable ByteBuffer read() throws IOException {
        if (ended) {
            return null;
        }
        ended = true;
        byte[] bytes = made.bytes();
        return bytes.length == 0 ? null : ByteBuffer.wrap(bytes);
    }

    @Override
    public void close() {
        ended = true;
    }
}
