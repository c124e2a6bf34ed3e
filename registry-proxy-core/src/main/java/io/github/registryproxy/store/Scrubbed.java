package io.github.registryproxy.store;

/**
 * What a scrub has read.
 *
 * @param entries those that were read, the damaged included
 * @param bytes what they hold
 * @param damaged how many did not hash to their digest and are gone
 */
public record Scrubbed(long entries, long bytes, long damaged) {}
