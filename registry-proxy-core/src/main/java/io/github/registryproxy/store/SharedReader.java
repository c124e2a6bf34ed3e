package io.github.registryproxy.store;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Reads a file for many threads: an interrupt closes the channel that the interrupted thread is at, and must not end it for the others. */
final class SharedReader implements Closeable {
    private final Supplier<Path> file;
    private final ReentrantLock opening = new ReentrantLock();
    private volatile FileChannel channel;
    private volatile boolean closed;

    /** Opens the file, which may be moved later: it is asked for again then. */
    SharedReader(Supplier<Path> file) throws IOException {
        this.file = file;
        this.channel = StoreFiles.openToRead(file.get());
    }

    /** As a channel's; -1 behind the end. */
    int read(long position, ByteBuffer into) throws IOException {
        while (true) {
            FileChannel from = channel;
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("interrupted");
            }
            try {
                return from.read(into, position);
            } catch (ClosedChannelException e) {
                if (closed || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                reopen(from); // another reader was interrupted in the middle of it
            }
        }
    }

    private void reopen(FileChannel gone) throws IOException {
        opening.lock();
        try {
            if (channel == gone && !closed) {
                channel = StoreFiles.openToRead(file.get());
            }
        } finally {
            opening.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        opening.lock();
        try {
            closed = true;
            channel.close();
        } finally {
            opening.unlock();
        }
    }
}
