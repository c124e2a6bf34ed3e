package io.github.registryproxy.transport;

import com.google.common.net.InetAddresses;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Public unicast addresses, and those the operator allows: for places that an answer names, such as redirect targets and
 * token realms, so that an upstream cannot send the proxy to its own network (server-side request forgery).
 *
 * <p>Refused unless allowed: loopback, unspecified, link-local (cloud metadata), private and unique local, carrier-grade NAT,
 * multicast, broadcast, reserved and benchmark blocks, all of IPv6 outside 2000::/3, and IPv6 forms (mapped, compatible, 6to4,
 * NAT64) of a refused IPv4 address.
 *
 * <pre>{@code AllowedAddresses.publicOnly().and(Cidr.parse("10.1.0.0/16")).andHost("registry.internal")}</pre>
 */
public final class AllowedAddresses implements AddressPolicy {
    private static final AllowedAddresses PUBLIC = new AllowedAddresses(List.of(), null);

    private final List<Cidr> allowed;
    private final @Nullable String host;

    private AllowedAddresses(List<Cidr> allowed, @Nullable String host) {
        this.allowed = allowed;
        this.host = host;
    }

    public static AllowedAddresses publicOnly() {
        return PUBLIC;
    }

    /** These blocks as well. */
    public AllowedAddresses and(Cidr... blocks) {
        return and(List.of(blocks));
    }

    /** These blocks as well. */
    public AllowedAddresses and(List<Cidr> blocks) {
        return new AllowedAddresses(
                Stream.concat(allowed.stream(), blocks.stream()).toList(), host);
    }

    /**
     * Wherever that one host resolves to, at any port: the upstream that configuration names. Replaces the one named before.
     *
     * @param named as in its URI
     */
    public AllowedAddresses andHost(String named) {
        return new AllowedAddresses(allowed, named);
    }

    /** The message names the kind of address and how to allow it: for the log, not for clients. */
    @Override
    public void check(String asked, InetAddress address) throws IOException {
        if (asked.equalsIgnoreCase(host) || isAllowed(address)) {
            return;
        }
        Optional<Inet4Address> embedded = AddressClass.embedded(address);
        Optional<AddressClass> special = AddressClass.of(address)
                .or(() -> embedded.filter(v4 -> !isAllowed(v4)).flatMap(AddressClass::of));
        if (special.isPresent()) {
            throw new AddressRefusedException(asked + " resolves to " + InetAddresses.toAddrString(address)
                    + ", which is not public (" + special.get().name() + ", "
                    + special.get().block()
                    + "); to allow it, add " + Cidr.of(address) + " to the allowed addresses");
        }
    }

    private boolean isAllowed(InetAddress address) {
        return allowed.stream().anyMatch(block -> block.contains(address));
    }

    @Override
    public String toString() {
        return "AllowedAddresses[public, " + allowed + (host == null ? "" : ", " + host) + "]";
    }
}
