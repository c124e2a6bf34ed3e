package io.github.registryproxy;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Buffers to read files into: direct ones of 64 KiB for what is large, 16 MiB of them in all; whoever finds none gets heap. */
public final class FileBuffers {
    private static final int SIZE = 64 * 1024;
    private static final int MOST = 256;
    private static final int ON_HEAP = 16 * 1024;

    private static final ConcurrentLinkedQueue<ByteBuffer> IDLE = new ConcurrentLinkedQueue<>();
    private static final AtomicInteger MADE = new AtomicInteger();

    private FileBuffers() {}

    /** A buffer, whose use {@link #giveBack} ends, to read so many bytes by; it may be smaller. */
    public static ByteBuffer take(long count) {
        if (count < SIZE) {
            return ByteBuffer.allocate((int) Math.min(count, ON_HEAP));
        }
        ByteBuffer idle = IDLE.poll();
        if (idle != null) {
            return idle;
        }
        ByteBuffer made = make();
        return made == null ? ByteBuffer.allocate(ON_HEAP) : made;
    }

    private static @Nullable ByteBuffer make() {
        if (MADE.getAndIncrement() >= MOST) {
            MADE.getAndDecrement();
            return null;
        }
        return ByteBuffer.allocateDirect(SIZE);
    }

    /**
     * Ends the use of a buffer.
     *
     * @param free whether nobody can hold it any more; whoever failed to write it may, and it is left to the collector then
     */
    public static void giveBack(ByteBuffer buffer, boolean free) {
        if (!buffer.isDirect()) {
            return;
        }
        if (free) {
            IDLE.add(buffer.clear());
        } else {
            MADE.decrementAndGet();
        }
    }
}
