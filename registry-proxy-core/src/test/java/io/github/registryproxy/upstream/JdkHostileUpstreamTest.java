package io.github.registryproxy.upstream;

import io.github.registryproxy.transport.JdkTransports;
import io.github.registryproxy.transport.TransportBuilder;

class JdkHostileUpstreamTest extends HostileUpstreamContract {
    @Override
    protected TransportBuilder builder() {
        return new JdkTransports();
    }
}
