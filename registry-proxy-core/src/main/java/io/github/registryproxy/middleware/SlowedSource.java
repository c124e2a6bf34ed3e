package io.github.registryproxy.middleware;

import io.github.registryproxy.Body;
import io.github.registryproxy.BodySource;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** A source whose bytes come no faster than they are allowed; opened when it is first read, as the one behind it. */
final class SlowedSource implements BodySource {
    private final Body.Opener opener;
    private final LimitBandwidth.Waiting waiting;
    private final LongUnaryOperator waitFor;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable BodySource from;

    /** @param waitFor the nanoseconds to wait before so many bytes are handed out */
    SlowedSource(Body.Opener opener, LimitBandwidth.Waiting waiting, LongUnaryOperator waitFor) {
        this.opener = opener;
        this.waiting = waiting;
        this.waitFor = waitFor;
    }

    /** Of what is open already, and closed with this. */
    SlowedSource(BodySource from, LimitBandwidth.Waiting waiting, LongUnaryOperator waitFor) {
        this(() -> from, waiting, waitFor);
        this.from = from;
    }

    @Override
    public @Nullable ByteBuffer read() throws IOException {
        BodySource source = from;
        if (source == null) {
            source = opener.open();
            from = source;
        }
        ByteBuffer bytes = source.read();
        if (bytes != null) {
            pause(waitFor.applyAsLong(bytes.remaining()));
        }
        return bytes;
    }

    private void pause(long nanos) throws IOException {
        try {
            if (nanos > 0 && waiting.await(closed, nanos)) {
                throw new IOException("closed while it waited for its share of the bandwidth");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted =
                    new InterruptedIOException("interrupted while it waited for its share");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        BodySource source = from;
        if (source != null) {
            source.close();
        }
    }
}
