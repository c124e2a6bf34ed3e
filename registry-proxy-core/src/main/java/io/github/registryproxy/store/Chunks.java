package io.github.registryproxy.store;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes in pieces of 64 KiB: one writer adds, any number of readers read what has been added. */
final class Chunks {
    private static final int CHUNK = 64 * 1024;

    /** Published before the size that reaches into them. */
    private volatile byte[][] chunks = new byte[0][];

    private volatile long size;

    long size() {
        return size;
    }

    void add(ByteBuffer bytes) {
        long at = size;
        while (bytes.hasRemaining()) {
            int index = Math.toIntExact(at / CHUNK);
            if (index == chunks.length) {
                byte[][] more = Arrays.copyOf(chunks, index + 1);
                more[index] = new byte[CHUNK];
                chunks = more;
            }
            int offset = (int) (at % CHUNK);
            int n = Math.min(CHUNK - offset, bytes.remaining());
            bytes.get(chunks[index], offset, n);
            at += n;
        }
        size = at;
    }

    /** The same bytes, of which no more come, in no more memory than they need. */
    Chunks compact() {
        Chunks compact = new Chunks();
        byte[][] all = chunks.clone();
        int tail = (int) (size % CHUNK);
        if (tail > 0) {
            all[all.length - 1] = Arrays.copyOf(all[all.length - 1], tail);
        }
        compact.chunks = all;
        compact.size = size;
        return compact;
    }

    /** What is there from a position before the size up to the end of its piece, read-only. */
    ByteBuffer piece(long position, long most) {
        long end = Math.min(size, position + most);
        byte[] chunk = chunks[Math.toIntExact(position / CHUNK)];
        int offset = (int) (position % CHUNK);
        int n = (int) Math.min(CHUNK - offset, end - position);
        return ByteBuffer.wrap(chunk, offset, n).asReadOnlyBuffer();
    }
}
