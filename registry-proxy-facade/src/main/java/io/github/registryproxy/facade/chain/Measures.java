package io.github.registryproxy.facade.chain;

import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.cache.Breaker;
import io.github.registryproxy.hosted.HostedStore;
import io.github.registryproxy.hosted.Usage;
import io.github.registryproxy.metrics.Gauge;
import io.github.registryproxy.middleware.HeedRateLimit;
import io.github.registryproxy.middleware.WatchRateLimit;
import io.github.registryproxy.protocol.RateLimit;
import io.github.registryproxy.store.DirectoryStore;
import io.github.registryproxy.store.MemoryStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.ToLongFunction;

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

    void store(DirectoryStore store) {
        measure(Gauge.STORE_ENTRIES, store::entries);
        measure(Gauge.STORE_BYTES, store::bytes);
        measure(Gauge.STORE_CAPACITY, store::capacity);
        measure(Gauge.STORE_UNFINISHED, store::stagingBytes);
        measure(Gauge.STORE_EVICTED, store::evicted);
        measure(Gauge.STORE_DAMAGED, store::damaged);
    }

    void store(MemoryStore store) {
        measure(Gauge.STORE_ENTRIES, store::entries);
        measure(Gauge.STORE_BYTES, store::bytes);
        measure(Gauge.STORE_CAPACITY, store::capacity);
        measure(Gauge.STORE_UNFINISHED, store::stagingBytes);
        measure(Gauge.STORE_EVICTED, store::evicted);
    }

    void hosted(HostedStore store) {
        measure(Gauge.HOSTED_ENTRIES, () -> usage(store, Usage::entries));
        measure(Gauge.HOSTED_BYTES, () -> usage(store, Usage::bytes));
        measure(Gauge.HOSTED_REPOSITORIES, () -> usage(store, Usage::repositories));
        measure(Gauge.HOSTED_DAMAGED, store::damaged);
    }

    private static double usage(HostedStore store, ToLongFunction<Usage> of) {
        try {
            return of.applyAsLong(store.usage());
        } catch (IOException e) {
            return Double.NaN; // said in the log of whoever reads and writes there
        }
    }

    /**
     * Links for the end of the chain, next to the upstream.
     *
     * @param oneClient whether all requests count as the same client's there
     */
    void rateLimit(RegistryProxy.Builder chain, boolean oneClient) {
        WatchRateLimit watch = new WatchRateLimit();
        measure(Gauge.RATE_LIMIT, () -> requests(watch.limit()));
        measure(Gauge.RATE_REMAINING, () -> requests(watch.remaining()));
        if (oneClient) {
            chain.use(HeedRateLimit.builder(watch).build());
        }
        chain.use(watch);
    }

    private static double requests(Optional<RateLimit> limit) {
        return limit.map(said -> (double) said.requests()).orElse(Double.NaN);
    }

    @Override
    public void close() {
        forgetting.forEach(Runnable::run);
    }
}
