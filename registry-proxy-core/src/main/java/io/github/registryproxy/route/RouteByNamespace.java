package io.github.registryproxy.route;

import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Access;
import io.github.registryproxy.protocol.Challenge;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Target;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Asks the registry that the query field {@code ns} names, as containerd's mirrors are told whom they stand for: distribution
 * specification 1.2, "Registry Proxying". A closed list is looked up: a name that is not in it is unknown (NAME_UNKNOWN, 404), and
 * nothing is resolved or dialled for it.
 *
 * <pre>{@code
 * RegistryProxy.builder()
 *         .use(RouteByNamespace.builder().route("docker.io", hub).route("ghcr.io", ghcr).build())
 *         .upstream(hosted)
 *         .build();
 * }</pre>
 *
 * <p>Reads are routed, and the token requests they need; writes are refused (DENIED, 403). Requests without {@code ns} and the
 * version check go on to the next handler. The registry sees no {@code ns}; what it answers carries {@code OCI-Namespace}, and
 * leads back to it: Location, Link, and a realm that is ours.
 */
public final class RouteByNamespace implements Middleware, AutoCloseable {
    private static final String NS = "ns";

    private final Map<String, RegistryHandler> routes;

    private RouteByNamespace(Map<String, RegistryHandler> routes) {
        this.routes = Map.copyOf(routes);
    }

    public static Builder builder() {
        return new Builder();
    }

    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        List<String> names = request.target().rest().all(NS);
        if (names.isEmpty()) {
            return next.handle(request);
        }
        if (names.size() > 1 || names.get(0).isEmpty()) {
            return RegistryResponse.of(ErrorCode.NAME_INVALID.because("ns names one registry"));
        }
        String namespace = names.get(0).toLowerCase(Locale.ROOT);
        RegistryHandler route = routes.get(namespace);
        if (route == null) {
            return RegistryResponse.of(ErrorCode.NAME_UNKNOWN.because("ns names no registry that is served here"));
        }
        Target bare = new Target(request.operation(), request.target().rest().without(NS::equals));
        return decided(request.with(bare), namespace, route, next);
    }

    private static RegistryResponse decided(
            RegistryRequest bare, String namespace, RegistryHandler route, RegistryHandler next) throws IOException {
        Operation operation = bare.operation();
        if (operation instanceof Operation.Ping) {
            return next.handle(bare);
        }
        if (operation.access() == Access.PULL || operation instanceof Operation.Token) {
            return Handlers.ask(route, bare).mapHeaders(headers -> named(bare, namespace, headers));
        }
        boolean read = bare.method().equals("GET") || bare.isHead();
        boolean write = operation.access() == Access.PUSH || operation.access() == Access.DELETE;
        return write || !read
                ? RegistryResponse.of(ErrorCode.DENIED.because("what ns names can be read alone"))
                : Handlers.nobody(bare);
    }

    private static Headers named(RegistryRequest request, String namespace, Headers headers) {
        Headers leading = OwnTargets.map(
                headers,
                target -> new Target(
                        target.operation(), target.rest().without(NS::equals).and(NS, namespace)));
        return realm(request, namespace, leading).with(HeaderNames.OCI_NAMESPACE, namespace);
    }

    /** A client that is sent to our token endpoint has to come back for this registry; clients keep a realm's query. */
    private static Headers realm(RegistryRequest request, String namespace, Headers headers) {
        String own = request.client().base() + Operation.Token.PATH;
        List<String> lines = headers.all(HeaderNames.WWW_AUTHENTICATE);
        List<Challenge> challenges = Challenge.parse(lines);
        if (challenges.stream().noneMatch(one -> isOwn(one, own))) {
            return headers;
        }
        String back = own + "?" + NS + "=" + namespace;
        Headers mapped = headers.without(HeaderNames.WWW_AUTHENTICATE);
        for (Challenge one : challenges) {
            Challenge leading = isOwn(one, own) ? one.with("realm", back) : one;
            String text = leading.toString();
            mapped = Headers.isLegal(HeaderNames.WWW_AUTHENTICATE, text)
                    ? mapped.and(HeaderNames.WWW_AUTHENTICATE, text)
                    : mapped;
        }
        return mapped;
    }

    private static boolean isOwn(Challenge challenge, String own) {
        return challenge.parameter("realm").filter(own::equals).isPresent();
    }

    /** Closes the registries behind that can be closed. */
    @Override
    public void close() {
        Handlers.close(routes.values());
    }

    /** Says which namespace leads where; there is at least one route. */
    public static final class Builder {
        private final Map<String, RegistryHandler> routes = new LinkedHashMap<>();

        private Builder() {}

        /**
         * That namespace leads there; a namespace has one route.
         *
         * @param namespace a host, or a host and a port, as clients name the registry, in lower case: {@code docker.io}
         */
        public Builder route(String namespace, RegistryHandler handler) {
            Objects.requireNonNull(handler, "handler");
            if (!Hosts.isAuthority(namespace)) {
                throw new IllegalArgumentException("not host or host:port in lower case: " + namespace);
            }
            if (routes.putIfAbsent(namespace, handler) != null) {
                throw new IllegalArgumentException("two routes for " + namespace);
            }
            return this;
        }

        public RouteByNamespace build() {
            if (routes.isEmpty()) {
                throw new IllegalStateException("no route: call route(namespace, handler) before build()");
            }
            return new RouteByNamespace(routes);
        }
    }
}
