package io.github.registryproxy.server;

import io.github.registryproxy.protocol.ErrorCode;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Counts the requests that are being answered: so many at a time, the next one is refused at once with 503 and Retry-After
 * instead of waiting in a queue nobody sees; and when the server stops, it waits for them.
 */
final class InFlight extends Handler.Wrapper {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private final int most;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition none = lock.newCondition();
    private int count;
    private boolean stopping;

    InFlight(int most, Handler next) {
        super(next);
        this.most = most;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (!begin()) {
            Errors.write(
                    response,
                    ErrorCode.UNAVAILABLE
                            .because("too many requests at a time")
                            .withStatus(503)
                            .withRetryAfter(RETRY_AFTER),
                    callback);
            return true;
        }
        Request.addCompletionListener(request, failure -> done());
        if (isEnding()) {
            // What a client asks on its open connections is still part of a pull: answered, then they close.
            response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
        }
        return super.handle(request, response, callback);
    }

    boolean isEnding() {
        lock.lock();
        try {
            return stopping;
        } finally {
            lock.unlock();
        }
    }

    /** Makes each connection's next answer its last. */
    void stopKeepingConnections() {
        lock.lock();
        try {
            stopping = true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until no request is being answered; the number of those that still are when the time is over. */
    int await(Duration longest) throws InterruptedException {
        long left = longest.toNanos();
        lock.lock();
        try {
            while (count > 0 && left > 0) {
                left = none.awaitNanos(left);
            }
            return count;
        } finally {
            lock.unlock();
        }
    }

    private boolean begin() {
        lock.lock();
        try {
            boolean admitted = count < most;
            count += admitted ? 1 : 0;
            return admitted;
        } finally {
            lock.unlock();
        }
    }

    private void done() {
        lock.lock();
        try {
            count--;
            if (count == 0) {
                none.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }
}
