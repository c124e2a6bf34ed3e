package io.github.registryproxy.facade.chain;

import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.facade.model.Admission;
import io.github.registryproxy.facade.model.Names;
import io.github.registryproxy.facade.model.Route;
import io.github.registryproxy.facade.model.Route.Way;
import io.github.registryproxy.facade.model.Site;
import io.github.registryproxy.facade.model.UnusableException;
import io.github.registryproxy.facade.model.Upstream;
import io.github.registryproxy.metrics.Metrics;
import io.github.registryproxy.middleware.PullOnly;
import io.github.registryproxy.middleware.RefuseCatalog;
import io.github.registryproxy.middleware.RenameRepository;
import io.github.registryproxy.middleware.RepositoryMapping;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.route.Failover;
import io.github.registryproxy.route.InsertLibrary;
import io.github.registryproxy.route.RouteByHost;
import io.github.registryproxy.route.RouteByNamespace;
import io.github.registryproxy.route.RouteByRepository;
import io.github.registryproxy.store.ContentStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Decides what a request is about: an upstream, by one of the routes to it, or an image of one's own. */
final class Routes {
    private final Site site;
    private final Map<Upstream, UpstreamChain> upstreams;
    private final Optional<RegistryHandler> hosted;
    private final Shared.Lease lease;
    private final Optional<ContentStore> store;
    private final Metrics metrics;
    private final boolean several;

    Routes(
            Site site,
            Map<Upstream, UpstreamChain> upstreams,
            Optional<RegistryHandler> hosted,
            Shared.Lease lease,
            Optional<ContentStore> store,
            Metrics metrics) {
        this.site = site;
        this.upstreams = upstreams;
        this.hosted = hosted;
        this.lease = lease;
        this.store = store;
        this.metrics = metrics;
        this.several = site.upstreams().size() + (hosted.isPresent() ? 1 : 0) > 1;
    }

    /** What {@code ns} names, then what the host names, then what the repository's name says. */
    RegistryHandler handler() throws UnusableException {
        RegistryHandler rest = byHost(byRepository(otherwise()));
        Map<String, RegistryHandler> namespaces = new LinkedHashMap<>();
        for (Route route : site.routes()) {
            if (route.way() instanceof Way.Namespaces) {
                for (Upstream upstream : route.upstreams()) {
                    RegistryHandler handler = chain(only(route, upstream), Optional.empty());
                    upstream.names().forEach(name -> namespaces.put(name, handler));
                }
            }
        }
        if (namespaces.isEmpty()) {
            return rest;
        }
        RouteByNamespace.Builder byNamespace = RouteByNamespace.builder();
        namespaces.forEach(byNamespace::route);
        return RegistryProxy.builder().use(byNamespace.build()).upstream(rest).build()::handle;
    }

    /** What no route takes. */
    private RegistryHandler otherwise() throws UnusableException {
        for (Route route : site.routes()) {
            if (route.way() instanceof Way.Root) {
                return chain(route, Optional.empty());
            }
        }
        return hosted.orElse(nobody());
    }

    /** Where there is nothing. */
    private static RegistryHandler nobody() {
        return RegistryProxy.builder()
                .use(new AnswerPing())
                .use(DenyWrites.all())
                .upstream(request ->
                        RegistryResponse.of(ErrorCode.NAME_UNKNOWN.because("repository name not known to registry")))
                .build();
    }

    private RegistryHandler byHost(RegistryHandler otherwise) throws UnusableException {
        Map<String, RegistryHandler> hosts = new LinkedHashMap<>();
        for (Route route : site.routes()) {
            if (route.way() instanceof Way.Host host) {
                hosts.put(host.name(), chain(route, Optional.empty()));
            }
        }
        if (hosts.isEmpty()) {
            return otherwise;
        }
        RouteByHost.Builder byHost = RouteByHost.builder().otherwise(otherwise);
        hosts.forEach(byHost::route);
        return byHost.build()::handle;
    }

    private RegistryHandler byRepository(RegistryHandler otherwise) throws UnusableException {
        Map<RepositoryName, RegistryHandler> names = new LinkedHashMap<>();
        for (Route route : site.routes()) {
            if (route.way() instanceof Way.Below below) {
                names.put(below.name(), chain(route, Optional.of(below.name())));
            }
            if (route.way() instanceof Way.Named named) {
                for (Upstream upstream : route.upstreams()) {
                    for (RepositoryName mount : Names.mounts(named, upstream)) {
                        names.put(mount, chain(only(route, upstream), Optional.of(mount)));
                    }
                }
            }
        }
        // Nobody hosts under the name of a registry that is not listed, which would pass for that registry's.
        for (Route route : site.routes()) {
            if (route.way() instanceof Way.Named named && named.above().isPresent()) {
                names.putIfAbsent(named.above().get(), nobody());
            }
        }
        if (names.isEmpty()) {
            return otherwise;
        }
        RouteByRepository.Builder byRepository = RouteByRepository.builder().otherwise(otherwise);
        names.forEach(byRepository::route);
        return byRepository.build()::handle;
    }

    private static Route only(Route route, Upstream upstream) {
        return new Route(
                route.way(),
                List.of(upstream),
                route.stopAtErrors(),
                route.writes(),
                route.catalog(),
                route.admission());
    }

    /** By the names that clients use, which have the mount in front. */
    private RegistryHandler chain(Route route, Optional<RepositoryName> mount) throws UnusableException {
        RegistryProxy.Builder chain = RegistryProxy.builder();
        if (several && route.upstreams().stream().noneMatch(Upstream::clientsLogIn)) {
            chain.use(new AnswerPing());
        }
        if (!route.catalog()) {
            chain.use(new RefuseCatalog());
        }
        switch (route.writes()) {
            case PASS -> {}
            case UNSUPPORTED -> chain.use(new PullOnly());
            case DENIED -> chain.use(DenyWrites.all());
        }
        mount.ifPresent(name -> chain.use(new RenameRepository(RepositoryMapping.at(name, Optional.empty()))));
        if (route.upstreams().size() == 1 && route.upstreams().get(0).library()) {
            chain.use(new InsertLibrary());
        }
        return chain.upstream(admitted(route)).build()::handle;
    }

    /**
     * What a route leads to, whichever way it is taken.
     *
     * @param chains told apart by what they are: one that was made anew is another one, also where it is described as before
     */
    private record AdmittedTo(List<UpstreamChain> chains, boolean stopAtErrors, boolean writes, Admission admission) {}

    /** The same for all routes that serve the same of the same upstreams: what their policies have learnt is one. */
    private RegistryHandler admitted(Route route) throws UnusableException {
        AdmittedTo key = new AdmittedTo(
                route.upstreams().stream().map(this::behind).toList(),
                route.stopAtErrors(),
                route.writes() == Route.Writes.PASS,
                route.admission());
        RegistryProxy admitted = lease.take(key, RegistryProxy.class, () -> {
            RegistryProxy.Builder chain = RegistryProxy.builder();
            PolicyLinks.use(chain, route.admission(), route.upstreams(), store, metrics);
            return chain.upstream(asked(route)).build();
        });
        return admitted::handle;
    }

    private RegistryHandler asked(Route route) {
        if (route.upstreams().size() == 1) {
            return prefixed(route.upstreams().get(0), false);
        }
        Failover.Builder failover = Failover.builder();
        for (Upstream upstream : route.upstreams()) {
            failover.member(upstream.name(), prefixed(upstream, upstream.library()));
        }
        if (route.stopAtErrors()) {
            failover.stopAtErrors();
        }
        if (route.writes() == Route.Writes.PASS) {
            failover.writesToFirst();
        }
        return failover.build()::handle;
    }

    /** By the names without the upstream's prefix. */
    private RegistryHandler prefixed(Upstream upstream, boolean library) {
        RegistryProxy.Builder chain = RegistryProxy.builder();
        if (library) {
            chain.use(new InsertLibrary());
        }
        upstream.prefix().ifPresent(prefix -> chain.use(RenameRepository.under(prefix.value())));
        return chain.upstream(behind(upstream)::handle).build()::handle;
    }

    private UpstreamChain behind(Upstream upstream) {
        return Objects.requireNonNull(upstreams.get(upstream));
    }
}
