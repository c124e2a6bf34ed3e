package io.github.registryproxy.transport;

import java.io.IOException;
import java.net.InetAddress;

/** Which addresses a name may resolve to; asked at connect time, on what the name resolves to then. */
@FunctionalInterface
public interface AddressPolicy {
    /** For addresses that configuration names: anywhere. */
    AddressPolicy ANY = (host, address) -> {};

    /**
     * Returns when the address may be connected to.
     *
     * @param host as in the URI
     * @throws AddressRefusedException otherwise
     */
    void check(String host, InetAddress address) throws IOException;
}
