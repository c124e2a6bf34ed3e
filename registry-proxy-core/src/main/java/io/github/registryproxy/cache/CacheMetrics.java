package io.github.registryproxy.cache;

/** Counts what the cache does; called from many threads, so implementations are quick and safe. */
public interface CacheMetrics {
    /** Counts nothing. */
    CacheMetrics NONE = new CacheMetrics() {};

    /** A request was answered in that way. */
    default void answered(CacheState state) {}

    /** So many bytes of content came from the upstream. */
    default void fetched(long bytes) {}

    /** So many bytes of content went to clients from the store or a growing entry. */
    default void served(long bytes) {}

    /** A fill went on where an earlier one had ended. */
    default void resumed(long bytesSaved) {}

    /** The store could not be used; the request went on without it. */
    default void bypassed() {}
}
