package io.github.registryproxy.cache;

/**
 * Cache key of what a tag is to one caller.
 *
 * @param types what the caller accepts
 * @param identity of the caller
 */
record TagView(KeptTags.Name name, AcceptedTypes types, String identity) {
    /** What is the same for all callers who may read. */
    record Shown(KeptTags.Name name, AcceptedTypes types) {}
}
