package io.github.registryproxy.httpclient5;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Direct buffers for bodies that come fast: 512 KiB each, 16 MiB of them in the process. */
final class LargeBuffers {
    /** In bytes: with twice as much nothing is faster, with half the system is asked more often than it is worth. */
    static final int SIZE = 512 * 1024;

    static final int MOST = 32;

    private static final ConcurrentLinkedQueue<ByteBuffer> IDLE = new ConcurrentLinkedQueue<>();
    private static final AtomicInteger MADE = new AtomicInteger();

    private LargeBuffers() {}

    /** A buffer, whose use {@link #giveBack} or {@link #abandon} ends; null when all are in use. */
    static @Nullable ByteBuffer take() {
        ByteBuffer idle = IDLE.poll();
        if (idle != null) {
            return idle;
        }
        if (MADE.incrementAndGet() > MOST) {
            MADE.decrementAndGet();
            return null;
        }
        boolean done = false;
        try {
            ByteBuffer made = ByteBuffer.allocateDirect(SIZE);
            done = true;
            return made;
        } finally {
            if (!done) {
                MADE.decrementAndGet();
            }
        }
    }

    /** Of a buffer that nobody else holds. */
    static void giveBack(ByteBuffer buffer) {
        IDLE.add(buffer.clear());
    }

    /** Of a buffer that somebody may still be reading: it is left to the collector. */
    static void abandon() {
        MADE.decrementAndGet();
    }
}
