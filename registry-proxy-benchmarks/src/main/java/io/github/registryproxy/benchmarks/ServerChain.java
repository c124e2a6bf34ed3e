package io.github.registryproxy.benchmarks;

import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.cache.CacheAccess;
import io.github.registryproxy.cache.CacheMetrics;
import io.github.registryproxy.cache.Caching;
import io.github.registryproxy.metrics.Metrics;
import io.github.registryproxy.micrometer.MicrometerMetrics;
import io.github.registryproxy.middleware.AccessLog;
import io.github.registryproxy.middleware.CountRequests;
import io.github.registryproxy.middleware.HeedRateLimit;
import io.github.registryproxy.middleware.LimitRequests;
import io.github.registryproxy.middleware.PullOnly;
import io.github.registryproxy.middleware.RedirectBrowsers;
import io.github.registryproxy.middleware.RefuseCatalog;
import io.github.registryproxy.middleware.RenameRepository;
import io.github.registryproxy.middleware.WatchRateLimit;
import io.github.registryproxy.store.ContentStore;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The chain that the server makes of its defaults for one registry with a prefix, metrics switched on: the same links, nested in the
 * same way, without the two that only change and close a configuration. At its end stands a handler in place of HTTP. Lines of
 * the access log are made, and go nowhere: where they are written to is another's cost.
 */
final class ServerChain {
    private static final String UPSTREAM = "https://registry.example";

    /** The last line, where the compiler cannot tell that nobody reads it. */
    private static volatile String line = "";

    private ServerChain() {}

    /** Nothing is kept. */
    static RegistryProxy passing(RegistryHandler registry) {
        return around(registry, Optional.empty());
    }

    /** Kept in that store, which stays the caller's; tags are fresh for as long as any benchmark lasts. */
    static RegistryProxy caching(RegistryHandler registry, ContentStore store) {
        return around(registry, Optional.of(store));
    }

    private static RegistryProxy around(RegistryHandler registry, Optional<ContentStore> store) {
        Metrics metrics = new MicrometerMetrics(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
        Consumer<String> lines = text -> line = text;
        return RegistryProxy.builder()
                .use(new CountRequests(metrics))
                .use(new AccessLog(lines, System::nanoTime))
                .use(new RedirectBrowsers(URI.create("https://browsers.example")))
                .use(LimitRequests.builder().build())
                .upstream(route(upstream(registry, store, metrics)))
                .build();
    }

    private static RegistryProxy route(RegistryHandler upstream) {
        RegistryProxy prefixed = RegistryProxy.builder()
                .use(RenameRepository.under(Sample.PREFIX))
                .upstream(upstream)
                .build();
        RegistryProxy admitted = RegistryProxy.builder().upstream(prefixed).build();
        return RegistryProxy.builder()
                .use(new RefuseCatalog())
                .use(new PullOnly())
                .upstream(admitted)
                .build();
    }

    private static RegistryProxy upstream(RegistryHandler registry, Optional<ContentStore> store, Metrics metrics) {
        RegistryProxy.Builder chain = RegistryProxy.builder();
        store.ifPresent(kept -> cache(chain, kept, metrics.cache(UPSTREAM)));
        WatchRateLimit watch = new WatchRateLimit();
        return chain.use(HeedRateLimit.builder(watch).build())
                .use(watch)
                .upstream(registry)
                .build();
    }

    private static void cache(RegistryProxy.Builder chain, ContentStore store, CacheMetrics metrics) {
        chain.use(Caching.of(store, UPSTREAM)
                .access(CacheAccess.PUBLIC)
                .tagTtl(Duration.ofDays(1))
                .metrics(metrics)
                .build());
    }
}
