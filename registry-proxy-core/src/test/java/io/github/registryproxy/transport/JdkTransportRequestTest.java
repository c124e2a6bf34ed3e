package io.github.registryproxy.transport;

class JdkTransportRequestTest extends TransportRequestContract {
    @Override
    protected TransportBuilder builder() {
        return new JdkTransports();
    }

    @Override
    protected int openExchanges(Transport transport) {
        return JdkTransports.openExchanges(transport);
    }
}
