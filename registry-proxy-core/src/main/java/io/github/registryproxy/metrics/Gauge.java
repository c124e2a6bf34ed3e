package io.github.registryproxy.metrics;

/** What can be looked at now and then. */
public enum Gauge {
    /** How many blobs and manifests the store has. */
    STORE_ENTRIES,
    /** What they take, in bytes. */
    STORE_BYTES,
    /** What they may take, in bytes. */
    STORE_CAPACITY,
    /** What is being fetched and what unfinished fetches have left, in bytes. */
    STORE_UNFINISHED,
    /** How many entries had to make room since the start; only grows. */
    STORE_EVICTED,
    /** How many entries were found damaged on the disk since the start; only grows. */
    STORE_DAMAGED,
    /** How many blobs and manifests of one's own there are, each once. */
    HOSTED_ENTRIES,
    /** What they take, in bytes. */
    HOSTED_BYTES,
    /** How many repositories of one's own there are. */
    HOSTED_REPOSITORIES,
    /** How many hosted blobs and manifests are damaged, and not served until they are pushed again. */
    HOSTED_DAMAGED,
    /** 1 while the upstream is not asked since it does not answer, else 0. */
    BREAKER_OPEN,
    /** How many requests the upstream allows in its window, as it said last. */
    RATE_LIMIT,
    /** How many of these are left, as it said last. */
    RATE_REMAINING
}
