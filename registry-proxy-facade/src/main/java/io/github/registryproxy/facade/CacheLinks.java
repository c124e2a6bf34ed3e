package io.github.registryproxy.facade;

import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.cache.Breaker;
import io.github.registryproxy.cache.CacheAccess;
import io.github.registryproxy.cache.CacheBlobs;
import io.github.registryproxy.cache.CacheManifests;
import io.github.registryproxy.cache.CacheMetrics;
import io.github.registryproxy.cache.CachePing;
import io.github.registryproxy.cache.CachePurge;
import io.github.registryproxy.metrics.Metrics;

/** The links of the chain that cache, and what an operator does to them. */
final class CacheLinks {
    private CacheLinks() {}

    /** Clients with a login of their own are asked about at the registry before they read what others had fetched. */
    static CacheOperations add(RegistryProxy.Builder chain, Settings settings, Settings.Cache cache, Metrics metrics) {
        String upstream = settings.upstream().registry().toString();
        CacheAccess access = settings.clientsLogInBehind() ? CacheAccess.SAME_CREDENTIAL : CacheAccess.PUBLIC;
        Breaker breaker = new Breaker();
        CacheMetrics counters = metrics.cache(upstream);
        CacheManifests manifests = CacheManifests.builder(cache.store())
                .upstream(upstream)
                .tagTtl(cache.tagTtl())
                .access(access)
                .breaker(breaker)
                .metrics(counters)
                .build();
        CacheBlobs blobs = CacheBlobs.builder(cache.store(), upstream)
                .parallelFetch(cache.fetches())
                .fillAlone(cache.fillAlone())
                .access(access)
                .breaker(breaker)
                .metrics(counters)
                .build();
        chain.use(new CachePing(breaker)).use(manifests).use(blobs);
        CachePurge purge = CachePurge.builder(cache.store())
                .upstream(upstream)
                .manifests(manifests)
                .blobs(blobs)
                .build();
        Measures measures = new Measures(metrics, upstream);
        measures.breaker(breaker);
        measures.store(cache);
        return CacheOperations.of(settings, cache, purge, breaker);
    }
}
