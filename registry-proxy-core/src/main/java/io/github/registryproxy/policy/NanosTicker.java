package io.github.registryproxy.policy;

import com.google.common.base.Ticker;
import java.util.function.LongSupplier;

/** A monotonic clock as Guava's caches read it. */
final class NanosTicker extends Ticker {
    private final LongSupplier nanos;

    NanosTicker(LongSupplier nanos) {
        this.nanos = nanos;
    }

    @Override
    public long read() {
        return nanos.getAsLong();
    }
}
