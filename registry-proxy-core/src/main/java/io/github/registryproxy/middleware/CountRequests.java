package io.github.registryproxy.middleware;

import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.metrics.Metrics;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * Counts each request by its operation and status, with the time until its answer began. Place it outermost.
 *
 * <pre>{@code
 * RegistryProxy.builder().use(new CountRequests(metrics)).upstream(hub).build();
 * }</pre>
 */
public final class CountRequests implements Middleware {
    private static final int NO_ANSWER = 502;
    private static final int DEFECT = 500;

    private final Metrics metrics;
    private final LongSupplier nanos;

    public CountRequests(Metrics metrics) {
        this(metrics, System::nanoTime);
    }

    /** With a clock that only goes forward, in nanoseconds. */
    public CountRequests(Metrics metrics, LongSupplier nanos) {
        this.metrics = Objects.requireNonNull(metrics, "metrics");
        this.nanos = Objects.requireNonNull(nanos, "nanos");
    }

    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        long start = nanos.getAsLong();
        int status = DEFECT;
        try {
            RegistryResponse response = next.handle(request);
            status = response.status();
            return response;
        } catch (IOException e) {
            status = NO_ANSWER;
            throw e;
        } finally {
            metrics.answered(request.operation(), status, Duration.ofNanos(nanos.getAsLong() - start));
        }
    }
}
