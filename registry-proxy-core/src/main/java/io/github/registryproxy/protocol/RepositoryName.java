package io.github.registryproxy.protocol;

/**
 * The name of a repository, such as {@code library/alpine}: distribution specification, "Pulling manifests".
 *
 * @param value at most 255 characters of the specification's grammar; prints as it is
 */
public record RepositoryName(String value) implements Comparable<RepositoryName> {
    public static final int LONGEST = 255;

    /** Refuses what is outside the grammar with NAME_INVALID (code-8). */
    public RepositoryName {
        if (value.length() > LONGEST) {
            throw ErrorCode.NAME_INVALID
                    .because("repository name is longer than " + LONGEST + " characters")
                    .asException();
        }
        if (!isValid(value)) {
            throw ErrorCode.NAME_INVALID
                    .because("repository name is outside the grammar: lower-case letters and digits, separated by"
                            + " one '.', one or two '_', or any '-', in components separated by '/'")
                    .asException();
        }
    }

    /** The name with another in front: {@code of("team").resolve(of("app"))} is {@code team/app}. */
    public RepositoryName resolve(RepositoryName below) {
        return new RepositoryName(value + "/" + below.value);
    }

    /** Whether the name is {@code prefix/...}; a name is not below itself. */
    public boolean isBelow(RepositoryName prefix) {
        return value.length() > prefix.value.length() + 1
                && value.charAt(prefix.value.length()) == '/'
                && value.startsWith(prefix.value);
    }

    /** The inverse of {@link #resolve}: what follows {@code prefix/}. Call {@link #isBelow} first. */
    public RepositoryName below(RepositoryName prefix) {
        if (!isBelow(prefix)) {
            throw new IllegalArgumentException(value + " is not below " + prefix);
        }
        return new RepositoryName(value.substring(prefix.value.length() + 1));
    }

    @Override
    public int compareTo(RepositoryName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }

    private static boolean isValid(String name) {
        int i = 0;
        int end = name.length();
        while (true) {
            int start = i;
            while (i < end && Ascii.isLowerAlnum(name.charAt(i))) {
                i++;
            }
            if (i == start) {
                return false;
            }
            if (i == end) {
                return true;
            }
            int separator = separatorLength(name, i);
            if (separator == 0) {
                return false;
            }
            i += separator;
        }
    }

    private static int separatorLength(String name, int at) {
        char c = name.charAt(at);
        if (c == '/' || c == '.') {
            return 1;
        }
        int run = 0;
        while (at + run < name.length() && name.charAt(at + run) == c) {
            run++;
        }
        if (c == '-') {
            return run;
        }
        return c == '_' && run <= 2 ? run : 0;
    }
}
