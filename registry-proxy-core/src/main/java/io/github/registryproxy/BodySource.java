package io.github.registryproxy;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a body, buffer by buffer, for one reader: what a transport hands over and what decorators (hash, count,
 * resume) wrap.
 */
public interface BodySource extends Closeable {
    /**
     * The next bytes, never an empty buffer; null at the end. Blocks until there are some. The buffer is the reader's until
     * it calls again or closes; its bytes are to be read, not changed: others may be reading them, too.
     *
     * @throws IOException when the body breaks off; it has not ended then, and must not look as if it had
     */
    @Nullable
    ByteBuffer read() throws IOException;

    /** Hands what is left to the sink; sources that have it in a file override this with {@link BodySink#transfer}. */
    default void writeTo(BodySink sink) throws IOException {
        for (ByteBuffer bytes = read(); bytes != null; bytes = read()) {
            sink.write(bytes);
        }
    }

    /** Releases what stands behind the body, at any time, also in the middle. May be called twice. */
    @Override
    void close() throws IOException;
}
