package io.github.registryproxy.servlet;

import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryProxy;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What a servlet is made of; immutable, the methods return changed copies. */
public final class ServletSettings {
    private final RegistryHandler handler;
    private final ClientResolver clients;
    private final @Nullable Executor executor;
    private final @Nullable AutoCloseable owned;

    private ServletSettings(
            RegistryHandler handler,
            ClientResolver clients,
            @Nullable Executor executor,
            @Nullable AutoCloseable owned) {
        this.handler = Objects.requireNonNull(handler, "handler");
        this.clients = Objects.requireNonNull(clients, "clients");
        this.executor = executor;
        this.owned = owned;
    }

    /** That handler; clients as their requests say; a virtual thread per request on Java 21 and newer; nothing owned. */
    public static ServletSettings of(RegistryHandler handler) {
        return new ServletSettings(
                handler, ClientResolver.fromRequest(), VirtualThreads.executor().orElse(null), null);
    }

    /** With another answer to who asks, and by which address. */
    public ServletSettings clients(ClientResolver other) {
        return new ServletSettings(handler, other, executor, owned);
    }

    /**
     * With threads for the work, where servlet and filters support asynchronous processing. The executor stays its owner's; a
     * request that it rejects is answered 503 with Retry-After.
     */
    public ServletSettings executor(Executor other) {
        return new ServletSettings(handler, clients, Objects.requireNonNull(other, "executor"), owned);
    }

    /** With the work done on the container's own threads. */
    public ServletSettings onContainerThreads() {
        return new ServletSettings(handler, clients, null, owned);
    }

    /** With something that the servlet closes when it is destroyed, such as the proxy. */
    public ServletSettings closing(AutoCloseable resource) {
        return new ServletSettings(handler, clients, executor, Objects.requireNonNull(resource, "resource"));
    }

    /** The handler as a proxy, which verifies what leaves it. */
    RegistryProxy proxy() {
        return handler instanceof RegistryProxy proxy
                ? proxy
                : RegistryProxy.builder().upstream(handler).build();
    }

    ClientResolver clients() {
        return clients;
    }

    Optional<Executor> executor() {
        return Optional.ofNullable(executor);
    }

    Optional<AutoCloseable> owned() {
        return Optional.ofNullable(owned);
    }
}
