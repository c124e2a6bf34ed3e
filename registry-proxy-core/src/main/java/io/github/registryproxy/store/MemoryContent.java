package io.github.registryproxy.store;

import io.github.registryproxy.Body;
import io.github.registryproxy.BodySource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Content in memory, held by whoever reads it. */
final class MemoryContent implements StoredContent {
    private final Chunks chunks;
    private volatile boolean closed;

    MemoryContent(Chunks chunks) {
        this.chunks = chunks;
    }

    @Override
    public long size() {
        return chunks.size();
    }

    @Override
    public Body body(long offset, long length) {
        Objects.checkFromIndexSize(offset, length, chunks.size());
        return Body.of(() -> new Region(offset, offset + length), length);
    }

    @Override
    public void close() {
        closed = true;
    }

    private final class Region implements BodySource {
        private final long end;
        private long at;
        private volatile boolean done;

        Region(long at, long end) {
            this.at = at;
            this.end = end;
        }

        @Override
        public @Nullable ByteBuffer read() throws IOException {
            if (closed || done) {
                throw new IOException("source closed");
            }
            if (at == end) {
                return null;
            }
            ByteBuffer piece = chunks.piece(at, end - at);
            at += piece.remaining();
            return piece;
        }

        @Override
        public void close() {
            done = true;
        }
    }
}
