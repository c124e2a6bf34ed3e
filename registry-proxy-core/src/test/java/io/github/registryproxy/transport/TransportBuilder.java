package io.github.registryproxy.transport;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/** The settings that transports have in common; each says for itself what they are when unset. */
public interface TransportBuilder {
    TransportBuilder connectTimeout(Duration timeout);

    TransportBuilder headTimeout(Duration timeout);

    TransportBuilder stallTimeout(Duration timeout);

    TransportBuilder tls(TlsSettings settings);

    TransportBuilder egressProxy(URI address);

    TransportBuilder egressProxy(URI address, String user, String password);

    Transport build() throws IOException;
}
