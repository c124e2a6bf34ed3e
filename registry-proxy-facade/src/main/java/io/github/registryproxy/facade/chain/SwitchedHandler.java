package io.github.registryproxy.facade.chain;

import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import java.io.Closeable;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Answers by a handler that can be exchanged while requests are being answered. Each request, with the body of its answer, ends on
 * the handler that it began on; what belongs to a handler is closed when it has been exchanged and the last of these has ended.
 */
final class SwitchedHandler implements RegistryHandler {
    private final AtomicReference<Held> current;

    SwitchedHandler(RegistryHandler handler, Runnable over) {
        current = new AtomicReference<>(new Held(handler, over));
    }

    /** A handler with those who use it. */
    private static final class Held {
        final RegistryHandler handler;
        final Runnable over;

        /** Whoever exchanges it is one of them. */
        final AtomicInteger users = new AtomicInteger(1);

        Held(RegistryHandler handler, Runnable over) {
            this.handler = handler;
            this.over = over;
        }

        /** False where it is over. */
        boolean enter() {
            return users.getAndUpdate(before -> before == 0 ? 0 : before + 1) > 0;
        }

        void leave() {
            if (users.decrementAndGet() == 0) {
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

    /** No lock, since every request comes through here. */
    private Held enter() {
        while (true) {
            Held held = Objects.requireNonNull(current.get());
            if (held.enter()) {
                return held;
            }
            // Exchanged this moment.
        }
    }

    /**
     * Requests from now on are another handler's.
     *
     * @param over run once, when nobody uses that handler any more
     */
    void exchange(RegistryHandler handler, Runnable over) {
        Objects.requireNonNull(current.getAndSet(new Held(handler, over))).leave();
    }
}
