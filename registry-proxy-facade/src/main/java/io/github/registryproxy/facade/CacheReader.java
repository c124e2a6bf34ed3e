package io.github.registryproxy.facade;

import io.github.registryproxy.store.ContentStore;
import io.github.registryproxy.store.DirectoryStore;
import io.github.registryproxy.store.LayeredStore;
import io.github.registryproxy.store.MemoryStore;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Reads the settings of the cache, and opens its store: a wrong directory is a wrong setting. */
final class CacheReader {
    private static final long MIB = 1024 * 1024;
    private static final long DEFAULT_SIZE = 20 * 1024 * MIB;
    private static final long DEFAULT_MEMORY = 64 * MIB;
    private static final Map<String, Long> SIZES =
            Map.of("", 1L, "KIB", 1024L, "MIB", MIB, "GIB", 1024 * MIB, "TIB", 1024 * 1024 * MIB);
    private static final Map<String, Long> SECONDS = Map.of("", 1L, "S", 1L, "M", 60L, "H", 3600L, "D", 86_400L);
    private static final Map<String, Long> COUNT = Map.of("", 1L);

    private final GivenSettings given;

    CacheReader(GivenSettings given) {
        this.given = given;
    }

    /** The cache; empty where none is set. */
    Optional<Settings.Cache> read() throws SettingException {
        Optional<Given> directory = given.find(Setting.CACHE_DIR);
        Optional<Given> memory = given.find(Setting.CACHE_MEMORY);
        Optional<Given> size = given.find(Setting.CACHE_SIZE);
        Optional<Given> ttl = given.find(Setting.TAG_TTL);
        Optional<Given> fetches = given.find(Setting.CACHE_FETCHES);
        Optional<Given> fillAlone = given.find(Setting.CACHE_FILL_ALONE);
        if (directory.isEmpty() && memory.isEmpty()) {
            Optional<Given> alone = Stream.of(size, ttl, fetches, fillAlone)
                    .flatMap(Optional::stream)
                    .findFirst();
            if (alone.isPresent()) {
                throw alone.get().expected(Setting.CACHE_DIR + " or " + Setting.CACHE_MEMORY + " beside it");
            }
            return Optional.empty();
        }
        Optional<Given> ofDirectory = size.isPresent() ? size : fetches;
        if (directory.isEmpty() && ofDirectory.isPresent()) {
            throw ofDirectory.get().expected(Setting.CACHE_DIR + " beside it");
        }
        Duration tagTtl = time(ttl, Duration.ofSeconds(60), Duration.ofDays(365), "a time such as 60s, 10m or 1h");
        long front = amount(memory, DEFAULT_MEMORY, SIZES, MIB, 1024 * 1024 * MIB, "a size from 1MiB, such as 64MiB");
        int connections = (int) amount(fetches, 1, COUNT, 1, 16, "a number from 1 to 16");
        boolean alone = fillAlone.isEmpty() || given.flag(Setting.CACHE_FILL_ALONE);
        MemoryStore quick = new MemoryStore(front);
        ContentStore store = quick;
        Optional<DirectoryStore> behind = Optional.empty();
        if (directory.isPresent()) {
            behind = Optional.of(directory(directory.get(), size));
            store = new LayeredStore(quick, behind.get());
        }
        return Optional.of(new Settings.Cache(store, behind, quick, tagTtl, connections, alone));
    }

    /** The directory of a cache that was used before. */
    Path existing() throws SettingException {
        Given directory = given.require(Setting.CACHE_DIR, "the directory of the cache");
        try {
            Path path = Path.of(directory.value().trim());
            if (DirectoryStore.isStore(path)) {
                return path.toRealPath();
            }
        } catch (IOException | InvalidPathException e) {
            throw directory.expected("the directory of a cache: " + OneLine.of(String.valueOf(e.getMessage())));
        }
        throw directory.expected("the directory of a cache, and there is none");
    }

    private DirectoryStore directory(Given directory, Optional<Given> size) throws SettingException {
        long capacity = amount(
                size,
                DEFAULT_SIZE,
                SIZES,
                DirectoryStore.LEAST_CAPACITY,
                Long.MAX_VALUE,
                "a size from 64MiB, such as 20GiB");
        try {
            return DirectoryStore.open(Path.of(directory.value().trim()), capacity);
        } catch (IOException | InvalidPathException e) {
            throw directory.expected("a directory for the cache alone: " + OneLine.of(String.valueOf(e.getMessage())));
        }
    }

    /** From nothing to the longest, in whole seconds. */
    static Duration time(Optional<Given> given, Duration unset, Duration longest, String expected)
            throws SettingException {
        return Duration.ofSeconds(amount(given, unset.toSeconds(), SECONDS, 0, longest.toSeconds(), expected));
    }

    /** In bytes. */
    static long size(Optional<Given> given, long unset, long least, long most, String expected)
            throws SettingException {
        return amount(given, unset, SIZES, least, most, expected);
    }

    private static long amount(
            Optional<Given> given, long unset, Map<String, Long> units, long least, long most, String expected)
            throws SettingException {
        if (given.isEmpty()) {
            return unset;
        }
        OptionalLong amount = parse(given.get().value().trim(), units);
        if (amount.isEmpty() || amount.getAsLong() < least || amount.getAsLong() > most) {
            throw given.get().expected(expected);
        }
        return amount.getAsLong();
    }

    private static OptionalLong parse(String text, Map<String, Long> units) {
        int digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        Long unit = units.get(text.substring(digits).trim().toUpperCase(Locale.ROOT));
        if (digits == 0 || digits > 12 || unit == null) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Math.multiplyExact(Long.parseLong(text.substring(0, digits)), unit));
        } catch (ArithmeticException e) {
            return OptionalLong.empty();
        }
    }
}
