package io.github.registryproxy.auth;

import io.github.registryproxy.protocol.Challenge;
import io.github.registryproxy.protocol.Query;
import io.github.registryproxy.protocol.RegistryException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/**
 * The address of a token server, as a Bearer challenge names it.
 *
 * @param address http or https, with a host, without user info and fragment, in the characters of RFC 3986, no control
 *     character escaped in it
 */
public record Realm(URI address) {
    private static final int LONGEST = 2048;

    public Realm {
        if (!isUsable(address)) {
            throw new IllegalArgumentException("not the address of a token server");
        }
    }

    /** The realm of that text; empty where it is no address to go to. */
    public static Optional<Realm> parse(String text) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            URI uri = new URI(text);
            return isUsable(uri) ? Optional.of(new Realm(uri)) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    /** The realm a challenge names; empty where it names none to go to. */
    public static Optional<Realm> of(Challenge challenge) {
        return challenge.parameter("realm").flatMap(Realm::parse);
    }

    /** Scheme, host and port, without a default port. */
    public String origin() {
        return origin(address);
    }

    /** The query fields it already has. */
    public Query query() {
        String raw = address.getRawQuery();
        return raw == null ? Query.EMPTY : Query.parse(raw);
    }

    /** Its address with more fields after its own. */
    public URI with(Query more) {
        Query query = query().and(more);
        String path = address.getRawPath().isEmpty() ? "/" : address.getRawPath();
        String base = address.getScheme() + "://" + address.getRawAuthority() + path;
        return URI.create(query.isEmpty() ? base : base + "?" + query.render());
    }

    /** Without its query. */
    @Override
    public String toString() {
        return origin() + address.getRawPath();
    }

    static String origin(URI uri) {
        if (!hasOrigin(uri)) {
            throw new IllegalArgumentException("not an http or https address with a host and without user info");
        }
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        int standard = scheme.equals("https") ? 443 : 80;
        String port = uri.getPort() < 0 || uri.getPort() == standard ? "" : ":" + uri.getPort();
        return scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + port;
    }

    private static boolean hasOrigin(URI uri) {
        boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
        return http && uri.getHost() != null && uri.getRawUserInfo() == null;
    }

    private static boolean isUsable(URI uri) {
        String text = uri.toString();
        return hasOrigin(uri)
                && uri.getRawFragment() == null
                && uri.getPort() != 0
                && uri.getPort() <= 65535
                && text.chars().allMatch(c -> c > 0x20 && c < 0x7f)
                && !hasEscapedControls(text)
                && hasLegalQuery(uri);
    }

    private static boolean hasLegalQuery(URI uri) {
        try {
            Query.parse(uri.getRawQuery() == null ? "" : uri.getRawQuery());
            return true;
        } catch (RegistryException e) {
            return false;
        }
    }

    private static boolean hasEscapedControls(String text) {
        for (int i = text.indexOf('%'); i >= 0 && i + 2 < text.length(); i = text.indexOf('%', i + 1)) {
            char high = text.charAt(i + 1);
            if (high == '0' || high == '1' || text.regionMatches(true, i + 1, "7f", 0, 2)) {
                return true;
            }
        }
        return false;
    }
}
