package io.github.registryproxy.facade.chain;

import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.cache.Breaker;
import io.github.registryproxy.cache.CacheAccess;
import io.github.registryproxy.cache.CacheBlobs;
import io.github.registryproxy.cache.CacheManifests;
import io.github.registryproxy.cache.CacheMetrics;
import io.github.registryproxy.cache.CachePing;
import io.github.registryproxy.cache.CachePurge;
import io.github.registryproxy.facade.model.Caching;
import io.github.registryproxy.facade.model.Upstream;
import io.github.registryproxy.metrics.Metrics;
import io.github.registryproxy.store.ContentStore;

/** The links of the chain that cache, and what an operator does to them. */
final class CacheLinks {
    private CacheLinks() {}

    /** Clients with a login of their own are asked about at the registry before they read what others had fetched. */
    static CachedUpstream add(
            RegistryProxy.Builder chain, Upstream upstream, Caching caching, ContentStore store, Metrics metrics) {
        String name = upstream.keptAs();
        CacheAccess access = upstream.clientsLogIn() ? CacheAccess.SAME_CREDENTIAL : CacheAccess.PUBLIC;
        Breaker breaker = new Breaker();
        CacheMetrics counters = metrics.cache(upstream.name());
        CacheManifests manifests = CacheManifests.builder(store)
                .upstream(name)
                .tagTtl(caching.tagTtl())
                .access(access)
                .breaker(breaker)
                .metrics(counters)
                .build();
        CacheBlobs blobs = CacheBlobs.builder(store, name)
                .parallelFetch(caching.fetches())
                .fillAlone(caching.fillAlone())
                .access(access)
                .breaker(breaker)
                .metrics(counters)
                .build();
        chain.use(new CachePing(breaker)).use(manifests).use(blobs);
        CachePurge purge = CachePurge.builder(store)
                .upstream(name)
                .manifests(manifests)
                .blobs(blobs)
                .build();
        return new CachedUpstream(upstream, purge, breaker);
    }
}
