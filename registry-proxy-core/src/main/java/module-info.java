/** Middlewares between OCI clients and any registry; start at {@link io.github.registryproxy.RegistryProxy}. */
@SuppressWarnings("module") // those that the internal package is exported to are not seen from here
module io.github.registryproxy.core {
    requires transitive org.jspecify;
    requires com.fasterxml.jackson.databind;
    requires com.google.common;
    requires java.net.http;

    exports io.github.registryproxy;
    exports io.github.registryproxy.auth;
    exports io.github.registryproxy.cache;
    exports io.github.registryproxy.document;
    exports io.github.registryproxy.hosted;
    exports io.github.registryproxy.internal to
            io.github.registryproxy.facade,
            io.github.registryproxy.httpclient5;
    exports io.github.registryproxy.metrics;
    exports io.github.registryproxy.middleware;
    exports io.github.registryproxy.policy;
    exports io.github.registryproxy.protocol;
    exports io.github.registryproxy.route;
    exports io.github.registryproxy.store;
    exports io.github.registryproxy.transport;
    exports io.github.registryproxy.upstream;

    provides io.github.registryproxy.auth.CredentialsKind with
            io.github.registryproxy.auth.DockerConfigKind;
}
