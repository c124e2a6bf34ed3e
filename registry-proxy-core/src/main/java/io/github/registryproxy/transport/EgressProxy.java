package io.github.registryproxy.transport;

import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP proxy through which everything goes out: https by CONNECT, http by absolute request targets; for makers of transports.
 *
 * @param authorization the value of Proxy-Authorization; null for none
 */
public record EgressProxy(String host, int port, @Nullable String authorization) {
    /** @throws IllegalArgumentException when it is no http address, or has user info, which would be logged */
    public static EgressProxy of(URI address, @Nullable String user, @Nullable String password) {
        if (!"http".equalsIgnoreCase(address.getScheme())
                || address.getHost() == null
                || address.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    "an egress proxy is an address such as http://proxy.example:3128," + " without user info");
        }
        String basic = user == null ? null : basic(user + ":" + password);
        return new EgressProxy(address.getHost(), address.getPort() < 0 ? 80 : address.getPort(), basic);
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    ProxySelector selector() {
        return ProxySelector.of(new InetSocketAddress(host, port));
    }

    /** The value of Proxy-Authorization. */
    public Optional<String> credentials() {
        return Optional.ofNullable(authorization);
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
