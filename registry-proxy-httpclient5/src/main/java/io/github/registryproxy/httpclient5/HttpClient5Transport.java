package io.github.registryproxy.httpclient5;

import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.transport.EgressProxy;
import io.github.registryproxy.transport.HostAddresses;
import io.github.registryproxy.transport.TlsSettings;
import io.github.registryproxy.transport.Transport;
import io.github.registryproxy.transport.TransportRequest;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Transport} on the blocking connections of Apache HttpClient 5: HTTP/1.1, pooled by origin. All is done by the thread
 * that sends and then by the one that reads, at the speed of the socket; a reader who does not read costs a buffer of 32 KiB.
 *
 * <p>What it does that the contract does not say: a GET or HEAD without a body is sent again, once, when a pooled connection
 * turns out to be dead before the first byte of an answer. An answer that comes while the request's body goes out is looked for
 * every 64 KiB and ends the upload. An interrupt ends any wait. Addresses are pinned: names are resolved here, once, and
 * connections go to what was checked.
 *
 * <pre>{@code
 * try (Transport transport = HttpClient5Transport.builder().connectTimeout(Duration.ofSeconds(5)).build()) { ... }
 * }</pre>
 */
public final class HttpClient5Transport implements Transport {
    /** Dead connections in a row that a request may meet: each leaves the pool. */
    private static final int MAX_STALE = 1000;

    private final Exchange.Means means;
    private final Set<Exchange> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private HttpClient5Transport(Builder builder) throws IOException {
        Connections connections =
                new Connections(builder.connectTimeout, builder.keepAlive, builder.tls.toLazyContext(), builder.proxy);
        Duration shortest =
                builder.headTimeout.compareTo(builder.stallTimeout) < 0 ? builder.headTimeout : builder.stallTimeout;
        this.means = new Exchange.Means(
                connections,
                new Watchdog(shortest, connections::evict),
                builder.proxy,
                builder.headTimeout,
                builder.stallTimeout,
                open::remove);
    }

    public static Builder builder() {
        return new Builder();
    }

    @Override
    public RegistryResponse send(TransportRequest request) throws IOException {
        EgressProxy proxy = means.proxy();
        if (proxy != null) {
            HostAddresses.check(request.uri().getHost(), request.addresses(), true);
        }
        RegistryResponse response = sendAgainIfStale(request);
        if (proxy != null && response.status() == 407) {
            response.close();
            throw new IOException("egress proxy " + proxy + " wants other credentials (407)");
        }
        return response;
    }

    private RegistryResponse sendAgainIfStale(TransportRequest request) throws IOException {
        boolean repeatable = (request.method().equals("GET") || request.method().equals("HEAD"))
                && request.body().length().orElse(-1) == 0;
        for (int stale = 0; ; stale++) {
            Exchange exchange = new Exchange(request, means);
            open.add(exchange);
            if (closed) {
                open.remove(exchange);
                throw new IOException("the transport is closed");
            }
            try {
                return exchange.send();
            } catch (StaleConnectionException e) {
                if (stale == MAX_STALE || (e.sent() && !repeatable)) {
                    throw e;
                }
                repeatable &= !e.sent();
            }
        }
    }

    /** Exchanges that hold a connection, for tests. */
    int openExchanges() {
        return open.size();
    }

    /** Ends what is under way, visibly broken, and lets all connections go. */
    @Override
    public void close() {
        closed = true;
        means.watchdog().close();
        open.forEach(Exchange::abort);
        means.connections().close();
    }

    /** Settings; what is not set is safe for a public upstream. */
    public static final class Builder {
        private Duration connectTimeout = Duration.ofSeconds(10);
        private Duration headTimeout = Duration.ofSeconds(30);
        private Duration stallTimeout = Duration.ofSeconds(30);
        private Duration keepAlive = Duration.ofSeconds(30);
        private TlsSettings tls = TlsSettings.defaults();
        private @Nullable EgressProxy proxy;

        private Builder() {}

        /** How long a connection may take to come about, and its TLS again; 10 seconds unless set. */
        public Builder connectTimeout(Duration timeout) {
            connectTimeout = positive("connectTimeout", timeout);
            return this;
        }

        /** How long the head of a response may take once the request is out; 30 seconds unless set. */
        public Builder headTimeout(Duration timeout) {
            headTimeout = positive("headTimeout", timeout);
            return this;
        }

        /** The longest silence within a body, either way; a slow one that moves may take for ever. 30 seconds unless set. */
        public Builder stallTimeout(Duration timeout) {
            stallTimeout = positive("stallTimeout", timeout);
            return this;
        }

        /**
         * How long a connection that nobody uses is kept, up to a day, and never longer than the other side says; 30 seconds
         * unless set. Zero gives each request a connection of its own, for what drops idle ones without a word.
         */
        public Builder keepAlive(Duration idle) {
            keepAlive = idle.isZero() ? idle : positive("keepAlive", idle);
            return this;
        }

        public Builder tls(TlsSettings settings) {
            tls = Objects.requireNonNull(settings, "settings");
            return this;
        }

        /**
         * An HTTP proxy for all requests; the system's proxy settings are not looked at. It resolves names itself: address
         * rules see what a name resolves to here, and not at all a name that has no address here.
         *
         * @param address such as http://proxy.example:3128
         */
        public Builder egressProxy(URI address) {
            proxy = EgressProxy.of(address, null, null);
            return this;
        }

        /** As {@link #egressProxy(URI)}, with basic credentials, which the proxy reads in the clear. */
        public Builder egressProxy(URI address, String user, String password) {
            proxy = EgressProxy.of(address, user, password);
            return this;
        }

        /** @throws IOException when a file of the TLS settings cannot be used */
        public HttpClient5Transport build() throws IOException {
            return new HttpClient5Transport(this);
        }

        private static Duration positive(String name, Duration value) {
            if (value.isNegative() || value.isZero() || value.toDays() > 1) {
                throw new IllegalArgumentException(name + " is more than nothing and at most a day, not " + value);
            }
            return value;
        }
    }
}
