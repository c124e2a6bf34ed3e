package io.github.registryproxy.store;

import io.github.registryproxy.ContentMismatchException;
import io.github.registryproxy.protocol.Digest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Content on its way into a file, hashed behind the writer. Readers have a channel of their own: an interrupt closes the channel that the
 * interrupted thread is at, and must not end it for the others.
 */
final class FileStaging implements Staging {
    private enum State {
        OPEN,
        FAILED,
        COMMITTED,
        DISCARDED
    }

    private final Stagings stagings;
    private final Digest digest;
    private final HashBehind computation;
    private final FileChannel writer;
    private final ReentrantLock opening = new ReentrantLock();
    private volatile FileChannel reader;
    private volatile Path file;
    private volatile long size;
    private volatile boolean closed;
    private volatile State state = State.OPEN;

    /** Opens the file, making it where there is none; what it holds is hashed like what is appended. */
    FileStaging(Stagings stagings, Digest digest, Path file, long capacity) throws IOException {
        this.stagings = stagings;
        this.digest = digest;
        this.file = file;
        this.computation = new HashBehind(digest.algorithm(), this::readNow, stagings.hashers());
        this.writer = StoreFiles.openToWrite(file);
        try {
            if (writer.size() > capacity) {
                writer.truncate(0);
            }
            this.reader = StoreFiles.openToRead(file);
            this.size = writer.size();
        } catch (IOException e) {
            writer.close();
            throw e;
        }
        computation.written(size);
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void append(ByteBuffer bytes) throws IOException {
        begin(size + bytes.remaining());
        try {
            long at = size;
            while (bytes.hasRemaining()) {
                at += writer.write(bytes, at);
            }
            stagings.grown(at - size);
            size = at;
            computation.written(at);
        } catch (IOException e) {
            state = State.FAILED;
            // An interrupt is no reason to fetch everything again: what is there is a prefix.
            if (!(e instanceof ClosedByInterruptException)) {
                StoreFiles.deleteAfter(e, file);
            }
            throw e;
        } finally {
            stagings.end();
        }
    }

    private void begin(long wanted) throws IOException {
        if (closed || state != State.OPEN) {
            throw new IOException("staging of " + digest + " is " + (closed ? "CLOSED" : state));
        }
        try {
            stagings.begin(wanted);
        } catch (IOException e) {
            state = State.FAILED;
            throw e;
        }
    }

    @Override
    public int read(long position, ByteBuffer into) throws IOException {
        long there = size - position;
        if (there <= 0 || !into.hasRemaining()) {
            return 0;
        }
        int limit = into.limit();
        into.limit((int) Math.min(limit, into.position() + there));
        try {
            return Math.max(0, readNow(position, into));
        } finally {
            into.limit(limit);
        }
    }

    private int readNow(long position, ByteBuffer into) throws IOException {
        while (true) {
            FileChannel channel = reader;
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("interrupted");
            }
            try {
                return channel.read(into, position);
            } catch (ClosedChannelException e) {
                if (closed || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                reopen(channel); // another reader was interrupted in the middle of it
            }
        }
    }

    private void reopen(FileChannel gone) throws IOException {
        opening.lock();
        try {
            if (reader == gone && !closed) {
                reader = StoreFiles.openToRead(file);
            }
        } finally {
            opening.unlock();
        }
    }

    @Override
    public void commit() throws IOException {
        begin(size);
        try {
            writer.force(true); // while the rest is hashed
            Digest got = computation.finish();
            if (!got.equals(digest)) {
                throw new ContentMismatchException(digest, got, size);
            }
            file = stagings.publish(file, digest, size);
            state = State.COMMITTED;
            stagings.grown(-size);
        } catch (IOException e) {
            state = State.FAILED;
            StoreFiles.deleteAfter(e, file);
            throw e;
        } finally {
            stagings.end();
        }
    }

    @Override
    public void discard() throws IOException {
        if (closed || state == State.COMMITTED || state == State.DISCARDED) {
            return;
        }
        state = State.DISCARDED;
        stagings.discard(file);
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            release();
        } finally {
            stagings.ended(digest, file, size, state == State.COMMITTED);
        }
    }

    private void release() throws IOException {
        opening.lock();
        try (writer) {
            reader.close();
        } finally {
            opening.unlock();
        }
    }
}
