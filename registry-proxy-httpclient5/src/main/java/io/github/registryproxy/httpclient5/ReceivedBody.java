package io.github.registryproxy.httpclient5;

import io.github.registryproxy.BodySource;
import io.github.registryproxy.UpstreamTimeoutException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A response body, read from the socket by its reader: nothing is read ahead, and who does not read costs a buffer. */
final class ReceivedBody implements BodySource {
    /** In bytes. The JDK keeps a direct buffer of that size for each thread that reads, too. */
    private static final int BUFFER = 32 * 1024;

    /** In bytes: while a body comes fast, larger pieces cost less; what a processor's cache takes, with TLS most. */
    private static final int FAST_BUFFER = 64 * 1024;

    /** In bytes: so many that wait are a record of TLS at least, and reading one waits for nothing. */
    private static final int RECORD = 16 * 1024 + 256 + 5;

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
    /** Whoever takes it out of here ends its use. */
    private final AtomicReference<@Nullable ByteBuffer> large = new AtomicReference<>();

    private @Nullable SocketChannel channel;
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
                giveBackLarge();
                return null;
            }
            if (closed) {
                throw new IOException("closed");
            }
            if (broken != null) {
                throw new IOException(broken.getMessage(), broken);
            }
            if (count >= lookAt) {
                chooseBuffer(isFast());
            }
            return next();
        } finally {
            reading.unlock();
        }
    }

    private boolean isFast() {
        long now = System.nanoTime();
        boolean fast = now - lookedAt < FAST_NANOS;
        lookedAt = now;
        lookAt = count + LOOK_EVERY;
        return fast;
    }

    private void chooseBuffer(boolean fast) {
        if (!fast) {
            giveBackLarge();
            buffer = new byte[BUFFER];
        } else if (large.get() == null) {
            channel = channel == null && length.isPresent() ? exchange.channelOfBody() : channel;
            large.set(channel == null ? null : LargeBuffers.take());
            buffer = large.get() == null ? new byte[FAST_BUFFER] : null;
        }
    }

    private void giveBackLarge() {
        ByteBuffer there = large.getAndSet(null);
        if (there != null) {
            LargeBuffers.giveBack(there);
        }
    }

    private @Nullable ByteBuffer next() throws IOException {
        SocketChannel from = channel;
        ByteBuffer into = large.get();
        if (from != null && into != null) {
            fill(from, into);
            return into.flip();
        }
        byte[] bytes = buffer();
        int n = fill(bytes);
        return n <= 0 ? null : ByteBuffer.wrap(bytes, 0, n);
    }

    private byte[] buffer() {
        byte[] there = buffer;
        if (there == null) {
            there = new byte[(int) Math.min(BUFFER, Math.max(1, length.orElse(BUFFER)))];
            buffer = there;
        }
        return there;
    }

    private void fill(SocketChannel from, ByteBuffer into) throws IOException {
        try {
            into.clear().limit((int) Math.min(into.capacity(), length.orElseThrow() - count));
            int n = exchange.read(() -> from.read(into));
            if (n < 0) {
                throw new EOFException("closed by the other side");
            }
            counted(n);
        } catch (IOException e) {
            throw broken(e);
        }
    }

    private int fill(byte[] bytes) throws IOException {
        try {
            int most = (int) Math.min(bytes.length, length.orElse(Long.MAX_VALUE) - count);
            int n = exchange.read(() -> most > BUFFER ? readRecords(bytes, most) : in.read(bytes, 0, most));
            counted(n);
            return n;
        } catch (IOException e) {
            throw broken(e);
        }
    }

    /** A stream gives one record at a time: what has come besides is taken along. */
    private int readRecords(byte[] bytes, int most) throws IOException {
        int n = in.read(bytes, 0, most);
        for (int records = exchange.waiting() / RECORD; n > 0 && n < most && records > 0; ) {
            int more = in.read(bytes, n, most - n);
            if (more < 0) {
                break;
            }
            n += more;
            records = records > 1 ? records - 1 : exchange.waiting() / RECORD;
        }
        return n;
    }

    private void counted(int n) {
        count += Math.max(0, n);
        if (n < 0 || count == length.orElse(-1)) {
            end();
        }
    }

    private IOException broken(IOException e) {
        IOException told = told(e);
        failure = told;
        buffer = null;
        giveBackLarge();
        exchange.abort();
        return told;
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
        } else if (e instanceof SocketTimeoutException || exchange.isStalled()) {
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
            exchange.abort(); // before the buffer is looked for: one that is taken later meets a closed connection
            abandonLarge();
            return;
        }
        try {
            if (!ended && failure == null) {
                drain();
            }
        } finally {
            buffer = null;
            abandonLarge();
            reading.unlock();
        }
    }

    /** Who closes may be another than who reads, and may still be doing so. */
    private void abandonLarge() {
        if (large.getAndSet(null) != null) {
            LargeBuffers.abandon();
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
