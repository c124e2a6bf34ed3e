package io.github.registryproxy.facade.place;

import io.github.registryproxy.protocol.RepositoryName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Set of the prefixes below which names mean something; the longest one decides. Filled once, then only read. */
final class Prefixes {
    private final Map<String, RepositoryName> all = new HashMap<>();

    void add(RepositoryName prefix) {
        all.put(prefix.value(), prefix);
    }

    /** The longest prefix that the name is below; empty where there is none. */
    Optional<RepositoryName> longest(RepositoryName name) {
        String value = name.value();
        for (int slash = value.lastIndexOf('/'); slash > 0; slash = value.lastIndexOf('/', slash - 1)) {
            RepositoryName found = all.get(value.substring(0, slash));
            if (found != null) {
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }

    /** Those strictly below the prefix; all of them where it is empty. */
    List<RepositoryName> below(Optional<RepositoryName> prefix) {
        return all.values().stream()
                .filter(one -> prefix.isEmpty() || one.isBelow(prefix.get()))
                .sorted()
                .toList();
    }

    /** Whether a new prefix would share names with one of these. */
    boolean collides(RepositoryName prefix) {
        return all.values().stream().anyMatch(one -> one.equals(prefix) || one.isBelow(prefix) || prefix.isBelow(one));
    }

    boolean isEmpty() {
        return all.isEmpty();
    }
}
