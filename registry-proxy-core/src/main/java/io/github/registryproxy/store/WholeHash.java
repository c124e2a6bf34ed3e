package io.github.registryproxy.store;

import io.github.registryproxy.protocol.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Reading of a whole file, which gives its block sums if it hashes to the digest that it goes by. */
final class WholeHash {
    static final int BUFFER = 256 * 1024;

    private WholeHash() {}

    /** Is called with the number of bytes that were read since the last call; may end the reading by an exception. */
    @FunctionalInterface
    interface Reading {
        void read(int more) throws IOException;
    }

    /** The sums; null where the file does not hash to the digest, or cannot be read. */
    static @Nullable BlockSums read(Digest digest, FileChannel channel, ByteBuffer buffer, Reading reading)
            throws IOException {
        MessageDigest computation = digest.algorithm().start();
        BlockSums.Builder sums = new BlockSums.Builder();
        long at = 0;
        while (true) {
            int n;
            try {
                n = channel.read(buffer.clear(), at);
            } catch (ClosedChannelException e) {
                throw e; // an interrupt, say
            } catch (IOException e) {
                return null; // a bad sector, say
            }
            if (n < 0) {
                return Digest.of(digest.algorithm(), computation).equals(digest) ? sums.build() : null;
            }
            at += n;
            sums.update(buffer.flip());
            computation.update(buffer);
            reading.read(n);
        }
    }
}
