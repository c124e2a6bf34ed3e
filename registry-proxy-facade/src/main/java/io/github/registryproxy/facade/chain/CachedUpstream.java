package io.github.registryproxy.facade.chain;

import io.github.registryproxy.cache.Breaker;
import io.github.registryproxy.cache.CachePurge;
import io.github.registryproxy.facade.model.Upstream;

/** What an operator does to what is kept of one upstream. */
public record CachedUpstream(Upstream upstream, CachePurge purge, Breaker breaker) {}
