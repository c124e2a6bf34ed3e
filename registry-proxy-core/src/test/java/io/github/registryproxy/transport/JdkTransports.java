package io.github.registryproxy.transport;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/** Makes those that the contracts are proved with. */
public final class JdkTransports implements TransportBuilder {
    private final JdkTransport.Builder builder = JdkTransport.builder();

    static int openExchanges(Transport transport) {
        return ((JdkTransport) transport).openExchanges();
    }

    @Override
    public TransportBuilder connectTimeout(Duration timeout) {
        builder.connectTimeout(timeout);
        return this;
    }

    @Override
    public TransportBuilder headTimeout(Duration timeout) {
        builder.headTimeout(timeout);
        return this;
    }

    @Override
    public TransportBuilder stallTimeout(Duration timeout) {
        builder.stallTimeout(timeout);
        return this;
    }

    @Override
    public TransportBuilder tls(TlsSettings settings) {
        builder.tls(settings);
        return this;
    }

    @Override
    public TransportBuilder egressProxy(URI address) {
        builder.egressProxy(address);
        return this;
    }

    @Override
    public TransportBuilder egressProxy(URI address, String user, String password) {
        builder.egressProxy(address, user, password);
        return this;
    }

    @Override
    public Transport build() throws IOException {
        return builder.build();
    }
}
