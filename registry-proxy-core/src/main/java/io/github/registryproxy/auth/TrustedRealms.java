package io.github.registryproxy.auth;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which token servers may see credentials that are meant for one upstream: its own origin, the ones listed, and those that
 * well-known registries document. A challenge alone makes no realm trusted (CVE-2026-33540 and its like).
 *
 * <p>An https upstream never leads to an http realm, listed or not.
 */
public final class TrustedRealms {
    private static final System.Logger LOG = System.getLogger(TrustedRealms.class.getName());

    /** Registries whose token server is another origin; those of GHCR, Quay, Google, Azure and public ECR are their own. */
    private static final Map<String, List<String>> WELL_KNOWN = Map.of(
            "https://registry-1.docker.io", List.of("https://auth.docker.io"),
            "https://index.docker.io", List.of("https://auth.docker.io"),
            "https://docker.io", List.of("https://auth.docker.io"),
            "https://registry.gitlab.com", List.of("https://gitlab.com"),
            "https://nvcr.io", List.of("https://authn.nvidia.com"));

    private final String upstream;
    private final Set<String> trusted;
    private final Cache<String, Boolean> said =
            CacheBuilder.newBuilder().maximumSize(256).build();

    private TrustedRealms(String upstream, Set<String> trusted) {
        this.upstream = upstream;
        this.trusted = Set.copyOf(trusted);
    }

    /** The upstream's own origin, and what is known of it. */
    public static TrustedRealms of(URI upstream) {
        return of(upstream, List.of());
    }

    /**
     * The upstream's own origin, what is known of it, and the listed ones.
     *
     * @param listed scheme, host and port; the rest of an address does not count
     */
    public static TrustedRealms of(URI upstream, Collection<URI> listed) {
        String own = Realm.origin(upstream);
        Set<String> trusted = new HashSet<>(WELL_KNOWN.getOrDefault(own, List.of()));
        trusted.add(own);
        listed.forEach(one -> trusted.add(Realm.origin(one)));
        return new TrustedRealms(own, trusted);
    }

    /** Whether credentials for the upstream may be sent there. */
    public boolean trusts(Realm realm) {
        return mayBeAsked(realm) && trusted.contains(realm.origin());
    }

    /** Whether anything at all may be sent there: an upstream behind https leads to no http realm. */
    public boolean mayBeAsked(Realm realm) {
        return !upstream.startsWith("https:") || realm.origin().startsWith("https:");
    }

    /** Logs, once per realm, that it was not trusted, and what to list where that was meant. */
    public void warn(Realm realm) {
        if (said.asMap().putIfAbsent(realm.toString(), true) == null) {
            String remedy = mayBeAsked(realm)
                    ? "if it is the registry's token server, list " + realm.origin() + " as a trusted realm"
                    : "https never leads to http";
            LOG.log(
                    Level.WARNING,
                    "TRUST upstream {0} names the token realm {1}: nothing sent there; {2}",
                    upstream,
                    realm,
                    remedy);
        }
    }

    @Override
    public String toString() {
        return trusted.toString();
    }
}
