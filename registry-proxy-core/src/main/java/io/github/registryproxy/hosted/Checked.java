package io.github.registryproxy.hosted;

import java.util.List;

/**
 * What a check has found.
 *
 * @param entries contents that were read
 * @param bytes what they hold
 * @param orphans contents that belong to no repository: the next collections take them
 * @param problems what is wrong, a sentence each, at most 1000
 */
public record Checked(long entries, long bytes, long orphans, List<String> problems) {
    public Checked {
        problems = List.copyOf(problems);
    }

    /** Whether nothing is wrong. */
    public boolean isClean() {
        return problems.isEmpty();
    }
}
