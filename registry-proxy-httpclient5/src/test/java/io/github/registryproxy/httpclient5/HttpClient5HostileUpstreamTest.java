package io.github.registryproxy.httpclient5;

import io.github.registryproxy.transport.TransportBuilder;
import io.github.registryproxy.upstream.HostileUpstreamContract;

class HttpClient5HostileUpstreamTest extends HostileUpstreamContract {
    @Override
    protected TransportBuilder builder() {
        return new HttpClient5Transports();
    }
}
