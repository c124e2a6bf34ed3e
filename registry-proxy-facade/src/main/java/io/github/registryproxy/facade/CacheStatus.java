package io.github.registryproxy.facade;

import java.util.OptionalLong;

/**
 * How a cache stands.
 *
 * @param entries blobs and manifests
 * @param bytes what they take
 * @param capacity what they may take; empty where only a running proxy knows
 * @param unfinishedBytes what is being fetched and what unfinished fetches have left
 * @param evicted entries that had to make room since it was opened
 * @param reading whether there may be more, since the directory is still being read after a start
 * @param upstreamAway whether the registry behind is not being asked, since it does not answer
 */
public record CacheStatus(
        long entries,
        long bytes,
        OptionalLong capacity,
        long unfinishedBytes,
        long evicted,
        boolean reading,
        boolean upstreamAway) {}
