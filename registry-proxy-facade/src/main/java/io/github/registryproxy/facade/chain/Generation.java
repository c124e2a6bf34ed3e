package io.github.registryproxy.facade.chain;

import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.facade.model.Site;
import io.github.registryproxy.facade.model.UnusableException;
import io.github.registryproxy.facade.model.Upstream;
import io.github.registryproxy.middleware.AccessLog;
import io.github.registryproxy.middleware.CountRequests;
import io.github.registryproxy.middleware.LimitRequests;
import io.github.registryproxy.middleware.RedirectBrowsers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A site as it is between two changes: its whole chain, with what it has taken of what is shared. */
final class Generation implements AutoCloseable {
    private final Site site;
    private final RegistryHandler handler;
    private final List<CachedUpstream> cached;
    private final Shared.Lease lease;

    private Generation(Site site, RegistryHandler handler, List<CachedUpstream> cached, Shared.Lease lease) {
        this.site = site;
        this.handler = handler;
        this.cached = cached;
        this.lease = lease;
    }

    static Generation of(Site site, Shared.Lease lease, Optional<OpenStores> stores, LatestMetrics metrics)
            throws UnusableException {
        try {
            RegistryProxy.Builder chain =
                    RegistryProxy.builder().use(new CountRequests(metrics)).use(new AccessLog());
            site.browsers().ifPresent(target -> chain.use(new RedirectBrowsers(target)));
            EntranceLinks.use(chain, site.entrance(), lease, metrics);
            // Inside the login: it reads manifests of unknown length, and of strangers nothing is read.
            chain.use(LimitRequests.builder().build());
            Map<Upstream, UpstreamChain> upstreams = new LinkedHashMap<>();
            for (Upstream upstream : site.upstreams()) {
                upstreams.put(upstream, upstream(site, upstream, lease, stores, metrics));
            }
            RegistryHandler routes = new Routes(site, upstreams, lease, stores, metrics).handler();
            List<CachedUpstream> cached = upstreams.values().stream()
                    .flatMap(one -> one.cached().stream())
                    .toList();
            return new Generation(site, chain.upstream(routes).build()::handle, cached, lease);
        } catch (UnusableException | RuntimeException e) {
            lease.close();
            throw e;
        }
    }

    private record ChainOf(Upstream upstream, boolean catalog) {}

    private static UpstreamChain upstream(
            Site site, Upstream upstream, Shared.Lease lease, Optional<OpenStores> stores, LatestMetrics metrics)
            throws UnusableException {
        boolean catalog = site.routes().stream()
                .anyMatch(route -> route.catalog() && route.upstreams().contains(upstream));
        return lease.take(
                new ChainOf(upstream, catalog),
                UpstreamChain.class,
                () -> UpstreamChain.of(upstream, stores.map(OpenStores::cache), catalog, metrics));
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

    @Override
    public void close() {
        lease.close();
    }
}
