package io.github.registryproxy.httpclient5;

import io.github.registryproxy.BodySource;
import io.github.registryproxy.UpstreamTimeoutException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A response body, read from the socket by its reader: nothing is read ahead, and who does not read costs a buffer. */
final class ReceivedBody implements BodySource {
    /** In bytes. The JDK keeps a direct buffer of that size for each thread that reads, too. */
    private static final int BUFFER = 32 * 1024;

    /** In bytes: while a body comes fast, fewer and larger reads cost less. */
    private static final int FAST_BUFFER = 128 * 1024;

    /** How often it is looked how fast a body comes, in bytes: more than systems take from a reader who then stands still. */
    private static final long LOOK_EVERY = 8L * 1024 * 1024;

    /** Some 40 MB/s. */
    private static final long FAST_NANOS = 200_000_000;

    /** What is worth reading to the end, in bytes, so that the connection can be used again. */
    private static final long SMALL = 16 * 1024;

    private final Exchange exchange;
    private final InputStream in;
    private final OptionalLong length;
    private final Duration stallTimeout;
    /** Held while reading, also while waiting for bytes; who closes does not wait for it. */
    private final ReentrantLock reading = new ReentrantLock();

    private byte @Nullable [] buffer;
    private long count;
    private long lookAt = LOOK_EVERY;
    private long lookedAt = System.nanoTime();
    private boolean ended;
    private volatile @Nullable IOException failure;
    private volatile boolean closed;

    ReceivedBody(Exchange exchange, InputStream in, OptionalLong length, Duration stallTimeout) {
        this.exchange = exchange;
        this.in = in;
        this.length = length;
        this.stallTimeout = stallTimeout;
    }

    @Override
    public @Nullable ByteBuffer read() throws IOException {
        reading.lock();
        try {
            IOException broken = failure;
            if (ended) {
                return null;
            }
            if (closed) {
                throw new IOException("closed");
            }
            if (broken != null) {
                throw new IOException(broken.getMessage(), broken);
            }
            byte[] bytes = buffer();
            int n = fill(bytes);
            return n < 0 ? null : ByteBuffer.wrap(bytes, 0, n);
        } finally {
            reading.unlock();
        }
    }

    private byte[] buffer() {
        if (count >= lookAt) {
            buffer = new byte[isFast() ? FAST_BUFFER : BUFFER];
        }
        byte[] there = buffer;
        if (there == null) {
            there = new byte[(int) Math.min(BUFFER, Math.max(1, length.orElse(BUFFER)))];
            buffer = there;
        }
        return there;
    }

    private boolean isFast() {
        long now = System.nanoTime();
        boolean fast = now - lookedAt < FAST_NANOS;
        lookedAt = now;
        lookAt = count + LOOK_EVERY;
        return fast;
    }

    private int fill(byte[] bytes) throws IOException {
        try {
            int n = in.read(bytes, 0, bytes.length);
            count += Math.max(0, n);
            if (n < 0 || count == length.orElse(-1)) {
                end();
            }
            return n;
        } catch (IOException e) {
            IOException told = told(e);
            failure = told;
            buffer = null;
            exchange.abort();
            throw told;
        }
    }

    private void end() {
        ended = true;
        buffer = null;
        exchange.release();
    }

    private IOException told(IOException e) {
        IOException told;
        if (Thread.currentThread().isInterrupted()) {
            told = new InterruptedIOException("interrupted while reading from " + exchange.origin());
        } else if (closed) {
            told = new IOException("closed");
        } else if (e instanceof SocketTimeoutException) {
            told = new UpstreamTimeoutException("no byte from " + exchange.origin() + " for " + stallTimeout.toMillis()
                    + " ms, after " + count + " bytes of the body");
        } else {
            told = new IOException("the body from " + exchange.origin() + " broke off after " + count + " bytes");
        }
        told.initCause(e);
        return told;
    }

    /**
     * From any thread: a reader who waits is woken, the connection closed. Only what is small and already here, as with
     * errors and challenges that nobody reads, is read to its end instead.
     */
    @Override
    public void close() {
        closed = true;
        if (!reading.tryLock()) {
            exchange.abort();
            return;
        }
        try {
            if (!ended && failure == null) {
                drain();
            }
        } finally {
            buffer = null;
            reading.unlock();
        }
    }

    private void drain() {
        if (length.isPresent() && length.getAsLong() - count <= SMALL) {
            try {
                while (!ended && exchange.isInputWaiting()) {
                    fill(buffer());
                }
            } catch (IOException e) {
                return; // fill has closed the connection
            }
        }
        if (!ended) {
            exchange.abort();
        }
    }
}
