package io.github.registryproxy.store;

import io.github.registryproxy.ContentMismatchException;
import io.github.registryproxy.protocol.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/** Content on its way into memory. */
final class MemoryStaging implements Staging {
    private final MemoryStore store;
    private final Digest digest;
    private final MessageDigest computation;
    private final Chunks chunks = new Chunks();
    private long counted;
    private volatile boolean ended;
    private volatile boolean closed;
    private boolean left;

    MemoryStaging(MemoryStore store, Digest digest) {
        this.store = store;
        this.digest = digest;
        this.computation = digest.algorithm().start();
    }

    @Override
    public long size() {
        return chunks.size();
    }

    @Override
    public void append(ByteBuffer bytes) throws IOException {
        check();
        try {
            store.grow(chunks.size(), bytes.remaining());
        } catch (IOException e) {
            ended = true;
            throw e;
        }
        counted += bytes.remaining();
        computation.update(bytes.duplicate());
        chunks.add(bytes);
    }

    private void check() throws IOException {
        if (ended || closed) {
            throw new IOException("staging of " + digest + " has ended");
        }
    }

    @Override
    public int read(long position, ByteBuffer into) throws IOException {
        if (closed) {
            throw new IOException("staging of " + digest + " is closed");
        }
        if (position >= chunks.size() || !into.hasRemaining()) {
            return 0;
        }
        ByteBuffer piece = chunks.piece(position, into.remaining());
        int n = piece.remaining();
        into.put(piece);
        return n;
    }

    @Override
    public void commit() throws IOException {
        check();
        ended = true;
        Digest got = Digest.of(digest.algorithm(), computation);
        if (!got.equals(digest)) {
            throw new ContentMismatchException(digest, got, chunks.size());
        }
        store.publish(digest, chunks.compact(), counted);
        counted = 0;
    }

    @Override
    public void discard() {
        ended = true;
        leave();
    }

    /** Makes room for another staging of the same content. */
    private void leave() {
        if (!left) {
            left = true;
            store.ended(digest, counted);
            counted = 0;
        }
    }

    @Override
    public void close() {
        closed = true;
        leave();
    }
}
