package io.github.registryproxy.tests.servlet;

import io.github.registryproxy.BodySource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** So many bytes of the pattern, made when they are asked for. */
final class SampleSource implements BodySource {
    final AtomicLong produced = new AtomicLong();
    final CountDownLatch closed = new CountDownLatch(1);
    private final ByteBuffer block;
    private final long count;
    private boolean breaks;

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

    @Override
    public @Nullable ByteBuffer read() throws IOException {
        long left = count - produced.get();
        if (left == 0 && breaks) {
            throw new IOException("secret.internal broke");
        }
        if (left == 0 || closed.getCount() == 0) {
            return null;
        }
        int n = (int) Math.min(left, block.capacity());
        produced.addAndGet(n);
        return block.duplicate().position(0).limit(n);
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
