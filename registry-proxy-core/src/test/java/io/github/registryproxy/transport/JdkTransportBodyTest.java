package io.github.registryproxy.transport;

class JdkTransportBodyTest extends TransportBodyContract {
    @Override
    protected TransportBuilder builder() {
        return new JdkTransports();
    }

    @Override
    protected int openExchanges(Transport transport) {
        return JdkTransports.openExchanges(transport);
    }
}
