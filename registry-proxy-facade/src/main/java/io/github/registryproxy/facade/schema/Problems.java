package io.github.registryproxy.facade.schema;

import java.util.ArrayList;
import java.util.List;

/** All that is wrong with a file, a line each. */
public final class Problems {
    private static final int MOST = 100;

    private final List<String> lines = new ArrayList<>();

    /** Something at one place of it. */
    public void add(String path, String origin, String message) {
        add((path.isEmpty() ? "" : path + " ") + "(" + origin + "): " + message);
    }

    /** A whole line; after a hundred, no more. */
    public void add(String line) {
        if (lines.size() < MOST && !lines.contains(line)) {
            lines.add(line);
        }
    }

    public boolean isEmpty() {
        return lines.isEmpty();
    }

    public List<String> lines() {
        return List.copyOf(lines);
    }
}
