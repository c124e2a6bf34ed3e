package io.github.registryproxy.transport;

import io.github.registryproxy.BodySource;
import io.github.registryproxy.UpstreamTimeoutException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A response body on its way from the client's threads, which only ever append to a queue, to the one reader, who blocks.
 * At most {@link #WINDOW} portions are asked for ahead of the reader: one who does not read stops the sender.
 */
final class ReceivedBody implements HttpResponse.BodySubscriber<ReceivedBody>, BodySource {
    /** In portions, each at most jdk.httpclient.bufsize (a frame with HTTP/2): one arrives while one is read. */
    private static final int WINDOW = 2;

    /** In bytes: what usually comes with the head, or right after it. */
    private static final long SMALL = 16 * 1024;

    private static final Duration MOMENT = Duration.ofMillis(500);

    private static final Object END = new Object();

    private final String origin;
    private final OptionalLong length;
    private final Duration stallTimeout;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final BlockingQueue<Object> portions = new LinkedBlockingQueue<>();
    private volatile Flow.@Nullable Subscription subscription;
    private volatile boolean cancelled;
    private volatile boolean dropping;

    // The reader's own
    private Iterator<ByteBuffer> buffers = List.<ByteBuffer>of().iterator();
    private long count;
    private boolean readToEnd;

    ReceivedBody(String origin, OptionalLong length, Duration stallTimeout) {
        this.origin = origin;
        this.length = length;
        this.stallTimeout = stallTimeout;
    }

    /** Runs it when nothing stands behind the body any more: all has come, or it broke off, or was cancelled. */
    void whenEnded(Runnable work) {
        ended.thenRun(work);
    }

    @Override
    public CompletionStage<ReceivedBody> getBody() {
        return CompletableFuture.completedFuture(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        if (cancelled) {
            given.cancel();
        } else {
            given.request(dropping ? Long.MAX_VALUE : WINDOW);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> portion) {
        if (!dropping) {
            portions.add(portion);
        }
    }

    @Override
    public void onError(Throwable failure) {
        portions.add(failure);
        ended.complete(null);
    }

    @Override
    public void onComplete() {
        portions.add(END);
        ended.complete(null);
    }

    @Override
    public @Nullable ByteBuffer read() throws IOException {
        while (!readToEnd) {
            while (buffers.hasNext()) {
                ByteBuffer bytes = buffers.next();
                if (bytes.hasRemaining()) {
                    return counted(bytes);
                }
            }
            await();
        }
        return null;
    }

    @SuppressWarnings("unchecked") // all that is added is portions, failures and the end
    private void await() throws IOException {
        Object next = next();
        if (next instanceof Throwable failure) {
            portions.add(failure); // a reader who tries again gets no other answer
            throw new IOException("the body from " + origin + " broke off after " + count + " bytes", failure);
        }
        if (END.equals(next)) {
            if (length.isPresent() && count != length.getAsLong()) {
                throw broken("ended after " + count + " bytes of " + length.getAsLong());
            }
            readToEnd = true;
            return;
        }
        buffers = ((List<ByteBuffer>) next).iterator();
        Flow.Subscription from = subscription;
        if (from != null) {
            from.request(1);
        }
    }

    private Object next() throws IOException {
        Object next;
        try {
            next = portions.poll(stallTimeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            cancel();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while reading from " + origin);
        }
        if (next == null) {
            UpstreamTimeoutException stalled = new UpstreamTimeoutException("no byte from " + origin + " for "
                    + stallTimeout.toMillis() + " ms, after " + count + " bytes of the body");
            cancel();
            throw stalled;
        }
        return next;
    }

    private ByteBuffer counted(ByteBuffer bytes) throws IOException {
        count += bytes.remaining();
        if (length.isPresent() && count > length.getAsLong()) {
            throw broken("is longer than the " + length.getAsLong() + " bytes announced");
        }
        return bytes;
    }

    private IOException broken(String how) {
        IOException failure = new IOException("the body from " + origin + " " + how);
        buffers = List.<ByteBuffer>of().iterator();
        cancel();
        return failure;
    }

    /**
     * From any thread: a reader who waits is woken, what has been received is let go, the connection closed. Only where the
     * whole body is small, as with the errors and challenges that nobody reads, the rest is awaited for a moment, without a
     * thread, so that the connection can be used again.
     */
    @Override
    public void close() {
        if (dropping) {
            return;
        }
        boolean small = length.isPresent() && length.getAsLong() <= SMALL;
        if (ended.isDone() || !small) {
            cancel();
            return;
        }
        drop();
        Flow.Subscription from = subscription;
        if (from != null) {
            from.request(Long.MAX_VALUE);
        }
        CompletableFuture.delayedExecutor(MOMENT.toMillis(), TimeUnit.MILLISECONDS)
                .execute(this::cancel);
    }

    /** As {@link #close}, without any wait. */
    void cancel() {
        cancelled = true;
        drop();
        Flow.Subscription from = subscription;
        if (from != null && !ended.isDone()) {
            from.cancel();
        }
        ended.complete(null);
    }

    private void drop() {
        dropping = true;
        portions.clear();
        portions.add(new IOException("closed"));
    }
}
