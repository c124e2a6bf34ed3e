package io.github.registryproxy.facade.chain;

import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.facade.model.Admission;
import io.github.registryproxy.facade.model.Route;
import io.github.registryproxy.facade.model.Site;
import io.github.registryproxy.facade.model.UnusableException;
import io.github.registryproxy.facade.model.Upstream;
import io.github.registryproxy.metrics.Metrics;
import io.github.registryproxy.middleware.PullOnly;
import io.github.registryproxy.middleware.RefuseCatalog;
import io.github.registryproxy.middleware.RenameRepository;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Decides what a request is about: an upstream, by one of the routes to it. */
final class Routes {
    private final Site site;
    private final Map<Upstream, UpstreamChain> upstreams;
    private final Shared.Lease lease;
    private final Optional<OpenStores> stores;
    private final Metrics metrics;

    Routes(
            Site site,
            Map<Upstream, UpstreamChain> upstreams,
            Shared.Lease lease,
            Optional<OpenStores> stores,
            Metrics metrics) {
        this.site = site;
        this.upstreams = upstreams;
        this.lease = lease;
        this.stores = stores;
        this.metrics = metrics;
    }

    RegistryHandler handler() throws UnusableException {
        Route route = site.routes().get(0);
        RegistryProxy.Builder chain = RegistryProxy.builder();
        if (!route.catalog()) {
            chain.use(new RefuseCatalog());
        }
        if (route.writes() == Route.Writes.UNSUPPORTED) {
            chain.use(new PullOnly());
        }
        return chain.upstream(admitted(route)).build()::handle;
    }

    private record AdmittedTo(List<Upstream> upstreams, Admission admission) {}

    /** The same for all routes that serve the same of the same upstreams: what their policies have learnt is one. */
    private RegistryHandler admitted(Route route) throws UnusableException {
        AdmittedTo key = new AdmittedTo(route.upstreams(), route.admission());
        RegistryProxy admitted = lease.take(key, RegistryProxy.class, () -> {
            RegistryProxy.Builder chain = RegistryProxy.builder();
            PolicyLinks.use(chain, route.admission(), route.upstreams(), stores.map(OpenStores::cache), metrics);
            return chain.upstream(named(route.upstreams().get(0))).build();
        });
        return admitted::handle;
    }

    /** By the names without the upstream's prefix. */
    private RegistryHandler named(Upstream upstream) {
        RegistryProxy.Builder chain = RegistryProxy.builder();
        upstream.prefix().ifPresent(prefix -> chain.use(RenameRepository.under(prefix.value())));
        UpstreamChain behind = Objects.requireNonNull(upstreams.get(upstream));
        return chain.upstream(behind::handle).build()::handle;
    }
}
