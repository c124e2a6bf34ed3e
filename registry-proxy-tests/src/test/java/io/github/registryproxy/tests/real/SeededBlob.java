package io.github.registryproxy.tests.real;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;

/** Content that is never in memory: one random block again and again, each time with the seed and its number in front. */
final class SeededBlob {
    private static final int BLOCK = 1 << 16;
    private static final int STAMP = 2 * Long.BYTES;
    private static final byte[] RANDOM = new byte[BLOCK];

    static {
        new Random(4711).nextBytes(RANDOM);
    }

    private final long seed;
    private final long length;
    private final String digest;

    SeededBlob(long seed, long length) {
        this.seed = seed;
        this.length = length;
        this.digest = hash();
    }

    long length() {
        return length;
    }

    String digest() {
        return digest;
    }

    /** Puts the bytes from an offset on into an array. */
    void read(long offset, byte[] into, int count) {
        for (int at = 0; at < count; ) {
            long number = (offset + at) / BLOCK;
            int within = (int) ((offset + at) % BLOCK);
            int n = Math.min(count - at, BLOCK - within);
            System.arraycopy(RANDOM, within, into, at, n);
            for (int i = within; i < Math.min(STAMP, within + n); i++) {
                into[at + i - within] = (byte) ((i < Long.BYTES ? seed : number) >>> 8 * (i % Long.BYTES));
            }
            at += n;
        }
    }

    /** Whether those are the bytes from an offset on; {@code scratch} has room for them. */
    boolean matches(long offset, byte[] bytes, int count, byte[] scratch) {
        read(offset, scratch, count);
        return Arrays.equals(bytes, 0, count, scratch, 0, count);
    }

    private String hash() {
        MessageDigest hash = SampleImage.sha256();
        byte[] buffer = new byte[BLOCK];
        for (long at = 0; at < length; at += BLOCK) {
            int n = (int) Math.min(BLOCK, length - at);
            read(at, buffer, n);
            hash.update(buffer, 0, n);
        }
        return "sha256:" + HexFormat.of().formatHex(hash.digest());
    }
}
