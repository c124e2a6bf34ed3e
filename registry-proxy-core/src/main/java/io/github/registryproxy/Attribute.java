package io.github.registryproxy;

import java.util.Objects;

/**
 * A key under which one middleware leaves a value on a request for another; compared by identity, so keep it in a constant.
 *
 * @param <T> the value's type
 */
public final class Attribute<T> {
    private final String name;

    private Attribute(String name) {
        this.name = Objects.requireNonNull(name, "name");
    }

    /** A new key; the name is for people. */
    public static <T> Attribute<T> named(String name) {
        return new Attribute<>(name);
    }

    @Override
    public String toString() {
        return name;
    }
}
