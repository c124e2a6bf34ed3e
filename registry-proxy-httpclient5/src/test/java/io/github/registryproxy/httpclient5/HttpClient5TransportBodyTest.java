package io.github.registryproxy.httpclient5;

import io.github.registryproxy.transport.Transport;
import io.github.registryproxy.transport.TransportBodyContract;
import io.github.registryproxy.transport.TransportBuilder;

class HttpClient5TransportBodyTest extends TransportBodyContract {
    @Override
    protected TransportBuilder builder() {
        return new HttpClient5Transports();
    }

    @Override
    protected int openExchanges(Transport transport) {
        return HttpClient5Transports.openExchanges(transport);
    }
}
