package io.github.registryproxy.transport;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A kind of address that is not public unicast (the special-purpose registries of RFC 6890), and what people call it.
 */
record AddressClass(Cidr block, String name) {
    private static final List<AddressClass> SPECIAL = List.of(
            of("0.0.0.0/8", "this network"),
            of("10.0.0.0/8", "private"),
            of("100.64.0.0/10", "carrier-grade NAT"),
            of("127.0.0.0/8", "loopback"),
            of("169.254.0.0/16", "link-local, where cloud metadata live"),
            of("172.16.0.0/12", "private"),
            of("192.0.0.0/24", "reserved for protocols"),
            of("192.168.0.0/16", "private"),
            of("198.18.0.0/15", "for benchmarks"),
            of("224.0.0.0/4", "multicast"),
            of("255.255.255.255/32", "broadcast"),
            of("240.0.0.0/4", "reserved"),
            of("::/128", "unspecified"),
            of("::1/128", "loopback"),
            of("64:ff9b:1::/48", "local NAT64"),
            of("2001::/32", "Teredo"),
            of("fc00::/7", "unique local"),
            of("fe80::/10", "link-local"),
            of("fec0::/10", "site-local"),
            of("ff00::/8", "multicast"));

    private static final Cidr GLOBAL_UNICAST = Cidr.parse("2000::/3");

    /** IPv6 blocks whose addresses stand for an IPv4 address, and at which byte that begins. */
    private static final List<Embedding> EMBEDDINGS = List.of(
            new Embedding(Cidr.parse("::/96"), 12),
            new Embedding(Cidr.parse("64:ff9b::/96"), 12),
            new Embedding(Cidr.parse("2002::/16"), 2));

    private record Embedding(Cidr block, int offset) {}

    private static AddressClass of(String block, String name) {
        return new AddressClass(Cidr.parse(block), name);
    }

    /** Why the address is not public; empty when it is. */
    static Optional<AddressClass> of(InetAddress address) {
        for (AddressClass special : SPECIAL) {
            if (special.block.contains(address)) {
                return Optional.of(special);
            }
        }
        if (address instanceof Inet6Address && embedded(address).isEmpty() && !GLOBAL_UNICAST.contains(address)) {
            return Optional.of(new AddressClass(Cidr.of(address), "not global unicast"));
        }
        return Optional.empty();
    }

    /**
     * The IPv4 address that an IPv4-compatible, NAT64 or 6to4 address leads to. (The JDK itself turns IPv4-mapped ones into
     * IPv4 addresses.)
     */
    static Optional<Inet4Address> embedded(InetAddress address) {
        byte[] bytes = address.getAddress();
        for (Embedding embedding : EMBEDDINGS) {
            if (embedding.block.contains(address)) {
                return Optional.of(ipv4(Arrays.copyOfRange(bytes, embedding.offset, embedding.offset + 4)));
            }
        }
        return Optional.empty();
    }

    private static Inet4Address ipv4(byte[] bytes) {
        try {
            return (Inet4Address) InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 bytes are an address", e);
        }
    }
}
