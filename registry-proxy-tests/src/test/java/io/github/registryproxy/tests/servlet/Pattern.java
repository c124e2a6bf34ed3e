package io.github.registryproxy.tests.servlet;

import java.io.IOException;
import java.io.InputStream;

/** Bytes that are known at each offset. */
final class Pattern {
    static final int PERIOD = 251;

    private Pattern() {}

    /** A whole number of periods, about 64 KiB. */
    static byte[] block() {
        byte[] block = new byte[PERIOD * 256];
        for (int i = 0; i < block.length; i++) {
            block[i] = (byte) (i % PERIOD);
        }
        return block;
    }

    /** How many bytes there were; fails where one is wrong. */
    static long check(InputStream in) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        long count = 0;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            for (int i = 0; i < n; i++) {
                if (buffer[i] != (byte) ((count + i) % PERIOD)) {
                    throw new AssertionError("wrong byte at " + (count + i));
                }
            }
            count += n;
        }
        return count;
    }
}
