package io.github.registryproxy.facade.chain;

import io.github.registryproxy.cache.CacheMetrics;
import io.github.registryproxy.metrics.Gauge;
import io.github.registryproxy.metrics.Metrics;
import io.github.registryproxy.policy.Audit;
import io.github.registryproxy.protocol.Operation;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/** Metrics whose gauges are registered once, and show what was measured last: chains come and go, what collects stays. */
final class LatestMetrics implements Metrics {
    private final Metrics metrics;
    private final ConcurrentMap<Key, AtomicReference<@Nullable DoubleSupplier>> measured = new ConcurrentHashMap<>();

    private record Key(Gauge gauge, String upstream) {}

    LatestMetrics(Metrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void measure(Gauge gauge, String upstream, DoubleSupplier value) {
        measured.computeIfAbsent(new Key(gauge, upstream), this::register).set(value);
    }

    /** Not a number any more, unless somebody else measures it by now. */
    void forget(Gauge gauge, String upstream, DoubleSupplier value) {
        AtomicReference<@Nullable DoubleSupplier> latest = measured.get(new Key(gauge, upstream));
        if (latest != null) {
            latest.compareAndSet(value, null);
        }
    }

    private AtomicReference<@Nullable DoubleSupplier> register(Key key) {
        AtomicReference<@Nullable DoubleSupplier> latest = new AtomicReference<>();
        metrics.measure(key.gauge, key.upstream, () -> {
            DoubleSupplier value = latest.get();
            return value == null ? Double.NaN : value.getAsDouble();
        });
        return latest;
    }

    @Override
    public CacheMetrics cache(String upstream) {
        return metrics.cache(upstream);
    }

    @Override
    public void answered(Operation operation, int status, Duration took) {
        metrics.answered(operation, status, took);
    }

    @Override
    public void refused(String policy, boolean dryRun) {
        metrics.refused(policy, dryRun);
    }

    @Override
    public Audit audit() {
        return metrics.audit();
    }
}
