package io.github.registryproxy.tests.servlet;

import io.github.registryproxy.BodySource;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** So many bytes of the pattern, made when they are asked for. */
final class SampleSource implements BodySource {
    final AtomicLong produced = new AtomicLong();
    final CountDownLatch closed = new CountDownLatch(1);
    final CountDownLatch released = new CountDownLatch(1);
    private final ByteBuffer block;
    private final long count;
    private boolean breaks;
    private long waitsAt = -1;

    SampleSource(long count, boolean direct) {
        this.count = count;
        byte[] pattern = Pattern.block();
        block = direct
                ? ByteBuffer.allocateDirect(pattern.length).put(pattern)
                : ByteBuffer.wrap(pattern).asReadOnlyBuffer();
    }

    SampleSource breaking() {
        breaks = true;
        return this;
    }

    /** Has no more after so many bytes until it is released. */
    SampleSource waitingAt(long offset) {
        waitsAt = offset;
        return this;
    }

    @Override
    public @Nullable ByteBuffer read() throws IOException {
        long at = produced.get();
        if (at == waitsAt) {
            awaitRelease();
        }
        long left = (at < waitsAt ? waitsAt : count) - at;
        if (left == 0 && breaks) {
            throw new IOException("secret.internal broke");
        }
        if (left == 0 || closed.getCount() == 0) {
            return null;
        }
        int n = (int) Math.min(left, block.capacity() - Pattern.PERIOD);
        produced.addAndGet(n);
        int from = (int) (at % Pattern.PERIOD);
        return block.duplicate().position(from).limit(from + n);
    }

    private void awaitRelease() throws IOException {
        try {
            if (!released.await(10, TimeUnit.SECONDS)) {
                throw new IOException("not released");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
