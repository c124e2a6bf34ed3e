package io.github.registryproxy.transport;

/** What holds for every transport, whichever client is behind it: the laws are in the subclasses. */
public abstract class TransportContract {
    /** Of a transport with the settings that are safe for a public upstream. */
    protected abstract TransportBuilder builder();

    /** How many exchanges of the transport hold a connection. */
    protected abstract int openExchanges(Transport transport);
}
