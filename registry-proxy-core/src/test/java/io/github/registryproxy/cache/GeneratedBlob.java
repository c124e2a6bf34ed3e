package io.github.registryproxy.cache;

import io.github.registryproxy.Body;
import io.github.registryproxy.BodySource;
import io.github.registryproxy.protocol.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.OptionalLong;

/** A blob of any size that is nowhere: its bytes are computed from their positions. */
record GeneratedBlob(long size, Digest digest) {
    private static final int PIECE = 64 * 1024;

    /** Told how many bytes were read. */
    interface Reads {
        void read(int bytes) throws IOException;
    }

    static GeneratedBlob of(long size) {
        MessageDigest computation = Digest.Algorithm.SHA256.start();
        for (long at = 0; at < size; at += PIECE) {
            computation.update(bytes(at, (int) Math.min(PIECE, size - at)));
        }
        return new GeneratedBlob(size, Digest.of(Digest.Algorithm.SHA256, computation));
    }

    static ByteBuffer bytes(long offset, int length) {
        long first = offset / 8;
        int longs = (int) ((offset + length + 7) / 8 - first);
        ByteBuffer buffer = ByteBuffer.allocate(longs * 8);
        for (int i = 0; i < longs; i++) {
            long mixed = (first + i + 1) * 0x9E3779B97F4A7C15L;
            buffer.putLong(mixed ^ (mixed >>> 29));
        }
        return buffer.slice((int) (offset % 8), length);
    }

    Body body(long offset, long length, Reads reads) {
        return Body.of(
                new BodySource() {
                    private long at = offset;

                    @Override
                    public ByteBuffer read() throws IOException {
                        int n = (int) Math.min(PIECE, offset + length - at);
                        reads.read(n);
                        at += n;
                        return n == 0 ? null : bytes(at - n, n);
                    }

                    @Override
                    public void close() {
                        at = offset + length;
                    }
                },
                OptionalLong.of(length));
    }
}
