package io.github.registryproxy.store;

import io.github.registryproxy.ContentMismatchException;
import io.github.registryproxy.protocol.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;

/** The file of one upload while it is open, hashed behind its writer. */
final class UploadFile implements Closeable {
    private final Path path;
    private final FileChannel writer;
    private final SharedReader reader;
    private final Executor hashers;
    private final HashBehind sha256;
    private final ReentrantLock lock = new ReentrantLock();
    private long turn;
    private boolean ended;
    private volatile long size;

    /** Opens the file; what it holds is hashed like what is appended. */
    UploadFile(Path path, FileChannel writer, Executor hashers) throws IOException {
        this.path = path;
        this.writer = writer;
        this.hashers = hashers;
        try {
            this.size = writer.size();
            this.reader = new SharedReader(() -> path);
        } catch (IOException e) {
            writer.close();
            throw e;
        }
        this.sha256 = new HashBehind(Digest.Algorithm.SHA256, reader::read, hashers);
        sha256.written(size);
    }

    Path path() {
        return path;
    }

    long size() {
        return size;
    }

    /** Makes the caller the writer; who was it before is refused from now on. */
    long take() {
        lock.lock();
        try {
            return ++turn;
        } finally {
            lock.unlock();
        }
    }

    void append(long writersTurn, ByteBuffer bytes) throws IOException {
        lock.lock();
        try {
            check(writersTurn);
            long end = size + bytes.remaining();
            try {
                for (long at = size; bytes.hasRemaining(); ) {
                    at += writer.write(bytes, at);
                }
            } catch (ClosedByInterruptException e) {
                ended = true; // the channel is gone; the next one to come opens the file anew
                throw e;
            } catch (IOException e) {
                cut(e);
                throw e;
            }
            size = end;
            sha256.written(end);
        } finally {
            lock.unlock();
        }
    }

    /** What a full disk took half is taken away, so that the size says what is there. */
    private void cut(IOException failure) {
        try {
            writer.truncate(size);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private void check(long writersTurn) throws Upload.TakenOverException {
        if (writersTurn != turn || ended) {
            throw new Upload.TakenOverException();
        }
    }

    /** Where a whole upload goes. */
    interface Publishing {
        void publish(Path file, BlockSums sums) throws IOException;
    }

    /** Ends the upload by publishing it, or by a mismatch, which takes its bytes away; other failures leave it as it was. */
    void commit(long writersTurn, Digest digest, Publishing publishing) throws IOException {
        lock.lock();
        try {
            check(writersTurn);
            writer.force(true); // while the rest is hashed
            HashBehind.Hashed got = hash(digest.algorithm());
            if (!got.digest().equals(digest)) {
                ended = true;
                throw new ContentMismatchException(digest, got.digest(), size);
            }
            publishing.publish(path, got.sums());
            ended = true;
        } finally {
            lock.unlock();
        }
    }

    private HashBehind.Hashed hash(Digest.Algorithm algorithm) throws IOException {
        if (algorithm == Digest.Algorithm.SHA256) {
            ended = true; // the computation cannot go on behind its end
            return sha256.finish();
        }
        HashBehind other = new HashBehind(algorithm, reader::read, hashers);
        other.written(size);
        return other.finish();
    }

    void end(long writersTurn) throws IOException {
        lock.lock();
        try {
            check(writersTurn);
            ended = true;
        } finally {
            lock.unlock();
        }
    }

    /** Whether it cannot be gone on with, at least not by this object. */
    boolean isOver() {
        lock.lock();
        try {
            return ended || !writer.isOpen();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        try (writer;
                reader) {
            return;
        }
    }
}
