package io.github.registryproxy.micrometer;

import io.github.registryproxy.cache.CacheMetrics;
import io.github.registryproxy.metrics.Gauge;
import io.github.registryproxy.metrics.Metrics;
import io.github.registryproxy.protocol.Operation;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Meters in a registry of Micrometer, which stays the caller's.
 *
 * <table>
 * <caption>Meters; tags never hold what a client can choose</caption>
 * <tr><th>name</th><th>kind</th><th>tags</th></tr>
 * <tr><td>registryproxy.requests</td><td>timer, until the answer begins</td><td>operation, status (2xx)</td></tr>
 * <tr><td>registryproxy.refusals</td><td>counter</td><td>policy, mode (enforced, dry-run)</td></tr>
 * <tr><td>registryproxy.cache.answers</td><td>counter</td><td>upstream, state</td></tr>
 * <tr><td>registryproxy.cache.fetched, .served</td><td>counter, bytes</td><td>upstream</td></tr>
 * <tr><td>registryproxy.cache.resumed, .saved, .bypassed</td><td>counter; .saved in bytes</td><td>upstream</td></tr>
 * <tr><td>registryproxy.store.entries, .bytes, .capacity, .unfinished</td><td>gauge</td><td>upstream</td></tr>
 * <tr><td>registryproxy.store.evicted, .damaged</td><td>counter</td><td>upstream</td></tr>
 * <tr><td>registryproxy.hosted.entries, .bytes, .repositories, .damaged</td><td>gauge</td><td>upstream (hosted)</td></tr>
 * <tr><td>registryproxy.upstream.breaker.open, .ratelimit.limit, .ratelimit.remaining</td><td>gauge</td><td>upstream</td></tr>
 * </table>
 *
 * <pre>{@code
 * Metrics metrics = new MicrometerMetrics(registry);
 * RegistryProxy.builder().use(new CountRequests(metrics)).upstream(hub).build();
 * }</pre>
 */
public final class MicrometerMetrics implements Metrics {
    static final String PREFIX = "registryproxy.";

    private final MeterRegistry registry;
    private final ConcurrentMap<Answered, Timer> timers = new ConcurrentHashMap<>();
    private final ConcurrentMap<Refused, Counter> refusals = new ConcurrentHashMap<>();

    /** What tells requests apart; there are as many as operations and classes of statuses. */
    private record Answered(Class<? extends Operation> operation, int status) {}

    private record Refused(String policy, boolean dryRun) {}

    public MicrometerMetrics(MeterRegistry registry) {
        this.registry = Objects.requireNonNull(registry, "registry");
    }

    @Override
    public CacheMetrics cache(String upstream) {
        return new CacheMeters(registry, upstream);
    }

    @Override
    public void answered(Operation operation, int status, Duration took) {
        timers.computeIfAbsent(new Answered(operation.getClass(), status / 100), this::timer)
                .record(took);
    }

    private Timer timer(Answered answered) {
        return Timer.builder(PREFIX + "requests")
                .description("Requests, with the time until their answer began")
                .tag("operation", answered.operation.getSimpleName())
                .tag("status", answered.status + "xx")
                .register(registry);
    }

    @Override
    public void refused(String policy, boolean dryRun) {
        refusals.computeIfAbsent(new Refused(policy, dryRun), this::refusals).increment();
    }

    private Counter refusals(Refused refused) {
        return Counter.builder(PREFIX + "refusals")
                .description("What policies refused, or would refuse")
                .tag("policy", refused.policy)
                .tag("mode", refused.dryRun ? "dry-run" : "enforced")
                .register(registry);
    }

    @Override
    public void measure(Gauge gauge, String upstream, DoubleSupplier value) {
        switch (gauge) {
            case STORE_ENTRIES -> gauge("store.entries", "Blobs and manifests that are kept", null, upstream, value);
            case STORE_BYTES -> gauge("store.bytes", "What they take", "bytes", upstream, value);
            case STORE_CAPACITY -> gauge("store.capacity", "What they may take", "bytes", upstream, value);
            case STORE_UNFINISHED -> gauge("store.unfinished", "What is being fetched", "bytes", upstream, value);
            case STORE_EVICTED -> counter("store.evicted", "Entries that had to make room", upstream, value);
            case STORE_DAMAGED -> counter("store.damaged", "Entries that were damaged on the disk", upstream, value);
            case HOSTED_ENTRIES -> gauge("hosted.entries", "Blobs and manifests of one's own", null, upstream, value);
            case HOSTED_BYTES -> gauge("hosted.bytes", "What they take", "bytes", upstream, value);
            case HOSTED_REPOSITORIES ->
                gauge("hosted.repositories", "Repositories of one's own", null, upstream, value);
            case HOSTED_DAMAGED -> gauge("hosted.damaged", "Hosted content to be pushed again", null, upstream, value);
            case BREAKER_OPEN ->
                gauge("upstream.breaker.open", "1 while the upstream is away and not asked", null, upstream, value);
            case RATE_LIMIT ->
                gauge("upstream.ratelimit.limit", "Requests it allows in its window", null, upstream, value);
            case RATE_REMAINING ->
                gauge("upstream.ratelimit.remaining", "How many of these are left", null, upstream, value);
        }
    }

    private void counter(String name, String description, String upstream, DoubleSupplier value) {
        FunctionCounter.builder(PREFIX + name, value, DoubleSupplier::getAsDouble)
                .description(description)
                .tag("upstream", upstream)
                .register(registry);
    }

    private void gauge(String name, String description, @Nullable String unit, String upstream, DoubleSupplier value) {
        io.micrometer.core.instrument.Gauge.builder(PREFIX + name, value::getAsDouble)
                .description(description)
                .baseUnit(unit)
                .tag("upstream", upstream)
                .register(registry);
    }
}
