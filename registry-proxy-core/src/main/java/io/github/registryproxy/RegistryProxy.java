package io.github.registryproxy;

import io.github.registryproxy.protocol.RegistryException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Middlewares in front of an upstream, outermost first: {@code use(log).use(rename).upstream(u)} runs {@code
 * log(rename(u))}. Itself a handler, so proxies nest.
 *
 * <p>A refusal thrown anywhere becomes a response at the link it was thrown in, so the middlewares outside it see refusals
 * like any other answer. An {@link IOException} passes through all of them: no answer exists.
 *
 * <p>What leaves complete under a digest hashes to it, whatever the links do: a blob or manifest whose {@linkplain Body#digest()
 * body is not verified} is hashed while it leaves. What has a status that says nothing about content does not leave.
 */
public final class RegistryProxy implements RegistryHandler, ClientCredentials.Aware, AutoCloseable {
    private final RegistryHandler chain;
    private final RegistryHandler upstream;
    private final ClientCredentials credentials;
    private final List<AutoCloseable> owned;

    private RegistryProxy(
            RegistryHandler chain, RegistryHandler upstream, ClientCredentials credentials, List<AutoCloseable> owned) {
        this.chain = chain;
        this.upstream = upstream;
        this.credentials = credentials;
        this.owned = owned;
    }

    public static Builder builder() {
        return new Builder();
    }

    @Override
    public RegistryResponse handle(RegistryRequest request) throws IOException {
        return ContentGate.checked(request, chain.handle(request));
    }

    @Override
    public ClientCredentials clientCredentials() {
        return credentials;
    }

    @Override
    public String toString() {
        return "RegistryProxy in front of " + upstream;
    }

    /** Closes the middlewares and the upstream that can be closed, outermost first. */
    @Override
    public void close() {
        RuntimeException failure = null;
        for (AutoCloseable one : owned) {
            try {
                one.close();
            } catch (Exception e) {
                if (failure == null) {
                    failure = new IllegalStateException("could not close " + one, e);
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** Collects the links of the chain in reading order. */
    public static final class Builder {
        private final List<Middleware> middlewares = new ArrayList<>();
        private @Nullable RegistryHandler upstream;

        private Builder() {}

        /** Adds a middleware inside those added before. */
        public Builder use(Middleware middleware) {
            middlewares.add(Objects.requireNonNull(middleware, "middleware"));
            return this;
        }

        /** Sets what the innermost middleware calls. */
        public Builder upstream(RegistryHandler handler) {
            upstream = Objects.requireNonNull(handler, "handler");
            return this;
        }

        /**
         * The proxy.
         *
         * @throws IllegalStateException when there is no upstream, or when a cache was not told who may read it and the credentials
         *     of clients pass through it to the upstream: one client's content would be another's
         */
        public RegistryProxy build() {
            if (upstream == null) {
                throw new IllegalStateException("no upstream: call upstream(handler) before build()");
            }
            List<AutoCloseable> owned = new ArrayList<>();
            RegistryHandler chain = refusing(upstream);
            ClientCredentials credentials = upstream instanceof ClientCredentials.Aware link
                    ? link.clientCredentials()
                    : ClientCredentials.UNKNOWN;
            for (int i = middlewares.size() - 1; i >= 0; i--) {
                Middleware middleware = middlewares.get(i);
                chain = refusing(link(placed(middleware, credentials, upstream), chain));
                credentials =
                        middleware instanceof ClientCredentials.Aware link ? link.clientCredentials() : credentials;
            }
            for (Middleware middleware : middlewares) {
                own(middleware, owned);
            }
            own(upstream, owned);
            return new RegistryProxy(chain, upstream, credentials, List.copyOf(owned));
        }

        private static Middleware placed(Middleware middleware, ClientCredentials inside, RegistryHandler upstream) {
            return middleware instanceof ClientCredentials.Dependent dependent
                    ? dependent.inFrontOf(inside, upstream)
                    : middleware;
        }

        private static RegistryHandler link(Middleware middleware, RegistryHandler next) {
            return request -> middleware.handle(request, next);
        }

        private static RegistryHandler refusing(RegistryHandler handler) {
            return request -> {
                try {
                    return handler.handle(request);
                } catch (RegistryException e) {
                    return RegistryResponse.of(e.error());
                } catch (UncheckedIOException e) {
                    throw e.getCause();
                }
            };
        }

        private static void own(Object link, List<AutoCloseable> owned) {
            if (link instanceof AutoCloseable closeable && !owned.contains(closeable)) {
                owned.add(closeable);
            }
        }
    }
}
