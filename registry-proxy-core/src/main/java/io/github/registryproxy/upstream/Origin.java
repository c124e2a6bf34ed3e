package io.github.registryproxy.upstream;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/**
 * Scheme, host and port: what credentials are bound to (RFC 6454 section 4).
 *
 * @param scheme {@code http} or {@code https}
 * @param host in lower case, IPv6 in brackets
 * @param port explicit, the scheme's own where the URI has none
 */
record Origin(String scheme, String host, int port) {
    /** The origin of an absolute http or https URI without user info; empty for anything else. */
    static Optional<Origin> of(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        boolean http = scheme.equals("http") || scheme.equals("https");
        if (!http || uri.getHost() == null || uri.getRawUserInfo() != null || uri.getPort() > 65535) {
            return Optional.empty();
        }
        int port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("http") ? 80 : 443;
        return Optional.of(new Origin(scheme, uri.getHost().toLowerCase(Locale.ROOT), port));
    }

    boolean isSecure() {
        return scheme.equals("https");
    }

    /** The URI of a path with query at this origin; both go out as they are. */
    URI at(String pathAndQuery) {
        boolean usual = port == (isSecure() ? 443 : 80);
        return URI.create(scheme + "://" + host + (usual ? "" : ":" + port) + pathAndQuery);
    }

    @Override
    public String toString() {
        return scheme + "://" + host + ":" + port;
    }
}
