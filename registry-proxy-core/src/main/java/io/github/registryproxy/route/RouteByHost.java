package io.github.registryproxy.route;

import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.ErrorCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks the registry that goes by the host name the client used, whatever the port. The list is closed: without {@link
 * Builder#otherwise} any other name is refused with 421 (RFC 9110 section 15.5.20). Everything about a request concerns the one
 * registry, and passes unchanged.
 *
 * <pre>{@code
 * RouteByHost.builder().route("docker.example.com", hub).route("ghcr.example.com", ghcr).build();
 * }</pre>
 *
 * <p>The name is that of {@link io.github.registryproxy.Client#base}: as trustworthy as whoever made that.
 */
public final class RouteByHost implements RegistryHandler, AutoCloseable {
    private final Map<String, RegistryHandler> routes;
    private final RegistryHandler otherwise;

    private RouteByHost(Map<String, RegistryHandler> routes, RegistryHandler otherwise) {
        this.routes = Map.copyOf(routes);
        this.otherwise = otherwise;
    }

    public static Builder builder() {
        return new Builder();
    }

    @Override
    public RegistryResponse handle(RegistryRequest request) throws IOException {
        return routes.getOrDefault(request.client().host(), otherwise).handle(request);
    }

    private static RegistryResponse misdirected(RegistryRequest request) {
        return RegistryResponse.of(ErrorCode.DENIED
                .because("this registry does not go by the name it was asked by")
                .withStatus(421));
    }

    /** Closes the registries behind that can be closed. */
    @Override
    public void close() {
        List<RegistryHandler> all = new ArrayList<>(routes.values());
        all.add(otherwise);
        Handlers.close(all);
    }

    /** Says which host leads where; there is at least one route. */
    public static final class Builder {
        private final Map<String, RegistryHandler> routes = new LinkedHashMap<>();
        private @Nullable RegistryHandler otherwise;

        private Builder() {}

        /** That host, without a port, leads there; a host has one route. */
        public Builder route(String host, RegistryHandler handler) {
            Objects.requireNonNull(handler, "handler");
            if (!Hosts.isHost(host)) {
                throw new IllegalArgumentException("not a host name in lower case, without port: " + host);
            }
            if (routes.putIfAbsent(host, handler) != null) {
                throw new IllegalArgumentException("two routes for " + host);
            }
            return this;
        }

        /** Other hosts lead there. Default: they are refused, 421. */
        public Builder otherwise(RegistryHandler handler) {
            otherwise = Objects.requireNonNull(handler, "handler");
            return this;
        }

        public RouteByHost build() {
            if (routes.isEmpty()) {
                throw new IllegalStateException("no route: call route(host, handler) before build()");
            }
            return new RouteByHost(routes, Optional.ofNullable(otherwise).orElse(RouteByHost::misdirected));
        }
    }
}
