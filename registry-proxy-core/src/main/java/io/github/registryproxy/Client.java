package io.github.registryproxy;

import com.google.common.net.InetAddresses;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Who asks, and by which address it knows us.
 *
 * @param address the client's IP address as text; behind a trusted proxy the one that the proxy vouches for
 * @param base what the client puts before a path of ours: scheme, host, port and mount path, without a final slash
 */
public record Client(String address, URI base) {
    /**
     * The certificates that the client proved to hold when it connected, its own first; only where whoever ended TLS checked
     * them. Absent otherwise, never empty.
     */
    public static final Attribute<List<X509Certificate>> CERTIFICATES = Attribute.named("client certificates");

    private static final int NETWORK_BYTES = 8;

    public Client {
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(base, "base");
        if (base.getRawAuthority() == null || base.toString().endsWith("/")) {
            throw new IllegalArgumentException("not a base address: " + base);
        }
    }

    /** The host by which the client knows us: lower case, without a port or the dot that ends a full name; IPv6 in brackets. */
    public String host() {
        String authority = base.getRawAuthority();
        String host = authority.substring(authority.lastIndexOf('@') + 1);
        int colon = host.lastIndexOf(':');
        if (colon > host.lastIndexOf(']')) {
            host = host.substring(0, colon);
        }
        if (host.endsWith(".")) {
            host = host.substring(0, host.length() - 1);
        }
        return host.toLowerCase(Locale.ROOT);
    }

    /**
     * What to count a client's requests by: its IPv4 address; of an IPv6 address the /64, within which a client picks as it
     * likes.
     */
    public String network() {
        if (!InetAddresses.isInetAddress(address)) {
            return address;
        }
        InetAddress parsed = InetAddresses.forString(address);
        if (!(parsed instanceof Inet6Address)) {
            return address;
        }
        byte[] bytes = Arrays.copyOf(Arrays.copyOf(parsed.getAddress(), NETWORK_BYTES), parsed.getAddress().length);
        try {
            return InetAddresses.toAddrString(InetAddress.getByAddress(bytes)) + "/64";
        } catch (UnknownHostException e) {
            throw new IllegalStateException("16 bytes are an address", e);
        }
    }
}
