package io.github.registryproxy.facade;

import io.github.registryproxy.facade.model.CacheTuning;
import io.github.registryproxy.facade.model.Keeping;
import io.github.registryproxy.store.DirectoryStore;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads how what comes from upstreams is kept, and where. */
final class CacheReader {
    private static final long DEFAULT_SIZE = 20 * 1024 * Amounts.MIB;
    private static final long DEFAULT_MEMORY = 64 * Amounts.MIB;

    private final GivenSettings given;

    CacheReader(GivenSettings given) {
        this.given = given;
    }

    /**
     * Where it is kept; empty where nowhere is set.
     *
     * @param name what the store is called in what is counted
     */
    Optional<Keeping> keeping(String name) throws SettingException {
        Optional<Given> directory = given.find(Setting.CACHE_DIR);
        Optional<Given> size = given.find(Setting.CACHE_SIZE);
        if (isNowhere()) {
            Optional<Given> alone = Stream.of(
                            Setting.CACHE_SIZE, Setting.TAG_TTL, Setting.CACHE_FETCHES, Setting.CACHE_FILL_ALONE)
                    .flatMap(setting -> given.find(setting).stream())
                    .findFirst();
            if (alone.isPresent()) {
                throw alone.get().expected(Setting.CACHE_DIR + " or " + Setting.CACHE_MEMORY + " beside it");
            }
            return Optional.empty();
        }
        Optional<Given> ofDirectory = size.isPresent() ? size : given.find(Setting.CACHE_FETCHES);
        if (directory.isEmpty() && ofDirectory.isPresent()) {
            throw ofDirectory.get().expected(Setting.CACHE_DIR + " beside it");
        }
        return Optional.of(new Keeping(
                name,
                directory.isPresent() ? Optional.of(path(directory.get())) : Optional.empty(),
                size(),
                memory(),
                Optional.empty(),
                directory.map(Given::toString).orElse("")));
    }

    private boolean isNowhere() {
        return given.find(Setting.CACHE_DIR).isEmpty()
                && given.find(Setting.CACHE_MEMORY).isEmpty();
    }

    /** What the directory may take. */
    long size() throws SettingException {
        return Amounts.size(
                given.find(Setting.CACHE_SIZE),
                DEFAULT_SIZE,
                DirectoryStore.LEAST_CAPACITY,
                Long.MAX_VALUE,
                "a size from 64MiB, such as 20GiB");
    }

    /** What may be kept in memory. */
    long memory() throws SettingException {
        return Amounts.size(
                given.find(Setting.CACHE_MEMORY),
                DEFAULT_MEMORY,
                Amounts.MIB,
                1024 * 1024 * Amounts.MIB,
                "a size from 1MiB, such as 64MiB");
    }

    /** How it is kept; empty where nowhere is set. */
    Optional<CacheTuning> caching() throws SettingException {
        return isNowhere() ? Optional.empty() : Optional.of(policy());
    }

    /** How it is kept, wherever that is. */
    CacheTuning policy() throws SettingException {
        Duration tagTtl = Amounts.time(
                given.find(Setting.TAG_TTL),
                Duration.ofSeconds(60),
                Duration.ofDays(365),
                "a time such as 60s, 10m or 1h");
        int fetches = Amounts.count(given.find(Setting.CACHE_FETCHES), 1, 1, 16, "a number from 1 to 16");
        boolean alone = given.find(Setting.CACHE_FILL_ALONE).isEmpty() || given.flag(Setting.CACHE_FILL_ALONE);
        return new CacheTuning(tagTtl, fetches, alone);
    }

    /** The directory of a cache that was used before. */
    Path existing() throws SettingException {
        Given directory = given.require(Setting.CACHE_DIR, "the directory of the cache");
        try {
            Path path = path(directory);
            if (DirectoryStore.isStore(path)) {
                return path.toRealPath();
            }
        } catch (IOException e) {
            throw directory.expected("the directory of a cache: " + OneLine.of(String.valueOf(e.getMessage())));
        }
        throw directory.expected("the directory of a cache, and there is none");
    }

    static Path path(Given directory) throws SettingException {
        try {
            return Path.of(directory.value().trim());
        } catch (InvalidPathException e) {
            throw directory.expected("the name of a directory");
        }
    }
}
