package io.github.registryproxy.cache;

/**
 * What a purge has taken away.
 *
 * @param tags records of what a tag stands for
 * @param memberships records that a repository has a blob or a manifest
 * @param contents blobs and manifests that were deleted, since no repository has them any more
 * @param bytes what those held
 */
public record Purged(long tags, long memberships, long contents, long bytes) {}
