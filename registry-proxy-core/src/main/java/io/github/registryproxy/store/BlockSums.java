package io.github.registryproxy.store;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Checksums of content that was hashed, a CRC32C for each block of 64 KiB: they tell bytes that changed on the disk since. */
final class BlockSums {
    static final int BLOCK = 64 * 1024;

    private final long size;
    private final int[] sums;

    private BlockSums(long size, int[] sums) {
        this.size = size;
        this.sums = sums;
    }

    /** Sums that were written down; empty arrays and wrong counts are the caller's to refuse. */
    static BlockSums of(long size, int[] sums) {
        return new BlockSums(size, sums);
    }

    /** How many blocks content of that size has. */
    static long blocks(long size) {
        return size / BLOCK + (size % BLOCK == 0 ? 0 : 1);
    }

    static int sum(ByteBuffer bytes) {
        CRC32C sum = new CRC32C();
        sum.update(bytes.duplicate());
        return (int) sum.getValue();
    }

    /** Of the content, in bytes. */
    long size() {
        return size;
    }

    int count() {
        return sums.length;
    }

    int sum(int block) {
        return sums[block];
    }

    /** How many bytes a block has: the last one may have fewer than the others. */
    int length(int block) {
        return (int) Math.min(BLOCK, size - (long) block * BLOCK);
    }

    /** Sums of bytes that come one after the other. */
    static final class Builder {
        private final CRC32C current = new CRC32C();
        private int[] sums = new int[4];
        private int count;
        private long size;

        /** Takes the bytes in; the buffer stays as it is. */
        void update(ByteBuffer bytes) {
            ByteBuffer rest = bytes.duplicate();
            int limit = rest.limit();
            while (rest.position() < limit) {
                int room = BLOCK - (int) (size % BLOCK);
                int n = Math.min(room, limit - rest.position());
                current.update(rest.limit(rest.position() + n));
                size += n;
                if (n == room) {
                    end();
                }
            }
        }

        private void end() {
            if (count == sums.length) {
                sums = Arrays.copyOf(sums, 2 * count);
            }
            sums[count++] = (int) current.getValue();
            current.reset();
        }

        /** Of all that came; nothing comes afterwards. */
        BlockSums build() {
            if (size % BLOCK > 0) {
                end();
            }
            return new BlockSums(size, Arrays.copyOf(sums, count));
        }
    }
}
