package io.github.registryproxy;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The last bytes of a body, at least {@link VerifyingSource#TAIL} of them once there were so many. */
final class Tail {
    private byte[] held = new byte[0];
    private int size;

    /** Keeps the bytes and hands nothing out. */
    void keep(ByteBuffer bytes) {
        int n = bytes.remaining();
        ensure(size + n);
        bytes.get(held, size, n);
        size += n;
    }

    /** Keeps the bytes and hands out those that are no longer of the tail; null where there are none. */
    @Nullable
    ByteBuffer push(ByteBuffer bytes) {
        keep(bytes);
        int free = size - VerifyingSource.TAIL;
        if (free <= 0) {
            return null;
        }
        byte[] out = java.util.Arrays.copyOf(held, free);
        System.arraycopy(held, free, held, 0, size - free);
        size -= free;
        return ByteBuffer.wrap(out);
    }

    /** All that is held; null where nothing is. */
    @Nullable
    ByteBuffer drain() {
        ByteBuffer all = size == 0 ? null : ByteBuffer.wrap(held, 0, size);
        held = new byte[0];
        size = 0;
        return all;
    }

    private void ensure(int capacity) {
        if (held.length < capacity) {
            held = java.util.Arrays.copyOf(held, Math.max(capacity, Math.min(held.length * 2, 256 * 1024)));
        }
    }
}
