package io.github.registryproxy.policy;

import java.util.Arrays;

/**
 * A pattern as an automaton without backtracking: all the places in the pattern that the name so far may have led to are kept
 * at once, so a name costs its length times the pattern's, and no more.
 */
final class Glob implements NamePattern {
    private static final char ONE = '?';
    private static final char RUN = '*';

    /** Stand for what is written with two characters and more; no name has them. */
    private static final char DEEP_RUN = '\u0001';

    private static final char COMPONENTS = '\u0002';

    private final String written;
    private final char[] steps;

    Glob(String pattern) {
        this.written = pattern;
        // "**/" at a component's start is any number of components with their slashes.
        StringBuilder compiled = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            boolean atStart = i == 0 || pattern.charAt(i - 1) == '/';
            if (atStart && pattern.startsWith("**/", i)) {
                compiled.append(COMPONENTS);
                i += 2;
            } else if (pattern.startsWith("**", i)) {
                compiled.append(DEEP_RUN);
                i += 1;
            } else {
                compiled.append(pattern.charAt(i));
            }
        }
        this.steps = compiled.toString().toCharArray();
    }

    /** Whether it stands for itself alone. */
    boolean isName() {
        for (char c : steps) {
            if (c == ONE || c == RUN || c == DEEP_RUN || c == COMPONENTS) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean matches(String name) {
        boolean[] here = new boolean[steps.length + 1];
        reach(here, 0);
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean[] next = new boolean[steps.length + 1];
            boolean any = false;
            for (int at = 0; at < steps.length; at++) {
                if (here[at]) {
                    any |= step(next, at, c);
                }
            }
            if (!any) {
                return false;
            }
            here = next;
        }
        return here[steps.length];
    }

    /** Adds the places that one character leads to from there; tells whether there is one. */
    private boolean step(boolean[] next, int at, char c) {
        return switch (steps[at]) {
            case ONE -> c != '/' && reach(next, at + 1);
            case RUN -> c != '/' && reach(next, at);
            case DEEP_RUN -> reach(next, at);
            // Only behind a slash may what follows begin; until then a component is being passed over.
            case COMPONENTS -> c == '/' ? reach(next, at) : stay(next, at);
            default -> steps[at] == c && reach(next, at + 1);
        };
    }

    private static boolean stay(boolean[] places, int at) {
        places[at] = true;
        return true;
    }

    /** Adds a place, and those behind wildcards that may stand for nothing. */
    private boolean reach(boolean[] places, int at) {
        places[at] = true;
        for (int i = at; i < steps.length && (steps[i] == RUN || steps[i] == DEEP_RUN || steps[i] == COMPONENTS); i++) {
            places[i + 1] = true;
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Glob glob && Arrays.equals(steps, glob.steps) && written.equals(glob.written);
    }

    @Override
    public int hashCode() {
        return written.hashCode();
    }

    @Override
    public String toString() {
        return written;
    }
}
