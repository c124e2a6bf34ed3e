package io.github.registryproxy.servlet;

import io.github.registryproxy.BodySink;
import jakarta.servlet.ServletOutputStream;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Writes to a container's stream, exactly as many bytes as were promised. */
final class OutputSink implements BodySink {
    /** Smaller writes are a trickle and go out at once; larger ones push what the container buffers. */
    private static final int TRICKLE = 8 * 1024;

    private static final int COPY = 16 * 1024;

    /** Servlet 6.1 writes buffers, and so do some older containers' own streams. */
    private static final ClassValue<@Nullable MethodHandle> WRITE = new ClassValue<>() {
        @Override
        protected @Nullable MethodHandle computeValue(Class<?> type) {
            MethodType takesBuffer = MethodType.methodType(void.class, ByteBuffer.class);
            for (Class<?> c = type; c != null; c = c.getSuperclass()) {
                try {
                    return MethodHandles.publicLookup()
                            .findVirtual(c, "write", takesBuffer)
                            .asType(MethodType.methodType(void.class, ServletOutputStream.class, ByteBuffer.class));
                } catch (NoSuchMethodException | IllegalAccessException e) {
                    continue; // not there, or not for us: a wider class may have it
                }
            }
            return null;
        }
    };

    private final ServletOutputStream out;
    private final OptionalLong length;
    private final boolean streaming;
    private final @Nullable MethodHandle write;
    private long count;
    private byte[] copy = {};

    /**
     * @param length how many bytes the client was promised
     * @param streaming whether small pieces must not wait in the container
     */
    OutputSink(ServletOutputStream out, OptionalLong length, boolean streaming) {
        this.out = out;
        this.length = length;
        this.streaming = streaming;
        this.write = WRITE.get(out.getClass());
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        int n = bytes.remaining();
        if (length.isPresent() && count + n > length.getAsLong()) {
            throw new IOException("the body is longer than the " + length.getAsLong() + " bytes it was said to have");
        }
        try {
            send(bytes);
            if (streaming && n < TRICKLE) {
                out.flush();
            }
        } catch (IOException e) {
            throw new ClientGoneException("the client does not take the response", e);
        }
        count += n;
    }

    /** Checks that nothing is missing. */
    void finish() throws IOException {
        if (length.isPresent() && count < length.getAsLong()) {
            throw new IOException("the body ended at byte " + count + " of " + length.getAsLong());
        }
    }

    private void send(ByteBuffer bytes) throws IOException {
        if (write != null && (streaming || isAll(bytes))) {
            invoke(write, bytes); // as one, where a container cuts arrays into pieces of its own
        } else if (bytes.hasArray()) {
            out.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
            bytes.position(bytes.limit());
        } else {
            copy = copy.length == 0 ? new byte[Math.min(COPY, Math.max(1, bytes.remaining()))] : copy;
            while (bytes.hasRemaining()) {
                int n = Math.min(copy.length, bytes.remaining());
                bytes.get(copy, 0, n);
                out.write(copy, 0, n);
            }
        }
    }

    /** A container may commit at once what comes as a buffer; what is small in parts waits, as a failure can still be told. */
    private boolean isAll(ByteBuffer bytes) {
        return count == 0 && length.isPresent() && bytes.remaining() == length.getAsLong();
    }

    private void invoke(MethodHandle handle, ByteBuffer bytes) throws IOException {
        try {
            handle.invokeExact(out, bytes);
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException(e);
        }
    }
}
