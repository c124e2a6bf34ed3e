package io.github.registryproxy.testing;

import io.github.registryproxy.BodySource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Whether a response was closed, and that nobody reads it afterwards. */
final class Received {
    private final String what;
    private final Violations violations;
    private final AtomicBoolean closed = new AtomicBoolean();
    private Runnable whenClosed = () -> {};

    Received(String what, Violations violations) {
        this.what = what;
        this.violations = violations;
    }

    void whenClosed(Runnable check) {
        whenClosed = check;
    }

    boolean isClosed() {
        return closed.get();
    }

    BodySource of(BodySource source) {
        return new BodySource() {
            @Override
            public @Nullable ByteBuffer read() throws IOException {
                if (closed.get()) {
                    throw violations.add(what + " was read after it was closed");
                }
                return source.read();
            }

            @Override
            public void close() throws IOException {
                boolean first = !closed.getAndSet(true);
                source.close();
                if (first) {
                    whenClosed.run();
                }
            }
        };
    }

    @Override
    public String toString() {
        return what;
    }
}
