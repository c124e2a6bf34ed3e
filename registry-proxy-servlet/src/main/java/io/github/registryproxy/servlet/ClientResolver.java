package io.github.registryproxy.servlet;

import com.google.common.net.InetAddresses;
import io.github.registryproxy.Client;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.protocol.ErrorCode;
import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.net.URI;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tells who asks, and by which address he knows us: the configured public URL; else what trusted proxies forwarded; else
 * the request itself.
 *
 * <p>{@code Forwarded} (RFC 7239) goes before {@code X-Forwarded-For}, {@code -Proto}, {@code -Host} and {@code -Port}. Both
 * are read from the right, over all lines of the field, and only as far as one trusted proxy vouches for the next; of
 * {@code X-Forwarded-Proto}, {@code -Host} and {@code -Port} the last value counts, so each proxy must set or append them.
 * From a peer that is not trusted they are ignored, and kept from the registry.
 */
public final class ClientResolver {
    private static final Predicate<InetAddress> NOBODY = address -> false;

    private final @Nullable URI publicUrl;
    private final Predicate<InetAddress> trustedProxy;
    private final Set<String> allowedHosts;

    /** Nearly all clients know us by one address: the one that was made last is kept. */
    private volatile @Nullable URI lastBase;

    private ClientResolver(
            @Nullable URI publicUrl, Predicate<InetAddress> trustedProxy, Collection<String> allowedHosts) {
        this.publicUrl = publicUrl;
        this.trustedProxy = trustedProxy;
        this.allowedHosts = allowedHosts.stream()
                .map(host -> host.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Trusts no proxy and takes any well-formed Host. */
    public static ClientResolver fromRequest() {
        return new ClientResolver(null, NOBODY, Set.of());
    }

    /**
     * With the address that all clients use, whatever their requests say.
     *
     * @param url http or https; its path stands in place of context path and servlet path
     */
    public ClientResolver publicUrl(URI url) {
        String text = url.toString();
        String scheme = url.getScheme();
        boolean http = "http".equals(scheme) || "https".equals(scheme);
        if (!http || url.getHost() == null || url.getRawQuery() != null || url.getRawFragment() != null) {
            throw new IllegalArgumentException("a public URL is http or https with a host, without query: " + text);
        }
        URI base = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
        return new ClientResolver(base, trustedProxy, allowedHosts);
    }

    /** With proxies that are believed, by their address. */
    public ClientResolver trustedProxies(Predicate<InetAddress> trusted) {
        return new ClientResolver(publicUrl, Objects.requireNonNull(trusted, "trusted"), allowedHosts);
    }

    /**
     * With the hosts that are served; requests for others are refused, 421.
     *
     * @param hosts each {@code host}, for any port, or {@code host:port}; none: all hosts
     */
    public ClientResolver allowedHosts(Collection<String> hosts) {
        hosts.forEach(Authority::parse);
        return new ClientResolver(publicUrl, trustedProxy, hosts);
    }

    /**
     * The client.
     *
     * @param mountPath what stands before registry paths in the request's URI, without a final slash
     * @throws io.github.registryproxy.protocol.RegistryException 400 when the host is malformed, 421 when it is not served
     */
    Client resolve(HttpServletRequest request, String mountPath) {
        Forwarding seen = forwarding(request);
        if (publicUrl != null && allowedHosts.isEmpty()) {
            return new Client(seen.address(), publicUrl);
        }
        String scheme = seen.scheme(request.getScheme());
        Authority authority = seen.authority(() -> host(request));
        boolean served = allowedHosts.isEmpty()
                || allowedHosts.contains(authority.host())
                || allowedHosts.contains(authority.in(scheme))
                || allowedHosts.contains(authority.host() + ":" + authority.port());
        if (!served) {
            throw ErrorCode.DENIED
                    .because("this host is not served here")
                    .withStatus(421)
                    .asException();
        }
        return new Client(
                seen.address(),
                publicUrl != null ? publicUrl : base(scheme + "://" + authority.in(scheme) + mountPath));
    }

    private URI base(String text) {
        URI last = lastBase;
        if (last == null || !last.toString().equals(text)) {
            last = URI.create(text);
            lastBase = last;
        }
        return last;
    }

    /** Whether the peer is a proxy whose forwarding fields are believed. */
    boolean trusts(HttpServletRequest request) {
        if (trustedProxy == NOBODY) {
            return false;
        }
        InetAddress peer = Authority.address(request.getRemoteAddr());
        return peer != null && trustedProxy.test(peer);
    }

    private Forwarding forwarding(HttpServletRequest request) {
        InetAddress peer = Authority.address(request.getRemoteAddr());
        if (peer == null || !trustedProxy.test(peer)) {
            String address = peer == null ? request.getRemoteAddr() : InetAddresses.toAddrString(peer);
            return Forwarding.none(address);
        }
        List<String> lines = Collections.list(request.getHeaders("Forwarded"));
        return lines.isEmpty()
                ? Forwarding.ofX(request, peer, trustedProxy)
                : Forwarding.of(Forwarded.parse(lines), peer, trustedProxy);
    }

    private static Authority host(HttpServletRequest request) {
        List<String> hosts = Collections.list(request.getHeaders(HeaderNames.HOST));
        if (hosts.size() > 1) {
            throw Authority.refused();
        }
        if (hosts.isEmpty()) { // HTTP/1.0
            String local = request.getLocalAddr();
            return Authority.parse(local.contains(":") && !local.startsWith("[") ? "[" + local + "]" : local)
                    .withPort(request.getLocalPort());
        }
        return Authority.parse(hosts.get(0));
    }
}
