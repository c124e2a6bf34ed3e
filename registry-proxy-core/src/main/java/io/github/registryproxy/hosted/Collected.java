package io.github.registryproxy.hosted;

/**
 * What a collection has taken away.
 *
 * @param uploads pushes that nobody went on with
 * @param manifests without a tag, where such are collected
 * @param blobs that belonged to a repository, and no manifest of it named them
 * @param contents that belonged to no repository any more
 * @param bytes what these had taken of the disk
 */
public record Collected(long uploads, long manifests, long blobs, long contents, long bytes) {}
