package io.github.registryproxy.facade.model;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where things are kept.
 *
 * @param name what the store is called in what is counted
 * @param cache the directory of what comes from upstreams; empty for memory alone
 * @param cacheSize what that may take, in bytes
 * @param memory what is kept in front of it or alone, in bytes
 * @param hosted the directory of the site's own images; empty where there are none
 * @param said who wants the directories, for messages about them
 */
public record Keeping(
        String name, Optional<Path> cache, long cacheSize, long memory, Optional<Path> hosted, String said) {}
