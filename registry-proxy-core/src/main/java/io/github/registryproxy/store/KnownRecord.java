package io.github.registryproxy.store;

import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A record in memory, or that there is none, with what it says once somebody has asked. */
final class KnownRecord {
    private static final int OVERHEAD = 256;

    private final Optional<byte[]> bytes;
    private volatile @Nullable Parsed<?> parsed;

    private record Parsed<T>(Function<byte[], T> parser, T value) {}

    KnownRecord(Optional<byte[]> bytes) {
        this.bytes = bytes;
    }

    /** The array itself. */
    Optional<byte[]> bytes() {
        return bytes;
    }

    /** As that parser reads it, which is the same object each time. */
    @SuppressWarnings("unchecked")
    <T> Optional<T> parsed(Function<byte[], T> parser) {
        Parsed<?> before = parsed;
        if (before != null && before.parser == parser) {
            return Optional.of((T) before.value);
        }
        Optional<T> value = bytes.map(parser);
        value.ifPresent(one -> parsed = new Parsed<>(parser, one));
        return value;
    }

    /** In bytes: what it says takes about as much again. */
    int weight() {
        return OVERHEAD + 2 * bytes.map(array -> array.length).orElse(0);
    }
}
