package io.github.registryproxy.cache;

/** Who may read what was cached for somebody else. */
public enum CacheAccess {
    /** Everybody who may ask: the upstream's credentials are the proxy's own. */
    PUBLIC,
    /** Whoever brings the very credentials it was fetched with; others are asked about at the upstream first. */
    SAME_CREDENTIAL,
    /** Nobody unasked: the upstream is asked, by HEAD with the caller's credentials, each time. */
    RECHECK
}
