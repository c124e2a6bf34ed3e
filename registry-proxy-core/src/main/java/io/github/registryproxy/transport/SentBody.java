package io.github.registryproxy.transport;

import io.github.registryproxy.Body;
import io.github.registryproxy.BodySource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A request body on its way from the request's own thread, which reads it and may block, to the client's threads, which only
 * ever ask for more. It is opened when the first bytes are asked for: of a connection that never came to be it stays unread.
 */
final class SentBody implements Flow.Publisher<ByteBuffer>, AutoCloseable {
    private final Body body;
    private final Runnable wake;
    private final AtomicLong demand = new AtomicLong();
    private volatile Flow.@Nullable Subscriber<? super ByteBuffer> subscriber;
    private volatile boolean cancelled;
    private volatile boolean started;

    // The request's thread's own
    private @Nullable BodySource source;
    private long count;
    private boolean complete;

    /** @param wake tells the request's thread that there is something to do */
    SentBody(Body body, Runnable wake) {
        this.body = body;
        this.wake = wake;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> other) {
        Asked asked = new Asked(other);
        if (started) {
            other.onSubscribe(asked);
            other.onError(new IOException("a request body that was read in part cannot be sent again"));
            return;
        }
        demand.set(0);
        subscriber = other;
        other.onSubscribe(asked);
    }

    private final class Asked implements Flow.Subscription {
        private final Flow.Subscriber<? super ByteBuffer> by;

        Asked(Flow.Subscriber<? super ByteBuffer> by) {
            this.by = by;
        }

        @Override
        public void request(long n) {
            if (by.equals(subscriber)) {
                demand.addAndGet(n);
                wake.run();
            }
        }

        @Override
        public void cancel() {
            if (by.equals(subscriber)) {
                cancelled = true;
                wake.run();
            }
        }
    }

    /** Whether the client waits for bytes, or for the end. */
    boolean isAskedFor() {
        return !complete && !cancelled && demand.get() > 0;
    }

    /** Whether bytes have gone out and more are to go. */
    boolean isUnderWay() {
        return started && !complete && !cancelled;
    }

    /**
     * Reads the next bytes and hands them to the client, as a copy: the client writes them when it likes.
     *
     * @throws IOException the source's own failure, or a length other than the announced one; both fail the exchange
     */
    void handOver() throws IOException {
        Flow.Subscriber<? super ByteBuffer> to = subscriber;
        if (to == null) {
            return;
        }
        demand.decrementAndGet();
        started = true;
        BodySource from = source == null ? body.source() : source;
        source = from;
        ByteBuffer bytes = from.read();
        count += bytes == null ? 0 : bytes.remaining();
        if (body.length().isPresent()) {
            check(body.length().getAsLong(), bytes == null);
        }
        if (bytes != null) {
            to.onNext(ByteBuffer.allocate(bytes.remaining()).put(bytes).flip());
        } else {
            complete = true;
            to.onComplete();
        }
    }

    private void check(long length, boolean end) throws IOException {
        if (count > length || (end && count < length)) {
            throw new IOException("the request body has " + (end ? "only " : "more than ") + (end ? count : length)
                    + " bytes where " + length + " were announced");
        }
    }

    /** Releases the source; without one, nothing. */
    @Override
    public void close() throws IOException {
        BodySource from = source;
        if (from != null) {
            from.close();
        }
    }
}
