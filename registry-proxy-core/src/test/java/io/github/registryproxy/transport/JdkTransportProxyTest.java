package io.github.registryproxy.transport;

class JdkTransportProxyTest extends TransportProxyContract {
    @Override
    protected TransportBuilder builder() {
        return new JdkTransports();
    }

    @Override
    protected int openExchanges(Transport transport) {
        return JdkTransports.openExchanges(transport);
    }
}
