package io.github.registryproxy.httpclient5;

import io.github.registryproxy.transport.AddressPolicy;
import io.github.registryproxy.transport.EgressProxy;
import io.github.registryproxy.transport.HostAddresses;
import io.github.registryproxy.transport.TransportRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.RouteInfo.LayerType;
import org.apache.hc.client5.http.RouteInfo.TunnelType;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.io.ConnectionEndpoint;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Pooled connections, by origin. Their sockets are those of channels, so that an interrupt ends a wait, and they go to the
 * very addresses that were checked.
 */
final class Connections implements AutoCloseable {
    /** Beyond what servers of ours let in: the bound is theirs. */
    private static final int MAX_PER_ORIGIN = 10_000;

    private final @Nullable EgressProxy proxy;
    private final TimeValue connectTimeout;
    private final TimeValue keepAlive;
    private final PoolingHttpClientConnectionManager pool;
    /** The request for which its thread is connecting: a resolver is told names alone. */
    private final ThreadLocal<TransportRequest> connecting = new ThreadLocal<>();

    /** @param keepAlive how long a connection may lie idle; zero: none does */
    Connections(Duration connectTimeout, Duration keepAlive, Supplier<SSLContext> tls, @Nullable EgressProxy proxy) {
        this.proxy = proxy;
        this.keepAlive = TimeValue.ofMilliseconds(keepAlive.toMillis());
        this.connectTimeout = TimeValue.ofMilliseconds(connectTimeout.toMillis());
        this.pool = new PoolingHttpClientConnectionManager(
                new DefaultHttpClientConnectionOperator(
                        none -> SocketChannel.open().socket(),
                        null,
                        resolver(),
                        scheme -> scheme.equals("https") ? strategy(tls.get()) : null),
                PoolConcurrencyPolicy.STRICT,
                PoolReusePolicy.LIFO,
                TimeValue.NEG_ONE_MILLISECOND,
                socket -> new Wire());
        pool.setDefaultMaxPerRoute(MAX_PER_ORIGIN);
        pool.setMaxTotal(2 * MAX_PER_ORIGIN);
        pool.setDefaultSocketConfig(SocketConfig.custom().setTcpNoDelay(true).build());
        pool.setDefaultConnectionConfig(ConnectionConfig.custom()
                .setValidateAfterInactivity(TimeValue.NEG_ONE_MILLISECOND) // each is looked at before its use
                .build());
    }

    private DnsResolver resolver() {
        return new DnsResolver() {
            @Override
            public InetAddress[] resolve(String host) throws UnknownHostException {
                TransportRequest request = connecting.get();
                try {
                    return request == null || proxy != null
                            ? InetAddress.getAllByName(host)
                            : HostAddresses.resolve(request.uri().getHost(), request.addresses());
                } catch (UnknownHostException e) {
                    throw e;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }

            @Override
            public String resolveCanonicalHostname(String host) {
                return host;
            }
        };
    }

    private static TlsSocketStrategy strategy(SSLContext tls) {
        return (base, host, port, attachment, context) -> {
            SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(base, host, port, true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket;
        };
    }

    /** A pooled connection, or a place in the pool for one that is to be opened. */
    ConnectionEndpoint lease(TransportRequest request) throws IOException, InterruptedException {
        Timeout none = Timeout.ofSeconds(10);
        try {
            return pool.lease("", route(request), none, null).get(none);
        } catch (ExecutionException | TimeoutException | IllegalStateException e) {
            throw new IOException("no connection can be had for " + request, e);
        }
    }

    private HttpRoute route(TransportRequest request) {
        String scheme = request.uri().getScheme().toLowerCase(java.util.Locale.ROOT);
        boolean secure = scheme.equals("https");
        int port = request.uri().getPort() < 0
                ? (secure ? 443 : 80)
                : request.uri().getPort();
        HttpHost target = new HttpHost(scheme, bare(request.uri().getHost()), port);
        if (proxy == null) {
            return new HttpRoute(target, null, secure);
        }
        HttpHost first = new HttpHost("http", bare(proxy.host()), proxy.port());
        return new HttpRoute(
                target,
                null,
                first,
                secure,
                secure ? TunnelType.TUNNELLED : TunnelType.PLAIN,
                secure ? LayerType.LAYERED : LayerType.PLAIN);
    }

    private static String bare(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** Opens the connection, to the proxy where there is one; else to an address that the request allows. */
    void connect(ConnectionEndpoint endpoint, TransportRequest request) throws IOException {
        connecting.set(request);
        try {
            pool.connect(endpoint, connectTimeout, HttpClientContext.create());
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            connecting.remove();
        }
    }

    /** Speaks TLS within a tunnel. */
    void upgrade(ConnectionEndpoint endpoint) throws IOException {
        try {
            pool.upgrade(endpoint, HttpClientContext.create());
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Asks about the address that a pooled connection leads to: it may have been opened for a request that was freer. */
    static void check(Wire wire, TransportRequest request) throws IOException {
        if (!request.addresses().equals(AddressPolicy.ANY)
                && wire.remote() instanceof java.net.InetSocketAddress remote) {
            request.addresses().check(request.uri().getHost(), remote.getAddress());
        }
    }

    /** Whether any connection is used again. */
    boolean areKept() {
        return TimeValue.isPositive(keepAlive);
    }

    /** How long one may be kept of which the other side says so much; it may say nothing, by something not positive. */
    TimeValue keptFor(TimeValue offered) {
        return TimeValue.isPositive(offered) && offered.compareTo(keepAlive) < 0 ? offered : keepAlive;
    }

    /** Gives the connection back. */
    void release(ConnectionEndpoint endpoint, TimeValue keep) {
        pool.release(endpoint, null, keep);
    }

    /** Closes the connection, whatever happens on it. */
    void discard(ConnectionEndpoint endpoint) {
        endpoint.close(CloseMode.IMMEDIATE);
        pool.release(endpoint, null, TimeValue.ZERO_MILLISECONDS);
    }

    void evict() {
        pool.closeExpired();
        pool.closeIdle(keepAlive);
    }

    @Override
    public void close() {
        pool.close(CloseMode.IMMEDIATE);
    }
}
