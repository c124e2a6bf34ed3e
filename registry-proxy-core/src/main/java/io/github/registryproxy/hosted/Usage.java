package io.github.registryproxy.hosted;

/**
 * What hosted repositories hold.
 *
 * @param repositories how many there are
 * @param tags of all of them
 * @param manifests of all of them; one that is in several counts in each
 * @param entries blobs and manifests on the disk, each once
 * @param bytes what these take of the disk
 * @param uploads what pushes on their way take of it
 */
public record Usage(long repositories, long tags, long manifests, long entries, long bytes, long uploads) {}
