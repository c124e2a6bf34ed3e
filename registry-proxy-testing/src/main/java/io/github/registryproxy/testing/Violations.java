package io.github.registryproxy.testing;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The first breach of a contract, kept where somebody may have swallowed it. */
final class Violations {
    private final AtomicReference<@Nullable AssertionError> first = new AtomicReference<>();

    /** Keeps the violation and returns it, to be thrown. */
    AssertionError add(String what) {
        AssertionError violation = new AssertionError(what);
        first.compareAndSet(null, violation);
        return violation;
    }

    /** A new error each time: in a try-with-resources, the first one may be on its way already. */
    void throwFirst() {
        AssertionError violation = first.get();
        if (violation != null) {
            throw new AssertionError(violation.getMessage(), violation);
        }
    }
}
