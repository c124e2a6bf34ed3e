package io.github.registryproxy.facade;

import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.cache.Breaker;
import io.github.registryproxy.metrics.Gauge;
import io.github.registryproxy.metrics.Metrics;
import io.github.registryproxy.middleware.HeedRateLimit;
import io.github.registryproxy.middleware.WatchRateLimit;
import io.github.registryproxy.protocol.RateLimit;
import io.github.registryproxy.store.DirectoryStore;
import io.github.registryproxy.store.MemoryStore;
import java.util.Optional;

/** What of a chain can be looked at now and then. */
final class Measures {
    private final Metrics metrics;
    private final String upstream;

    /**
     * Those of one upstream.
     *
     * @param upstream its origin
     */
    Measures(Metrics metrics, String upstream) {
        this.metrics = metrics;
        this.upstream = upstream;
    }

    void breaker(Breaker breaker) {
        metrics.measure(Gauge.BREAKER_OPEN, upstream, () -> breaker.isOpen() ? 1 : 0);
    }

    /** The directory, where there is one: what is in memory before it is no more than a copy. */
    void store(Settings.Cache cache) {
        if (cache.directory().isPresent()) {
            store(cache.directory().get());
        } else {
            store(cache.memory());
        }
    }

    private void store(DirectoryStore store) {
        metrics.measure(Gauge.STORE_ENTRIES, upstream, store::entries);
        metrics.measure(Gauge.STORE_BYTES, upstream, store::bytes);
        metrics.measure(Gauge.STORE_CAPACITY, upstream, store::capacity);
        metrics.measure(Gauge.STORE_UNFINISHED, upstream, store::stagingBytes);
        metrics.measure(Gauge.STORE_EVICTED, upstream, store::evicted);
    }

    private void store(MemoryStore store) {
        metrics.measure(Gauge.STORE_ENTRIES, upstream, store::entries);
        metrics.measure(Gauge.STORE_BYTES, upstream, store::bytes);
        metrics.measure(Gauge.STORE_CAPACITY, upstream, store::capacity);
        metrics.measure(Gauge.STORE_UNFINISHED, upstream, store::stagingBytes);
        metrics.measure(Gauge.STORE_EVICTED, upstream, store::evicted);
    }

    /**
     * Links for the end of the chain, next to the upstream.
     *
     * @param oneClient whether all requests count as the same client's there
     */
    void rateLimit(RegistryProxy.Builder chain, boolean oneClient) {
        WatchRateLimit watch = new WatchRateLimit();
        metrics.measure(Gauge.RATE_LIMIT, upstream, () -> requests(watch.limit()));
        metrics.measure(Gauge.RATE_REMAINING, upstream, () -> requests(watch.remaining()));
        if (oneClient) {
            chain.use(HeedRateLimit.builder(watch).build());
        }
        chain.use(watch);
    }

    private static double requests(Optional<RateLimit> limit) {
        return limit.map(said -> (double) said.requests()).orElse(Double.NaN);
    }
}
