package io.github.registryproxy.cache;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Uses a store that may fail: the work goes on without it, counted each time and logged once a minute. */
final class StoreGuard {
    private static final Logger LOG = System.getLogger(StoreGuard.class.getName());
    private static final long LOG_EVERY = Duration.ofMinutes(1).toNanos();

    private final CacheMetrics metrics;
    private final LongSupplier nanos;
    private final AtomicLong nextLog;

    @FunctionalInterface
    interface Use<T> {
        T apply() throws IOException;
    }

    StoreGuard(CacheMetrics metrics, LongSupplier nanos) {
        this.metrics = metrics;
        this.nanos = nanos;
        this.nextLog = new AtomicLong(nanos.getAsLong());
    }

    /** What the use of the store gives, or that other value when the store cannot. */
    <T> T orElse(T without, Use<T> use) {
        try {
            return use.apply();
        } catch (IOException | UncheckedIOException e) {
            failed(e);
            return without;
        }
    }

    private void failed(Exception e) {
        metrics.bypassed();
        long now = nanos.getAsLong();
        long due = nextLog.get();
        if (now - due >= 0 && nextLog.compareAndSet(due, now + LOG_EVERY)) {
            LOG.log(Level.WARNING, "the store cannot be used, manifests pass uncached: {0}", e.toString());
        }
    }
}
