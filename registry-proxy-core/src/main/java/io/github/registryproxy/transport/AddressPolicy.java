package io.github.registryproxy.transport;

import com.google.common.net.InetAddresses;
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

    /** As {@link #check} for a host that is an address itself; names pass, and nothing is looked up. */
    default void checkLiteral(String host) throws IOException {
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        if (InetAddresses.isInetAddress(bare)) {
            check(host, InetAddresses.forString(bare));
        }
    }
}
