package io.github.registryproxy.micrometer;

import io.github.registryproxy.cache.CacheMetrics;
import io.github.registryproxy.cache.CacheState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The counters of one upstream's cache, there from the start so that their absence means something. */
final class CacheMeters implements CacheMetrics {
    private final MeterRegistry registry;
    private final String upstream;
    private final Map<CacheState, Counter> answers = new EnumMap<>(CacheState.class);
    private final Counter fetched;
    private final Counter served;
    private final Counter resumed;
    private final Counter saved;
    private final Counter bypassed;

    CacheMeters(MeterRegistry registry, String upstream) {
        this.registry = registry;
        this.upstream = upstream;
        for (CacheState state : CacheState.values()) {
            answers.put(
                    state,
                    Counter.builder(MicrometerMetrics.PREFIX + "cache.answers")
                            .description("Requests, by how the cache answered them")
                            .tag("upstream", upstream)
                            .tag("state", state.toString())
                            .register(registry));
        }
        fetched = counter("fetched", "Content that came from the upstream", "bytes");
        served = counter("served", "Content that went to clients from the store or a growing entry", "bytes");
        resumed = counter("resumed", "Fetches that went on where an earlier one had ended", null);
        saved = counter("saved", "What resumed fetches had already", "bytes");
        bypassed = counter("bypassed", "Times that the store could not be used", null);
    }

    private Counter counter(String name, String description, @Nullable String unit) {
        return Counter.builder(MicrometerMetrics.PREFIX + "cache." + name)
                .description(description)
                .baseUnit(unit)
                .tag("upstream", upstream)
                .register(registry);
    }

    @Override
    public void answered(CacheState state) {
        Counter counter = answers.get(state);
        if (counter != null) {
            counter.increment();
        }
    }

    @Override
    public void fetched(long bytes) {
        fetched.increment(bytes);
    }

    @Override
    public void served(long bytes) {
        served.increment(bytes);
    }

    @Override
    public void resumed(long bytesSaved) {
        resumed.increment();
        saved.increment(bytesSaved);
    }

    @Override
    public void bypassed() {
        bypassed.increment();
    }
}
