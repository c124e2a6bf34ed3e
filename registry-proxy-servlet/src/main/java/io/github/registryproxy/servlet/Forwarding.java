package io.github.registryproxy.servlet;

import com.google.common.net.InetAddresses;
import io.github.registryproxy.HeaderNames;
import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What trusted proxies say about a request; null where they say nothing.
 *
 * @param address the client's, or the peer's
 */
record Forwarding(
        String address,
        @Nullable String proto,
        @Nullable String host,
        @Nullable String port) {
    static Forwarding none(String address) {
        return new Forwarding(address, null, null, null);
    }

    /** By RFC 7239: an element is believed when the proxy that wrote it is; the outermost such proxy saw the client. */
    static Forwarding of(List<Forwarded> elements, InetAddress peer, Predicate<InetAddress> trusted) {
        InetAddress client = peer;
        String proto = null;
        String host = null;
        for (int i = elements.size() - 1; i >= 0; i--) {
            Forwarded element = elements.get(i);
            proto = element.proto() == null ? proto : element.proto();
            host = element.host() == null ? host : element.host();
            InetAddress before = element.node() == null ? null : Authority.address(element.node());
            client = before == null ? client : before;
            if (before == null || !trusted.test(before)) {
                break;
            }
        }
        return new Forwarding(InetAddresses.toAddrString(client), proto, host, null);
    }

    /** By custom. */
    static Forwarding ofX(HttpServletRequest request, InetAddress peer, Predicate<InetAddress> trusted) {
        List<Forwarded> nodes = values(request, HeaderNames.X_FORWARDED_FOR)
                .map(node -> new Forwarded(node, null, null))
                .toList();
        return new Forwarding(
                of(nodes, peer, trusted).address(),
                last(request, "X-Forwarded-Proto"),
                last(request, "X-Forwarded-Host"),
                last(request, "X-Forwarded-Port"));
    }

    String scheme(String own) {
        String scheme = proto == null ? own : proto.toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw Authority.refused();
        }
        return scheme;
    }

    /** The host; its port is the one that the host names, else the forwarded one. */
    Authority authority(Supplier<Authority> own) {
        if (host != null) {
            Authority authority = Authority.parse(host);
            return port == null || authority.port() > 0 ? authority : authority.withPort(Authority.port(":" + port));
        }
        return port == null ? own.get() : own.get().withPort(Authority.port(":" + port));
    }

    private static @Nullable String last(HttpServletRequest request, String name) {
        List<String> values = values(request, name).toList();
        return values.isEmpty() ? null : values.get(values.size() - 1);
    }

    private static Stream<String> values(HttpServletRequest request, String name) {
        return Collections.list(request.getHeaders(name)).stream()
                .flatMap(line -> Stream.of(line.split(",", -1)))
                .map(String::strip)
                .filter(value -> !value.isEmpty());
    }
}
