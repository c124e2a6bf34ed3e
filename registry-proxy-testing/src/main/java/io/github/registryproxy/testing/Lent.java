package io.github.registryproxy.testing;

import io.github.registryproxy.BodySource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A request's body that notices being closed by the middleware it is lent to. Whoever reads a body closes what it has opened,
 * so only this is a breach: closed by the middleware's thread, outside {@code next}, by somebody who has not read it there.
 */
final class Lent implements BodySource {
    private final BodySource source;
    private final BooleanSupplier insideNext;
    private final Violations violations;
    private final Thread borrower = Thread.currentThread();
    private boolean readByBorrower;

    Lent(BodySource source, BooleanSupplier insideNext, Violations violations) {
        this.source = source;
        this.insideNext = insideNext;
        this.violations = violations;
    }

    @Override
    public @Nullable ByteBuffer read() throws IOException {
        if (isBorrower()) {
            readByBorrower = true;
        }
        return source.read();
    }

    @Override
    public void close() throws IOException {
        if (isBorrower() && !readByBorrower) {
            throw violations.add("the request's body was closed by the middleware, though it is only lent");
        }
        source.close();
    }

    private boolean isBorrower() {
        return Thread.currentThread().equals(borrower) && !insideNext.getAsBoolean();
    }
}
