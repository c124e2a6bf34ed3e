package io.github.registryproxy.testing;

import io.github.registryproxy.Body;
import io.github.registryproxy.BodySource;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails the test after which a body is still open. Wrap what hands bodies out:
 *
 * <pre>{@code
 * @RegisterExtension
 * final BodyLeaks leaks = new BodyLeaks();
 *
 * RegistryHandler upstream = leaks.watch(registry);
 * }</pre>
 *
 * <p>A watched body can be read once, even where the original could be read again. The failure carries where each leaked body
 * was handed out.
 */
public final class BodyLeaks implements AfterEachCallback {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closed = lock.newCondition();
    private final List<Watched> open = new ArrayList<>();
    private final Duration patience;

    /** For bodies that are closed by the thread of the test. */
    public BodyLeaks() {
        this(Duration.ZERO);
    }

    /**
     * For bodies that another thread closes, such as a server's after its client has read the last byte.
     *
     * @param patience how long a complaint waits for it; no test that leaks nothing waits
     */
    public BodyLeaks(Duration patience) {
        this.patience = patience;
    }

    /** The handler, with the bodies of its responses watched. */
    public RegistryHandler watch(RegistryHandler handler) {
        return request -> watch(handler.handle(request), "the answer to " + request);
    }

    /**
     * The response, with its body watched.
     *
     * @param what it is, for the message
     */
    public RegistryResponse watch(RegistryResponse response, String what) {
        return response.observeBody(source -> watch(source, what));
    }

    /** The body, watched. */
    public Body watch(Body body, String what) throws IOException {
        return Body.of(watch(body.source(), what), body.length());
    }

    /** The source, watched. */
    public BodySource watch(BodySource source, String what) {
        Watched watched = new Watched(source, what);
        lock.lock();
        try {
            open.add(watched);
        } finally {
            lock.unlock();
        }
        return watched;
    }

    /**
     * Fails when a body is open, at the end of the patience; forgets what it complained about.
     *
     * @param where the complaint is made
     */
    public void assertAllClosed(String where) {
        lock.lock();
        try {
            long nanos = patience.toNanos();
            while (!open.isEmpty() && nanos > 0) {
                nanos = closed.awaitNanos(nanos);
            }
            if (!open.isEmpty()) {
                AssertionError leak = new AssertionError(where + ": " + open.size() + " not closed: "
                        + String.join(", ", open.stream().map(w -> w.what).toList()));
                open.forEach(watched -> leak.addSuppressed(watched.handedOut));
                open.clear();
                throw leak;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(where + ": interrupted while bodies were open", e);
        } finally {
            lock.unlock();
        }
    }

    /** How many are open now. */
    public int open() {
        lock.lock();
        try {
            return open.size();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        assertAllClosed(context.getDisplayName());
    }

    private final class Watched implements BodySource {
        private final BodySource source;
        private final String what;
        private final Throwable handedOut;

        Watched(BodySource source, String what) {
            this.source = source;
            this.what = what;
            this.handedOut = new Throwable(what + " was handed out here");
        }

        @Override
        public @Nullable ByteBuffer read() throws IOException {
            return source.read();
        }

        @Override
        public void close() throws IOException {
            lock.lock();
            try {
                open.remove(this);
                closed.signalAll();
            } finally {
                lock.unlock();
            }
            source.close();
        }
    }
}
