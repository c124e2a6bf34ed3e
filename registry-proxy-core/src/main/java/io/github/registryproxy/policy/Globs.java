package io.github.registryproxy.policy;

/**
 * Patterns with wildcards. For tags {@code *} is any run of characters, none included, and {@code ?} any one. For repositories
 * neither crosses a slash; {@code **} does, and {@code **}{@code /} is any number of leading components, none included:
 *
 * <pre>
 * release-*       release-1, release-, not my-release-1
 * team/*          team/app, not team, not team/app/db
 * team/**         team/app, team/app/db, not team
 * **&#47;secret*     secret, secret-1, team/secret, not secret/app
 * </pre>
 *
 * <p>What could match no name is refused when the pattern is made, with its position: a denial that never holds is worse than
 * none.
 */
public final class Globs {
    private static final int LONGEST = 256;
    private static final String TAG_EXPECTED = "letters, digits, '_', '.', '-', or the wildcards '*' and '?'";
    private static final String REPOSITORY_EXPECTED =
            "lower-case letters, digits, '_', '.', '-', '/', or the wildcards '*', '**' and '?'";

    private Globs() {}

    /**
     * A pattern for tags.
     *
     * @throws IllegalArgumentException when no tag could match; names the pattern, the position from 1 and what is expected
     */
    public static NamePattern tag(String pattern) {
        checkLength(pattern);
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (!(isLower(c) || (c >= 'A' && c <= 'Z') || isDigit(c) || "_.-*?".indexOf(c) >= 0)) {
                throw refused(pattern, i, TAG_EXPECTED);
            }
        }
        if (".-".indexOf(pattern.charAt(0)) >= 0) {
            throw refused(pattern, 0, "what a tag may begin with: a letter, a digit, '_' or a wildcard");
        }
        return new Glob(pattern);
    }

    /**
     * A pattern for repository names.
     *
     * @throws IllegalArgumentException as {@link #tag}
     */
    public static NamePattern repository(String pattern) {
        checkLength(pattern);
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            boolean edge = i == 0 || i == pattern.length() - 1;
            if (!(isLower(c) || isDigit(c) || "_.-/*?".indexOf(c) >= 0)) {
                throw refused(pattern, i, REPOSITORY_EXPECTED);
            }
            if (c == '/' && (edge || pattern.charAt(i - 1) == '/')) {
                throw refused(pattern, i, "a component on both sides of a slash");
            }
            if (edge && "_.-".indexOf(c) >= 0) {
                throw refused(pattern, i, "what a name begins and ends with: a letter, a digit or a wildcard");
            }
            if (pattern.startsWith("***", i)) {
                throw refused(pattern, i + 2, "one star within a component, or two across components");
            }
        }
        return new Glob(pattern);
    }

    private static void checkLength(String pattern) {
        if (pattern.isEmpty() || pattern.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "a pattern has 1 to " + LONGEST + " characters, not " + pattern.length());
        }
    }

    private static IllegalArgumentException refused(String pattern, int at, String expected) {
        return new IllegalArgumentException("'" + pattern + "', character " + (at + 1) + ": expected " + expected);
    }

    private static boolean isLower(char c) {
        return c >= 'a' && c <= 'z';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
