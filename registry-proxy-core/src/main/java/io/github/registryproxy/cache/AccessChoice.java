package io.github.registryproxy.cache;

import io.github.registryproxy.ClientCredentials;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import java.util.Optional;
import java.util.function.Function;

/** Choice of who may read a cache, from what was said and where the cache is. */
final class AccessChoice {
    private AccessChoice() {}

    /**
     * The cache as a link of a chain.
     *
     * @param said what its builder was told
     * @param inside what the links inside it do to clients' credentials
     * @param as the cache with another access than the one it has
     * @throws IllegalStateException where nothing was said, and what one client fetched would be given to another
     */
    static Middleware of(
            Middleware cache,
            Optional<CacheAccess> said,
            ClientCredentials inside,
            RegistryHandler upstream,
            Function<CacheAccess, Middleware> as) {
        if (said.isPresent() || inside == ClientCredentials.UNKNOWN) {
            return cache;
        }
        if (inside == ClientCredentials.REPLACED) {
            return as.apply(CacheAccess.PUBLIC);
        }
        throw new IllegalStateException(
                "who may read " + cache + "? The credentials of clients pass through it to " + upstream
                        + ", which may let one client read what it refuses another. Call access(...) on the cache's builder with"
                        + " CacheAccess.PUBLIC (every client reads what any client fetched), CacheAccess.SAME_CREDENTIAL (a client"
                        + " reads what the upstream gave for the same credentials) or CacheAccess.RECHECK (the upstream is asked"
                        + " each time), or give the upstream the proxy's own .credentials(...)");
    }
}
