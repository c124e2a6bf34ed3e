package io.github.registryproxy.facade;

import com.google.common.net.HostAndPort;
import com.google.common.net.InetAddresses;
import com.google.common.net.InternetDomainName;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/** Origins and address blocks as operators write them. */
final class Addresses {
    private Addresses() {}

    /** Scheme, host and port, and nothing more but a final slash. */
    static Optional<URI> origin(String text) {
        try {
            URI uri = new URI(text.trim());
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            String path = uri.getRawPath() == null ? "" : uri.getRawPath();
            boolean bare = uri.getRawUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null
                    && (path.isEmpty() || path.equals("/"));
            boolean http = scheme.equals("http") || scheme.equals("https");
            if (!http || !bare || uri.getHost() == null || uri.getPort() == 0 || uri.getPort() > 65535) {
                return Optional.empty();
            }
            String host = uri.getHost().toLowerCase(Locale.ROOT);
            return Optional.of(new URI(scheme, null, host, uri.getPort(), null, null, null));
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    /** An origin that may lack its scheme, which is https then. */
    static Optional<URI> registry(String text) {
        String trimmed = text.trim();
        return origin(trimmed.contains("://") ? trimmed : "https://" + trimmed);
    }

    /** An http or https address to send browsers to; a path, but no user, query or fragment. */
    static Optional<URI> page(String text) {
        try {
            URI uri = new URI(text.trim());
            boolean plain = uri.getRawUserInfo() == null && uri.getRawQuery() == null && uri.getRawFragment() == null;
            boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            return plain && http && uri.getHost() != null ? Optional.of(uri) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    /** Whether the address names this machine's loopback, without asking a resolver. */
    static boolean isLoopback(URI uri) {
        String host = uri.getHost().replaceAll("^\\[|]$", "");
        return host.equals("localhost")
                || (InetAddresses.isInetAddress(host)
                        && InetAddresses.forString(host).isLoopbackAddress());
    }

    /** A host name or address, with or without a port. */
    static boolean isHost(String text) {
        try {
            String host = HostAndPort.fromString(text).getHost();
            return InetAddresses.isInetAddress(host) || InternetDomainName.isValid(host);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
