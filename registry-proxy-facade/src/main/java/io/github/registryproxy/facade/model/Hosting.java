package io.github.registryproxy.facade.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How the site's own images are kept.
 *
 * @param immutable which tags are never moved
 * @param quotas the first that fits a repository counts
 * @param minimumChunk what clients are told to send at least, in bytes
 * @param manifestLimit the largest manifest, in bytes
 */
public record Hosting(
        boolean push,
        boolean delete,
        boolean catalog,
        List<Immutable> immutable,
        List<Quota> quotas,
        Missing missing,
        OptionalLong minimumChunk,
        int manifestLimit,
        Collection collection) {
    /** Tags that stay what they are, in repositories that these globs name; none: all. */
    public record Immutable(List<String> repositories, List<String> tags) {}

    /** What each of the repositories may take, in bytes; no globs: all. */
    public record Quota(List<String> repositories, long bytes) {}

    /** What a manifest may name that is not there. */
    public enum Missing {
        REFUSE,
        SPARSE_INDEXES,
        ACCEPT
    }

    /**
     * When what nobody needs is deleted.
     *
     * @param every empty: only when an operator says so
     * @param untaggedAfter empty: never
     */
    public record Collection(
            Optional<Duration> every, Duration grace, Optional<Duration> untaggedAfter, Duration uploadsAfter) {}
}
