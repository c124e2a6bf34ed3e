package io.github.registryproxy.route;

import io.github.registryproxy.Body;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Operation.InRepository;
import io.github.registryproxy.protocol.Operation.MountBlob;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Scope;
import io.github.registryproxy.protocol.Target;
import io.github.registryproxy.protocol.TokenForm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Asks the registry that a repository's name says: the longest prefix of whole components wins, and a name that is itself a
 * prefix is not below it. Names arrive unchanged; where a registry has other ones, put {@link
 * io.github.registryproxy.middleware.RenameRepository} before it.
 *
 * <pre>{@code
 * RouteByRepository.builder().route(new RepositoryName("proxy/ghcr.io"), ghcr).otherwise(hosted).build();
 * }</pre>
 *
 * <p>No request concerns two registries: a mount from another one begins an upload (end-11), and a token is asked for at the
 * registry of the first repository it is for, without what others would grant. The version check, the catalog, unknown
 * endpoints and tokens for no repository are the business of {@link Builder#otherwise}.
 */
public final class RouteByRepository implements RegistryHandler, AutoCloseable {
    private final Map<String, RegistryHandler> routes;
    private final RegistryHandler otherwise;

    private RouteByRepository(Map<String, RegistryHandler> routes, RegistryHandler otherwise) {
        this.routes = Map.copyOf(routes);
        this.otherwise = otherwise;
    }

    public static Builder builder() {
        return new Builder();
    }

    @Override
    public RegistryResponse handle(RegistryRequest request) throws IOException {
        Operation operation = request.operation();
        if (operation instanceof Operation.Token token) {
            return token(request, token);
        }
        if (!(operation instanceof InRepository in)) {
            return otherwise.handle(request);
        }
        RegistryHandler route = route(in.repository());
        return route.handle(operation instanceof MountBlob mount ? mounted(request, mount, route) : request);
    }

    private RegistryHandler route(RepositoryName name) {
        String value = name.value();
        for (int slash = value.lastIndexOf('/'); slash > 0; slash = value.lastIndexOf('/', slash - 1)) {
            RegistryHandler route = routes.get(value.substring(0, slash));
            if (route != null) {
                return route;
            }
        }
        return otherwise;
    }

    private RegistryRequest mounted(RegistryRequest request, MountBlob mount, RegistryHandler route) {
        if (mount.from().isEmpty() || isAt(route, mount.from().get())) {
            return request;
        }
        // end-11: a registry that cannot mount begins an upload instead; a digest beside it would make it end-4b.
        Operation start = new Operation.StartUpload(mount.repository());
        return request.with(new Target(start, request.target().rest().without("digest"::equals)));
    }

    private boolean isAt(RegistryHandler route, RepositoryName name) {
        return route(name) == route;
    }

    /** By POST the scopes are in the form. A token may grant less than was asked for, and never more. */
    private RegistryResponse token(RegistryRequest request, Operation.Token token) throws IOException {
        if (!request.method().equals("POST")) {
            RegistryHandler route = route(token.asked());
            return route.handle(request.with(new Operation.Token(at(route, token.asked()), token.service())));
        }
        TokenForm form = TokenForm.parse(request.body().readAll(TokenForm.LARGEST));
        List<Scope> all =
                Stream.concat(form.scopes().stream(), token.asked().stream()).toList();
        RegistryHandler route = route(all);
        TokenForm routed = form.withScopes(at(route, form.scopes()));
        return route.handle(request.with(new Operation.Token(at(route, token.asked()), token.service()))
                .withBody(Body.of(routed.render())));
    }

    private RegistryHandler route(List<Scope> scopes) {
        return scopes.stream()
                .flatMap(scope -> scope.repositoryName().stream())
                .findFirst()
                .map(this::route)
                .orElse(otherwise);
    }

    private List<Scope> at(RegistryHandler route, List<Scope> scopes) {
        return scopes.stream()
                .filter(scope -> scope.repositoryName().map(this::route).orElse(otherwise) == route)
                .toList();
    }

    /** Closes the registries behind that can be closed. */
    @Override
    public void close() {
        List<RegistryHandler> all = new ArrayList<>(routes.values());
        all.add(otherwise);
        Handlers.close(all);
    }

    /** Says which names lead where; there is at least one route. */
    public static final class Builder {
        private final Map<String, RegistryHandler> routes = new LinkedHashMap<>();
        private @Nullable RegistryHandler otherwise;

        private Builder() {}

        /** Names below the prefix lead there; a prefix has one route. */
        public Builder route(RepositoryName prefix, RegistryHandler handler) {
            Objects.requireNonNull(handler, "handler");
            if (routes.putIfAbsent(prefix.value(), handler) != null) {
                throw new IllegalArgumentException("two routes for names below " + prefix);
            }
            return this;
        }

        /** All else leads there. Default: names are unknown (NAME_UNKNOWN), and the version check is answered here. */
        public Builder otherwise(RegistryHandler handler) {
            otherwise = Objects.requireNonNull(handler, "handler");
            return this;
        }

        public RouteByRepository build() {
            if (routes.isEmpty()) {
                throw new IllegalStateException("no route: call route(prefix, handler) before build()");
            }
            return new RouteByRepository(routes, Optional.ofNullable(otherwise).orElse(Handlers::nobody));
        }
    }
}
