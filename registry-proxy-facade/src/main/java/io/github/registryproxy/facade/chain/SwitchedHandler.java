package io.github.registryproxy.facade.chain;

import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Answers by a handler that can be exchanged while requests are being answered. Each request, with the body of its answer, ends on
 * the handler that it began on; what belongs to a handler is closed when it has been exchanged and the last of these has ended.
 */
final class SwitchedHandler implements RegistryHandler {
    private final ReentrantLock lock = new ReentrantLock();
    private Held current;

    SwitchedHandler(RegistryHandler handler, Runnable over) {
        current = new Held(handler, over);
    }

    /** A handler with those who use it. */
    private final class Held {
        final RegistryHandler handler;
        final Runnable over;
        int users = 1; // whoever exchanges it

        Held(RegistryHandler handler, Runnable over) {
            this.handler = handler;
            this.over = over;
        }

        void leave() {
            boolean last;
            lock.lock();
            try {
                last = --users == 0;
            } finally {
                lock.unlock();
            }
            if (last) {
                over.run();
            }
        }
    }

    @Override
    public RegistryResponse handle(RegistryRequest request) throws IOException {
        Held held = enter();
        AtomicBoolean left = new AtomicBoolean();
        Closeable leave = () -> {
            if (!left.getAndSet(true)) {
                held.leave();
            }
        };
        try {
            RegistryResponse response = held.handler.handle(request);
            return RegistryResponse.of(
                    response.status(), response.headers(), response.body().closing(leave));
        } catch (IOException | RuntimeException | Error e) {
            leave.close();
            throw e;
        }
    }

    private Held enter() {
        lock.lock();
        try {
            current.users++;
            return current;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Requests from now on are another handler's.
     *
     * @param over run once, when nobody uses that handler any more
     */
    void exchange(RegistryHandler handler, Runnable over) {
        Held before;
        lock.lock();
        try {
            before = current;
            current = new Held(handler, over);
        } finally {
            lock.unlock();
        }
        before.leave();
    }
}
