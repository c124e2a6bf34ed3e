package io.github.registryproxy.store;

import io.github.registryproxy.protocol.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Block sums as they stand in a file: a magic number, the size of a block, the size of the content, its digest, the sums, and a
 * checksum of all of it. A file that is not exactly that says nothing.
 */
final class SumsFile {
    /** Sums of 1 TiB of content. */
    static final int LARGEST = 64 * 1024 * 1024 + 256;

    private static final long MAGIC = 0x72702d73756d7331L; // rp-sums1
    private static final int FIXED = Long.BYTES + Integer.BYTES + Long.BYTES + Short.BYTES + Integer.BYTES;

    private SumsFile() {}

    /** How large the file for that content is, in bytes; a digest of 256 bits is taken for granted. */
    static long size(long content) {
        return FIXED + 71 + BlockSums.blocks(content) * Integer.BYTES;
    }

    static byte[] encoded(Digest digest, BlockSums sums) {
        byte[] name = digest.toString().getBytes(StandardCharsets.US_ASCII);
        ByteBuffer file = ByteBuffer.allocate(FIXED + name.length + sums.count() * Integer.BYTES);
        file.putLong(MAGIC).putInt(BlockSums.BLOCK).putLong(sums.size());
        file.putShort((short) name.length).put(name);
        for (int i = 0; i < sums.count(); i++) {
            file.putInt(sums.sum(i));
        }
        file.putInt(BlockSums.sum(file.duplicate().flip()));
        return file.array();
    }

    /** The sums of that content; null where the file is damaged, of another content, or of another format. */
    static @Nullable BlockSums decoded(byte[] bytes, Digest digest) {
        byte[] name = digest.toString().getBytes(StandardCharsets.US_ASCII);
        int rest = bytes.length - FIXED - name.length;
        if (rest < 0 || rest % Integer.BYTES != 0) {
            return null;
        }
        ByteBuffer file = ByteBuffer.wrap(bytes);
        int end = bytes.length - Integer.BYTES;
        if (file.getInt(end) != BlockSums.sum(file.duplicate().limit(end))
                || file.getLong() != MAGIC
                || file.getInt() != BlockSums.BLOCK) {
            return null;
        }
        long size = file.getLong();
        if (file.getShort() != name.length
                || !file.slice(file.position(), name.length).equals(ByteBuffer.wrap(name))) {
            return null;
        }
        file.position(file.position() + name.length);
        int count = rest / Integer.BYTES;
        if (size < 0 || BlockSums.blocks(size) != count) {
            return null;
        }
        int[] sums = new int[count];
        file.asIntBuffer().get(sums);
        return BlockSums.of(size, sums);
    }
}
