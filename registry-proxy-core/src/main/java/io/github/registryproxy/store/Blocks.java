package io.github.registryproxy.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * Reader of a file with block sums: gives out no byte of a block before the whole block was checked. For one thread.
 *
 * <p>A buffer that holds a block is read once. A smaller one is read twice, to check the block and to give it out in pieces, and
 * each piece has to be what was checked.
 */
final class Blocks {
    private static final int NONE = -1;

    private final Source source;
    private final BlockSums sums;
    private final Damage damage;
    private int checked = NONE;
    private int[] pieces = {};

    /** Reads at a position, as a channel does. */
    @FunctionalInterface
    interface Source {
        int read(long position, ByteBuffer into) throws IOException;
    }

    /** What becomes of content with a block that is not what the sums say. */
    @FunctionalInterface
    interface Damage {
        /**
         * Says what the reader is told.
         *
         * @param cause why the block cannot be read; null where it can
         */
        IOException found(long offset, @Nullable IOException cause);
    }

    Blocks(Source source, BlockSums sums, Damage damage) {
        this.source = source;
        this.sums = sums;
        this.damage = damage;
    }

    /**
     * Bytes from a position on, no further than the end of their block.
     *
     * @param position less than the end
     * @param into a buffer for this reader alone, 1 byte at least; what is returned is a part of it
     */
    ByteBuffer read(long position, long end, ByteBuffer into) throws IOException {
        int block = Math.toIntExact(position / BlockSums.BLOCK);
        long start = (long) block * BlockSums.BLOCK;
        int length = sums.length(block);
        int expected = sums.sum(block);
        if (into.capacity() < length) {
            if (block != checked) {
                pieces = check(block, into);
                checked = block;
            }
            int piece = (int) (position - start) / into.capacity();
            int offset = piece * into.capacity();
            start += offset;
            length = Math.min(into.capacity(), length - offset);
            expected = pieces[piece];
        }
        fill(start, length, into);
        if (BlockSums.sum(into) != expected) {
            throw damage.found(start, null);
        }
        return into.limit((int) Math.min(length, end - start)).position((int) (position - start));
    }

    /** The sums of the pieces of a block that is what it has to be. */
    private int[] check(int block, ByteBuffer into) throws IOException {
        long start = (long) block * BlockSums.BLOCK;
        int length = sums.length(block);
        int[] found = new int[(length - 1) / into.capacity() + 1];
        BlockSums.Builder whole = new BlockSums.Builder();
        for (int i = 0; i < found.length; i++) {
            int offset = i * into.capacity();
            fill(start + offset, Math.min(into.capacity(), length - offset), into);
            found[i] = BlockSums.sum(into);
            whole.update(into);
        }
        if (whole.build().sum(0) != sums.sum(block)) {
            throw damage.found(start, null);
        }
        return found;
    }

    private void fill(long start, int length, ByteBuffer into) throws IOException {
        into.clear().limit(length);
        try {
            while (into.hasRemaining()) {
                if (source.read(start + into.position(), into) < 0) {
                    throw damage.found(start, null);
                }
            }
        } catch (ClosedChannelException | InterruptedIOException | DamagedContentException e) {
            throw e;
        } catch (IOException e) {
            throw damage.found(start, e);
        }
        into.flip();
    }
}
