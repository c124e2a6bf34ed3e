package io.github.registryproxy.transport;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Security;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;

/**
 * Asks the policy about every address a host has, just before the client connects.
 *
 * <p>The JDK client takes no resolver and resolves again by itself. What makes it see the same addresses is the JVM's cache of
 * answers ({@code networkaddress.cache.ttl}, 30 seconds unless set): a name server that changes its answer in between
 * (rebinding) would have to hit the moment between the two lookups, microseconds apart, in which the cached one runs out.
 * With a ttl of 0 nothing is cached and that protection is gone, which is logged once. A pooled connection goes to an address
 * that the name had when it was opened, at most some minutes ago.
 */
public final class HostAddresses {
    private static final Logger LOG = System.getLogger(HostAddresses.class.getName());

    /** The WHATWG URL rule for hosts that are an IPv4 address in some notation: the last label is a number. */
    private static final Pattern ENDS_IN_A_NUMBER = Pattern.compile("(?i)(.*\\.)?([0-9]+|0x[0-9a-f]*)\\.?");

    private static final Pattern DOTTED_QUAD = Pattern.compile("((0|[1-9][0-9]{0,2})\\.){3}(0|[1-9][0-9]{0,2})");

    private static final AtomicBoolean WARNED = new AtomicBoolean();

    private HostAddresses() {}

    /**
     * For clients that resolve by themselves.
     *
     * @param host as in a URI, IPv6 addresses in brackets
     * @param proxied whether an egress proxy will resolve the name: then one that has no address here is left to it
     * @throws AddressRefusedException when one of the addresses is refused, whichever the client would take
     */
    public static void check(String host, AddressPolicy policy, boolean proxied) throws IOException {
        if (policy.equals(AddressPolicy.ANY)) {
            return;
        }
        try {
            resolve(host, policy);
        } catch (UnknownHostException e) {
            if (!proxied) {
                throw e;
            }
        }
        warnWithoutCache();
    }

    /**
     * For clients that connect to what they are given: all addresses of the host, each of them allowed.
     *
     * @param host as in a URI, IPv6 addresses in brackets
     * @throws AddressRefusedException when one of the addresses is refused
     */
    public static InetAddress[] resolve(String host, AddressPolicy policy) throws IOException {
        if (policy.equals(AddressPolicy.ANY)) {
            return InetAddress.getAllByName(host);
        }
        checkNotation(host);
        InetAddress[] addresses = InetAddress.getAllByName(host);
        for (InetAddress address : addresses) {
            policy.check(host, address);
        }
        return addresses;
    }

    private static void checkNotation(String host) throws AddressRefusedException {
        if (ENDS_IN_A_NUMBER.matcher(host).matches()
                && !DOTTED_QUAD.matcher(host).matches()) {
            throw new AddressRefusedException(
                    host + " is an IPv4 address in a notation that programs read differently; write it as a.b.c.d");
        }
    }

    private static void warnWithoutCache() {
        String ttl = Security.getProperty("networkaddress.cache.ttl");
        if ("0".equals(ttl) && !WARNED.getAndSet(true)) {
            LOG.log(
                    Level.WARNING,
                    "networkaddress.cache.ttl is 0: a name may resolve differently between check and connect,"
                            + " so address rules can be evaded by whoever controls the name");
        }
    }
}
