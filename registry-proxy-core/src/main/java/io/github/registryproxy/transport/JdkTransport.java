package io.github.registryproxy.transport;

import io.github.registryproxy.RegistryResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Transport} on the JDK's HttpClient. Threads of the client only move buffers; reading the request's body and waiting
 * are done by the thread that sends.
 *
 * <p>What the client does that the contract does not say: a GET or HEAD is sent again, once, when a pooled connection turns out
 * to be dead before the first byte of an answer; a body that was read in part never is. With HTTP/1.1 it looks at a response
 * only when the request's body is sent or the other side closes the connection: a refusal that comes early ends the upload
 * at once when the refusing side closes, as servers do, else when it stops reading and {@code stallTimeout} is over, else with
 * the body. A reader of the body that blocks is waited for: nobody else ever reads the request of a client.
 *
 * <pre>{@code
 * try (Transport transport = JdkTransport.builder().connectTimeout(Duration.ofSeconds(5)).build()) { ... }
 * }</pre>
 */
public final class JdkTransport implements Transport {
    static {
        ClientProperties.prepare();
    }

    private final Duration headTimeout;
    private final Duration stallTimeout;
    private final @Nullable EgressProxy proxy;
    private final HttpClients clients;
    private final Set<Exchange> open = ConcurrentHashMap.newKeySet();

    private JdkTransport(Builder builder) throws IOException {
        this.headTimeout = builder.headTimeout;
        this.stallTimeout = builder.stallTimeout;
        this.proxy = builder.proxy;
        this.clients = new HttpClients(
                builder.connectTimeout, builder.version, builder.tls.toContext(), proxy, builder.executor);
    }

    public static Builder builder() {
        return new Builder();
    }

    @Override
    public RegistryResponse send(TransportRequest request) throws IOException {
        HttpClient client = clients.forScheme(request.uri());
        HostAddresses.check(request.uri().getHost(), request.addresses(), proxy != null);
        String origin = request.uri().getScheme() + "://" + request.uri().getRawAuthority();
        Exchange exchange = new Exchange(origin, request, headTimeout, stallTimeout, open::remove);
        HttpRequest message = message(request, exchange.upload());
        open.add(exchange);
        RegistryResponse response = exchange.send(client, message);
        if (proxy != null && response.status() == 407) {
            response.close();
            throw new IOException(
                    "egress proxy " + proxy + " wants other credentials (407); for https, the JVM may need"
                            + " -Djdk.http.auth.tunneling.disabledSchemes=");
        }
        return response;
    }

    private HttpRequest message(TransportRequest request, SentBody upload) throws IOException {
        try {
            HttpRequest.Builder message = HttpRequest.newBuilder(request.uri());
            RequestFields.forEach(request.headers(), message::header);
            if (proxy != null) {
                proxy.credentials().ifPresent(value -> message.header("Proxy-Authorization", value));
            }
            boolean empty = request.body().length().orElse(-1) == 0;
            return empty && request.method().equals("GET")
                    ? message.GET().build()
                    : message.method(request.method(), publisher(request, upload, empty))
                            .build();
        } catch (IllegalArgumentException e) {
            throw new IOException(request + " cannot be sent: " + e.getMessage(), e);
        }
    }

    private static BodyPublisher publisher(TransportRequest request, SentBody upload, boolean empty) {
        if (empty) {
            return BodyPublishers.noBody();
        }
        return request.body().length().isPresent()
                ? BodyPublishers.fromPublisher(upload, request.body().length().getAsLong())
                : BodyPublishers.fromPublisher(upload);
    }

    /** Exchanges that hold a connection, for tests. */
    int openExchanges() {
        return open.size();
    }

    /** Ends what is under way, visibly broken, and lets all connections go. */
    @Override
    public void close() {
        clients.close();
        open.forEach(Exchange::abort);
    }

    /** Settings; what is not set is safe for a public upstream. */
    public static final class Builder {
        private Duration connectTimeout = Duration.ofSeconds(10);
        private Duration headTimeout = Duration.ofSeconds(30);
        private Duration stallTimeout = Duration.ofSeconds(30);
        private HttpClient.Version version = HttpClient.Version.HTTP_1_1;
        private TlsSettings tls = TlsSettings.defaults();
        private @Nullable EgressProxy proxy;
        private @Nullable Executor executor;

        private Builder() {}

        /** How long a connection may take to come about; 10 seconds unless set. */
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
         * Whether to offer HTTP/2; unless set, HTTP/1.1 it is. Offered to https origins only, it puts all streams to one of
         * them on one connection: no gain for blobs, and a loss where an origin limits connections.
         */
        public Builder http2(boolean offered) {
            version = offered ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1;
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
            ClientProperties.prepareProxyCredentials();
            proxy = EgressProxy.of(address, user, password);
            return this;
        }

        /** Runs the client's own work (TLS, parsing); never blocked by the transport. Stays the caller's. */
        public Builder executor(Executor own) {
            executor = Objects.requireNonNull(own, "executor");
            return this;
        }

        /** @throws IOException when a file of the TLS settings cannot be used */
        public JdkTransport build() throws IOException {
            return new JdkTransport(this);
        }

        private static Duration positive(String name, Duration value) {
            if (value.isNegative() || value.isZero() || value.toDays() > 1) {
                throw new IllegalArgumentException(name + " is more than nothing and at most a day, not " + value);
            }
            return value;
        }
    }
}
