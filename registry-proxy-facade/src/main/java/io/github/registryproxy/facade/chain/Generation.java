package io.github.registryproxy.facade.chain;

import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.facade.model.Hosting;
import io.github.registryproxy.facade.model.Keeping;
import io.github.registryproxy.facade.model.Site;
import io.github.registryproxy.facade.model.UnusableException;
import io.github.registryproxy.facade.model.Upstream;
import io.github.registryproxy.facade.place.Places;
import io.github.registryproxy.middleware.AccessLog;
import io.github.registryproxy.middleware.CountRequests;
import io.github.registryproxy.middleware.LimitRequests;
import io.github.registryproxy.middleware.RedirectBrowsers;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A site as it is between two changes: its whole chain, with what it has taken of what is shared. */
final class Generation implements AutoCloseable {
    private static final int LARGEST_MANIFEST = 4 * 1024 * 1024;

    private final Site site;
    private final Shared.Lease lease;
    private final LatestMetrics metrics;
    private final Optional<OpenCache> cache;
    private final Optional<OpenHosted> hosted;
    private final Optional<Collector> collector;
    private final List<CachedUpstream> cached;
    private final RegistryHandler handler;

    private Generation(Site site, Shared.Lease lease, LatestMetrics metrics) throws UnusableException {
        this.site = site;
        this.lease = lease;
        this.metrics = metrics;
        // First, so that it is closed last.
        cache = site.keeping().isPresent() ? Optional.of(cache(site.keeping().get())) : Optional.empty();
        hosted = site.hosting().isPresent() ? Optional.of(hosted(site.keeping().orElseThrow())) : Optional.empty();
        collector = hosted.isPresent()
                ? Optional.of(collector(hosted.get(), site.hosting().orElseThrow()))
                : Optional.empty();
        Map<Upstream, UpstreamChain> upstreams = new LinkedHashMap<>();
        for (Upstream upstream : site.upstreams()) {
            upstreams.put(upstream, upstream(upstream));
        }
        cached = upstreams.values().stream()
                .flatMap(one -> one.cached().stream())
                .toList();
        handler = handler(upstreams);
    }

    static Generation of(Site site, Shared.Lease lease, LatestMetrics metrics) throws UnusableException {
        try {
            return new Generation(site, lease, metrics);
        } catch (UnusableException | RuntimeException e) {
            lease.close();
            throw e;
        }
    }

    private record CacheAt(Optional<Path> directory) {}

    private OpenCache cache(Keeping keeping) throws UnusableException {
        return lease.take(new CacheAt(keeping.cache()), OpenCache.class, () -> OpenCache.open(keeping, metrics));
    }

    private record HostedAt(Path directory) {}

    private OpenHosted hosted(Keeping keeping) throws UnusableException {
        Path directory = keeping.hosted().orElseThrow();
        return lease.take(
                new HostedAt(directory), OpenHosted.class, () -> OpenHosted.open(directory, keeping.said(), metrics));
    }

    private record CollectorOf(OpenHosted store, Hosting.Collection said) {}

    private Collector collector(OpenHosted store, Hosting hosting) throws UnusableException {
        return lease.take(
                new CollectorOf(store, hosting.collection()),
                Collector.class,
                () -> Collector.start(store.store(), hosting.collection()));
    }

    private record ChainOf(Upstream upstream, boolean catalog, Optional<OpenCache> cache) {}

    private UpstreamChain upstream(Upstream upstream) throws UnusableException {
        boolean catalog = site.routes().stream()
                .anyMatch(route -> route.catalog() && route.upstreams().contains(upstream));
        return lease.take(
                new ChainOf(upstream, catalog, cache),
                UpstreamChain.class,
                () -> UpstreamChain.of(upstream, cache.map(OpenCache::store), catalog, metrics));
    }

    private record RegistryOf(OpenHosted store, Hosting hosting) {}

    private record LimitOf(int largestManifest) {}

    private RegistryHandler handler(Map<Upstream, UpstreamChain> upstreams) throws UnusableException {
        Places places = Places.of(site);
        RegistryProxy.Builder chain = RegistryProxy.builder();
        if (!places.areNames()) {
            chain.use(new ResolvePlace(places));
        }
        chain.use(new CountRequests(metrics)).use(new AccessLog());
        site.browsers().ifPresent(target -> chain.use(new RedirectBrowsers(target)));
        EntranceLinks.use(chain, site, places, lease, metrics);
        int largest = Math.max(
                LARGEST_MANIFEST, site.hosting().map(Hosting::manifestLimit).orElse(0));
        // Inside the login: it reads manifests of unknown length, and of strangers nothing is read.
        chain.use(lease.take(
                new LimitOf(largest),
                LimitRequests.class,
                () -> LimitRequests.builder().largestManifest(largest).build()));
        Optional<RegistryHandler> own = Optional.empty();
        if (hosted.isPresent()) {
            Hosting hosting = site.hosting().orElseThrow();
            OpenHosted store = hosted.get();
            RegistryProxy registry = lease.take(
                    new RegistryOf(store, hosting), RegistryProxy.class, () -> Hosted.registry(hosting, store.store()));
            own = Optional.of(registry::handle);
        }
        RegistryHandler routes = new Routes(site, places, upstreams, own, lease, cache.map(OpenCache::store), metrics);
        return chain.upstream(routes).build()::handle;
    }

    Site site() {
        return site;
    }

    RegistryHandler handler() {
        return handler;
    }

    /** What is kept of its upstreams, in their order. */
    List<CachedUpstream> cached() {
        return cached;
    }

    Optional<OpenCache> cache() {
        return cache;
    }

    Optional<OpenHosted> hosted() {
        return hosted;
    }

    Optional<Collector> collector() {
        return collector;
    }

    @Override
    public void close() {
        lease.close();
    }
}
