package io.github.registryproxy.store;

import io.github.registryproxy.Body;
import io.github.registryproxy.BodySink;
import io.github.registryproxy.BodySource;
import io.github.registryproxy.FileBuffers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Content in a file that is open, so that it stays readable when its name goes. Each block is checked before it is given out. */
final class FileContent implements StoredContent {
    private final FileChannel channel;
    private final BlockSums sums;
    private final Blocks.Damage damage;

    /** @param damage is told the first block that is not what the sums say */
    FileContent(FileChannel channel, BlockSums sums, Blocks.Damage damage) {
        this.channel = channel;
        this.sums = sums;
        this.damage = damage;
    }

    @Override
    public long size() {
        return sums.size();
    }

    @Override
    public Body body(long offset, long length) {
        Objects.checkFromIndexSize(offset, length, sums.size());
        return Body.of(() -> new Region(offset, offset + length), length);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** A region of the file. */
    private final class Region implements BodySource {
        private final Blocks blocks = new Blocks((at, into) -> channel.read(into, at), sums, damage);
        private final long end;
        private long at;
        private volatile boolean closed;
        private @Nullable ByteBuffer buffer;

        Region(long at, long end) {
            this.at = at;
            this.end = end;
        }

        @Override
        public @Nullable ByteBuffer read() throws IOException {
            if (left() == 0) {
                return null;
            }
            ByteBuffer into = buffer == null ? ByteBuffer.allocate(most()) : buffer;
            buffer = into;
            return next(into);
        }

        private ByteBuffer next(ByteBuffer into) throws IOException {
            ByteBuffer bytes = blocks.read(at, end, into);
            at += bytes.remaining();
            return bytes;
        }

        /** How many bytes have to be in memory at a time. */
        private int most() {
            return (int) Math.min(BlockSums.BLOCK, sums.size());
        }

        @Override
        public void writeTo(BodySink sink) throws IOException {
            int most = most();
            ByteBuffer taken = most < BlockSums.BLOCK ? ByteBuffer.allocate(most) : FileBuffers.take(most);
            boolean done = false;
            try {
                while (left() > 0) {
                    sink.write(next(taken));
                }
                done = true;
            } finally {
                FileBuffers.giveBack(taken, done);
            }
        }

        private long left() throws IOException {
            if (closed) {
                throw new IOException("source closed");
            }
            return end - at;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
