package io.github.registryproxy.metrics;

import io.github.registryproxy.cache.CacheMetrics;
import io.github.registryproxy.policy.Audit;
import io.github.registryproxy.protocol.Operation;
import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * Where counters and gauges go. Nothing that is counted holds what a client can choose: no repository, no tag, no address.
 *
 * <p>Called from many threads, so implementations are quick and safe. What an implementation does not override counts nothing.
 */
public interface Metrics {
    /** Counts nothing. */
    Metrics NONE = new Metrics() {};

    /** What the cache before that upstream tells its events to. */
    default CacheMetrics cache(String upstream) {
        return CacheMetrics.NONE;
    }

    /**
     * A request was answered.
     *
     * @param status that of the answer; of those that get none, what the edge says instead
     * @param took until the answer began: a body may take as long as its reader likes
     */
    default void answered(Operation operation, int status, Duration took) {}

    /**
     * A policy refused a request.
     *
     * @param policy the policy's name
     * @param dryRun whether it only said that it would
     */
    default void refused(String policy, boolean dryRun) {}

    /**
     * Something to be looked at now and then, for as long as the process lives.
     *
     * @param upstream the registry that it is about
     * @param value quick, from any thread; NaN while it is not known
     */
    default void measure(Gauge gauge, String upstream, DoubleSupplier value) {}

    /** An audit that counts here. */
    default Audit audit() {
        return (request, policy, rule) -> refused(policy, Audit.isDryRun(request));
    }
}
