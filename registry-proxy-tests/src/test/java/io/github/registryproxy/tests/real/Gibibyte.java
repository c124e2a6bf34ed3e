package io.github.registryproxy.tests.real;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;

/** 1 GiB that is never in memory: one random block again and again, each time with its number in front. */
final class Gibibyte extends InputStream {
    static final long LENGTH = 1L << 30;
    private static final int BLOCK = 1 << 16;
    private static final byte[] RANDOM = new byte[BLOCK];

    static {
        new Random(4711).nextBytes(RANDOM);
    }

    private final byte[] block = RANDOM.clone();
    private long position;

    static String digest() {
        try {
            return digest(new Gibibyte());
        } catch (IOException e) {
            throw new AssertionError("made in memory", e);
        }
    }

    /** The digest of whatever comes, to its end. */
    static String digest(InputStream content) throws IOException {
        MessageDigest digest = SampleImage.sha256();
        byte[] buffer = new byte[BLOCK];
        for (int n = content.read(buffer, 0, BLOCK); n >= 0; n = content.read(buffer, 0, BLOCK)) {
            digest.update(buffer, 0, n);
        }
        return "sha256:" + HexFormat.of().formatHex(digest.digest());
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int count) {
        if (position == LENGTH) {
            return -1;
        }
        int at = (int) (position % BLOCK);
        if (at == 0) {
            ByteBuffer.wrap(block).putLong(position / BLOCK);
        }
        int n = Math.min(count, BLOCK - at);
        System.arraycopy(block, at, into, offset, n);
        position += n;
        return n;
    }
}
