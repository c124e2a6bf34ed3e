package io.github.registryproxy.facade.chain;

import io.github.registryproxy.cache.Breaker;
import io.github.registryproxy.metrics.Gauge;
import io.github.registryproxy.middleware.WatchRateLimit;
import io.github.registryproxy.protocol.RateLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/** What can be looked at now and then, of one upstream or store, until it is closed. */
final class Measures implements AutoCloseable {
    private final LatestMetrics metrics;
    private final String name;
    private final List<Runnable> forgetting = new ArrayList<>();

    /** @param name of what it is about: an upstream's name */
    Measures(LatestMetrics metrics, String name) {
        this.metrics = metrics;
        this.name = name;
    }

    private void measure(Gauge gauge, DoubleSupplier value) {
        metrics.measure(gauge, name, value);
        forgetting.add(() -> metrics.forget(gauge, name, value));
    }

    void breaker(Breaker breaker) {
        measure(Gauge.BREAKER_OPEN, () -> breaker.isOpen() ? 1 : 0);
    }

    /** The directory, where there is one: what is in memory before it is no more than a copy. */
    void store(OpenStores stores) {
        if (stores.directory().isPresent()) {
            var store = stores.directory().get();
            measure(Gauge.STORE_ENTRIES, store::entries);
            measure(Gauge.STORE_BYTES, store::bytes);
            measure(Gauge.STORE_CAPACITY, store::capacity);
            measure(Gauge.STORE_UNFINISHED, store::stagingBytes);
            measure(Gauge.STORE_EVICTED, store::evicted);
        } else {
            var store = stores.memory();
            measure(Gauge.STORE_ENTRIES, store::entries);
            measure(Gauge.STORE_BYTES, store::bytes);
            measure(Gauge.STORE_CAPACITY, store::capacity);
            measure(Gauge.STORE_UNFINISHED, store::stagingBytes);
            measure(Gauge.STORE_EVICTED, store::evicted);
        }
    }

    /** A link for the end of the chain, next to the upstream. */
    WatchRateLimit rateLimit() {
        WatchRateLimit watch = new WatchRateLimit();
        measure(Gauge.RATE_LIMIT, () -> requests(watch.limit()));
        measure(Gauge.RATE_REMAINING, () -> requests(watch.remaining()));
        return watch;
    }

    private static double requests(Optional<RateLimit> limit) {
        return limit.map(said -> (double) said.requests()).orElse(Double.NaN);
    }

    @Override
    public void close() {
        forgetting.forEach(Runnable::run);
    }
}
