package io.github.registryproxy.server;

import io.github.registryproxy.facade.Listener;
import java.security.KeyStore;
import java.time.Duration;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** How the container speaks HTTP/1.1: strict about framing, indifferent to paths, silent about itself. */
final class Connectors {
    /** From a connection's begin, or its last answer, to the end of the next head; also for a peer that does not read. */
    static final Duration HEAD_DEADLINE = Duration.ofSeconds(30);

    private static final int LARGEST_HEAD = 16 * 1024;

    /**
     * Clients that have come and are not taken yet. The JDK's 50 is overrun when many nodes start at once, and who is dropped there
     * tries again after a second and more. The system's own limit (somaxconn) holds as well.
     */
    private static final int ACCEPT_QUEUE = 4096;

    private Connectors() {}

    static ServerConnector make(Server server, Listener settings) {
        HttpConnectionFactory http =
                new HttpConnectionFactory(configuration(settings.identity().isPresent()));
        ServerConnector connector = settings.identity().isEmpty()
                ? new ServerConnector(server, http)
                : new ServerConnector(
                        server,
                        new SslConnectionFactory(tls(settings.identity().orElseThrow()), http.getProtocol()),
                        http);
        connector.setPort(settings.port());
        settings.host().ifPresent(connector::setHost);
        connector.setIdleTimeout(HEAD_DEADLINE.toMillis());
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        return connector;
    }

    private static HttpConfiguration configuration(boolean secure) {
        HttpConfiguration http = new HttpConfiguration();
        http.setHttpCompliance(HttpCompliance.RFC9110);
        http.setUriCompliance(UriCompliance.UNSAFE);
        http.setRequestHeaderSize(LARGEST_HEAD);
        http.setResponseHeaderSize(LARGEST_HEAD);
        http.setMaxResponseHeaderSize(2 * LARGEST_HEAD);
        // What Jetty remembers of a connection's earlier heads takes 94 KB of heap for each, which 5,000 clients cannot
        // have.
        http.setHeaderCacheSize(0);
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        if (secure) {
            SecureRequestCustomizer customizer = new SecureRequestCustomizer();
            // Which hosts are served is a setting of its own, for http and https alike.
            customizer.setSniHostCheck(false);
            http.addCustomizer(customizer);
        }
        return http;
    }

    private static SslContextFactory.Server tls(KeyStore identity) {
        SslContextFactory.Server tls = new SslContextFactory.Server();
        tls.setKeyStore(identity);
        tls.setKeyStorePassword("");
        tls.setSniRequired(false);
        return tls;
    }
}
