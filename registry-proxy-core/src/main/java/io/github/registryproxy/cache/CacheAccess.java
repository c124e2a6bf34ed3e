package io.github.registryproxy.cache;

/** Who may read what was cached for another client. */
public enum CacheAccess {
    /** Every client that gets to the cache: the upstream's credentials are the proxy's own. */
    PUBLIC,
    /**
     * A client with the very credentials that the upstream accepted for this content, for a while; others are asked about at the
     * upstream first.
     */
    SAME_CREDENTIAL,
    /** No client before the upstream, asked by HEAD with that client's credentials, says so; each time. */
    RECHECK
}
