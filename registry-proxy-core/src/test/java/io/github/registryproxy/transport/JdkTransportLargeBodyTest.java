package io.github.registryproxy.transport;

class JdkTransportLargeBodyTest extends TransportLargeBodyContract {
    @Override
    protected TransportBuilder builder() {
        return new JdkTransports();
    }

    @Override
    protected int openExchanges(Transport transport) {
        return JdkTransports.openExchanges(transport);
    }
}
