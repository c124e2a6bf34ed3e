package io.github.registryproxy.store;

import io.github.registryproxy.Body;
import io.github.registryproxy.BodySink;
import io.github.registryproxy.BodySource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Content in a file that is open, so that it stays readable when its name goes. */
final class FileContent implements StoredContent {
    private static final int BUFFER = 64 * 1024;

    private final FileChannel channel;
    private final long size;

    FileContent(FileChannel channel, long size) {
        this.channel = channel;
        this.size = size;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public Body body(long offset, long length) {
        Objects.checkFromIndexSize(offset, length, size);
        return Body.of(() -> new Region(channel, offset, offset + length), length);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** A region of a file, whose bytes the sink may take from the file itself. */
    private static final class Region implements BodySource {
        private final FileChannel channel;
        private final long end;
        private long at;
        private volatile boolean closed;
        private @Nullable ByteBuffer buffer;

        Region(FileChannel channel, long at, long end) {
            this.channel = channel;
            this.at = at;
            this.end = end;
        }

        @Override
        public @Nullable ByteBuffer read() throws IOException {
            long left = left();
            if (left == 0) {
                return null;
            }
            ByteBuffer into = buffer == null ? ByteBuffer.allocate((int) Math.min(BUFFER, left)) : buffer;
            buffer = into;
            int n = channel.read(into.clear().limit((int) Math.min(into.capacity(), left)), at);
            if (n < 0) {
                throw new IOException("content ends at byte " + at + " of " + end);
            }
            at += n;
            return into.flip();
        }

        @Override
        public void writeTo(BodySink sink) throws IOException {
            long left = left();
            if (left > 0) {
                sink.transfer(channel, at, left);
                at = end;
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
