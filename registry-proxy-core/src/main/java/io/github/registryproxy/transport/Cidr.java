package io.github.registryproxy.transport;

import com.google.common.net.InetAddresses;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * A block of addresses, IPv4 or IPv6, as {@code 10.0.0.0/8} (RFC 4632, RFC 4291 section 2.3).
 *
 * @param network its first address
 * @param prefix how many leading bits are fixed
 */
public record Cidr(InetAddress network, int prefix) {
    /** @throws IllegalArgumentException when the prefix does not fit, or bits are set behind it */
    public Cidr {
        int bits = network.getAddress().length * 8;
        if (prefix < 0 || prefix > bits) {
            throw new IllegalArgumentException("a prefix of " + prefix + " bits, of an address of " + bits);
        }
        InetAddress first = masked(network, prefix);
        if (!first.equals(network)) {
            throw new IllegalArgumentException(InetAddresses.toAddrString(network) + "/" + prefix
                    + " is inside a block; the block is " + InetAddresses.toAddrString(first) + "/" + prefix);
        }
    }

    /**
     * The block, or the one address when there is no slash.
     *
     * @throws IllegalArgumentException when it is neither
     */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        if (!InetAddresses.isInetAddress(address)) {
            throw notABlock(text);
        }
        InetAddress network = InetAddresses.forString(address);
        if (slash < 0) {
            return of(network);
        }
        String prefix = text.substring(slash + 1);
        if (!prefix.matches("[0-9]{1,3}")) {
            throw notABlock(text);
        }
        return new Cidr(network, Integer.parseInt(prefix));
    }

    /** That one address. */
    public static Cidr of(InetAddress address) {
        return new Cidr(address, address.getAddress().length * 8);
    }

    /** Whether the address is in it; one of the other family never is. */
    public boolean contains(InetAddress address) {
        return address.getAddress().length == network.getAddress().length
                && Arrays.equals(masked(address, prefix).getAddress(), network.getAddress());
    }

    @Override
    public String toString() {
        return InetAddresses.toAddrString(network) + "/" + prefix;
    }

    private static InetAddress masked(InetAddress address, int prefix) {
        byte[] bytes = address.getAddress();
        for (int i = 0; i < bytes.length; i++) {
            int kept = Math.max(0, Math.min(8, prefix - 8 * i));
            bytes[i] &= (byte) (0xff << (8 - kept));
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 bytes are an address", e);
        }
    }

    private static IllegalArgumentException notABlock(String text) {
        String shown = text.length() > 64 ? text.substring(0, 64) + "..." : text;
        return new IllegalArgumentException("not a block of addresses such as 10.0.0.0/8 or fd00::/8: " + shown);
    }
}
