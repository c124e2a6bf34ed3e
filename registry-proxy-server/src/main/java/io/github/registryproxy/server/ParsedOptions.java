package io.github.registryproxy.server;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What {@link Grammar} found; options are asked for by their first name. */
final class ParsedOptions {
    private final Map<String, String> values;
    private final List<String> alone;

    ParsedOptions(Map<String, String> values, List<String> alone) {
        this.values = Map.copyOf(values);
        this.alone = List.copyOf(alone);
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /** The value; empty where the option is not given. */
    String value(String name) {
        return values.getOrDefault(name, "");
    }

    /** What stands without an option. */
    Optional<String> positional() {
        return alone.stream().findFirst();
    }
}
