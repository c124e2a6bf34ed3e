package io.github.registryproxy.facade.chain;

import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.cache.CacheAccess;
import io.github.registryproxy.cache.Caching;
import io.github.registryproxy.facade.model.CacheTuning;
import io.github.registryproxy.facade.model.Upstream;
import io.github.registryproxy.metrics.Metrics;
import io.github.registryproxy.store.ContentStore;

/** The link of the chain that caches one upstream, and what an operator does to it. */
final class CacheLinks {
    private CacheLinks() {}

    /** Clients with a login of their own are asked about at the registry before they read what others had fetched. */
    static CachedUpstream add(
            RegistryProxy.Builder chain, Upstream upstream, CacheTuning tuning, ContentStore store, Metrics metrics) {
        Caching caching = Caching.of(store, upstream.keptAs())
                .access(upstream.clientsLogIn() ? CacheAccess.SAME_CREDENTIAL : CacheAccess.PUBLIC)
                .tagTtl(tuning.tagTtl())
                .parallelFetch(tuning.fetches())
                .fillAlone(tuning.fillAlone())
                .metrics(metrics.cache(upstream.name()))
                .build();
        chain.use(caching);
        return new CachedUpstream(upstream, caching.purge(), caching.breaker());
    }
}
