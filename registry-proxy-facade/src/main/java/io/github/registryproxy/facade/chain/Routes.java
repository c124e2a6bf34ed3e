package io.github.registryproxy.facade.chain;

import io.github.registryproxy.Body;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.facade.model.Admission;
import io.github.registryproxy.facade.model.Route;
import io.github.registryproxy.facade.model.Site;
import io.github.registryproxy.facade.model.UnusableException;
import io.github.registryproxy.facade.model.Upstream;
import io.github.registryproxy.facade.place.Destination;
import io.github.registryproxy.facade.place.Places;
import io.github.registryproxy.facade.place.Where;
import io.github.registryproxy.metrics.Metrics;
import io.github.registryproxy.middleware.PullOnly;
import io.github.registryproxy.middleware.RefuseCatalog;
import io.github.registryproxy.middleware.RenameRepository;
import io.github.registryproxy.policy.FilteredCatalog;
import io.github.registryproxy.protocol.Access;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Scope;
import io.github.registryproxy.protocol.Target;
import io.github.registryproxy.protocol.TokenForm;
import io.github.registryproxy.route.Failover;
import io.github.registryproxy.route.InsertLibrary;
import io.github.registryproxy.store.ContentStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Chains of the routes: leads each request to the upstreams, or to the site's own images, that its place says. */
final class Routes implements RegistryHandler {
    private final Places places;
    private final Map<Upstream, UpstreamChain> upstreams;
    private final Shared.Lease lease;
    private final Optional<ContentStore> store;
    private final Metrics metrics;
    private final boolean several;
    private final Map<Where, RegistryHandler> handlers = new HashMap<>();

    Routes(
            Site site,
            Places places,
            Map<Upstream, UpstreamChain> upstreams,
            Optional<RegistryHandler> hosted,
            Shared.Lease lease,
            Optional<ContentStore> store,
            Metrics metrics)
            throws UnusableException {
        this.places = places;
        this.upstreams = upstreams;
        this.lease = lease;
        this.store = store;
        this.metrics = metrics;
        this.several = site.upstreams().size() + (hosted.isPresent() ? 1 : 0) > 1;
        RegistryHandler nobody = nobody();
        handlers.put(Where.Own.NOWHERE, nobody);
        handlers.put(Where.Own.HOSTED, hosted.map(this::listed).orElse(nobody));
        for (Destination destination : places.destinations()) {
            handlers.put(destination, chain(destination));
        }
    }

    @Override
    public RegistryResponse handle(RegistryRequest request) throws IOException {
        Operation operation = request.operation();
        Where where = request.get(ResolvePlace.WHERE).orElse(places.otherwise());
        if (operation instanceof Operation.Malformed malformed && where == Where.Own.NOWHERE) {
            return RegistryResponse.of(malformed.error());
        }
        if (request.get(ResolvePlace.NAMESPACE).isPresent()) {
            Optional<RegistryResponse> refused = refused(request);
            if (refused.isPresent()) {
                return refused.get();
            }
        }
        if (operation instanceof Operation.Token token) {
            return token(request, token, where);
        }
        if (operation instanceof Operation.MountBlob mount && mount.from().isPresent()) {
            Where from = request.get(ResolvePlace.FROM).orElse(where);
            return at(where).handle(from.equals(where) ? request : uploaded(request, mount));
        }
        return at(where).handle(request);
    }

    private RegistryHandler at(Where where) {
        return Objects.requireNonNull(handlers.get(where));
    }

    /** The site's own images, without those that a route has taken the name of since they were pushed. */
    private RegistryHandler listed(RegistryHandler own) {
        return request -> request.operation() instanceof Operation.Catalog
                ? FilteredCatalog.of(request, own, name -> places.byName(name).where() == Where.Own.HOSTED)
                : own.handle(request);
    }

    /** What {@code ns} names can be read alone. */
    private static Optional<RegistryResponse> refused(RegistryRequest request) {
        Operation operation = request.operation();
        Access access = operation.access();
        if (access == Access.PULL || operation instanceof Operation.Token) {
            return Optional.empty();
        }
        boolean read = request.method().equals("GET") || request.isHead();
        if (access == Access.PUSH || access == Access.DELETE || !read) {
            return Optional.of(RegistryResponse.of(ErrorCode.DENIED.because("what ns names can be read alone")));
        }
        return Optional.of(RegistryResponse.of(
                operation instanceof Operation.Catalog
                        ? ErrorCode.UNSUPPORTED.because("this registry does not list its repositories")
                        : ErrorCode.NAME_UNKNOWN.because("no such endpoint")));
    }

    /** end-11: what cannot be mounted is uploaded; a digest beside it would make it end-4b. */
    private static RegistryRequest uploaded(RegistryRequest request, Operation.MountBlob mount) {
        Operation start = new Operation.StartUpload(mount.repository());
        return request.with(new Target(start, request.target().rest().without("digest"::equals)));
    }

    /**
     * A token of one upstream's, for clients who log in there: that of the first repository it is for. By POST the scopes are in the
     * form.
     */
    private RegistryResponse token(RegistryRequest request, Operation.Token token, Where where) throws IOException {
        if (!request.method().equals("POST")) {
            return at(ofScopes(token.asked(), where)).handle(request);
        }
        byte[] form = request.body().readAll(TokenForm.LARGEST);
        List<Scope> all = new ArrayList<>(TokenForm.parse(form).scopes());
        all.addAll(token.asked());
        return at(ofScopes(all, where)).handle(request.withBody(Body.of(form)));
    }

    private Where ofScopes(List<Scope> scopes, Where where) {
        if (!where.equals(places.otherwise())) {
            return where;
        }
        return scopes.stream()
                .flatMap(scope -> scope.repositoryName().stream())
                .findFirst()
                .map(name -> places.byName(name).where())
                .orElse(where);
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

    /** By canonical names. */
    private RegistryHandler chain(Destination destination) throws UnusableException {
        Route route = destination.route();
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
        if (!places.areNames()) {
            chain.use(new RenameRepository(CanonicalNames.toBelow(destination)));
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
