package io.github.registryproxy.httpclient5;

import io.github.registryproxy.transport.Transport;
import io.github.registryproxy.transport.TransportBuilder;
import io.github.registryproxy.transport.TransportFramingContract;

class HttpClient5TransportFramingTest extends TransportFramingContract {
    @Override
    protected TransportBuilder builder() {
        return new HttpClient5Transports();
    }

    @Override
    protected int openExchanges(Transport transport) {
        return HttpClient5Transports.openExchanges(transport);
    }
}
