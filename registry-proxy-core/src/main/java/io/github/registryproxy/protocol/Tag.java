package io.github.registryproxy.protocol;

import java.util.Comparator;

/**
 * A tag: distribution specification, "Pulling manifests".
 *
 * @param value 1 to 128 letters, digits, {@code _ . -}, not starting with a dot or a dash
 */
public record Tag(String value) implements Reference, Comparable<Tag> {
    public static final int LONGEST = 128;

    /** The order that tags are listed in: "lexical", which distribution specification 1.1.1 says is without regard to case. */
    public static final Comparator<String> LEXICAL =
            String.CASE_INSENSITIVE_ORDER.thenComparing(Comparator.naturalOrder());

    /** Refuses what is outside the grammar with TAG_INVALID. */
    public Tag {
        if (value.length() > LONGEST || !isValid(value)) {
            throw ErrorCode.TAG_INVALID
                    .because("a tag has 1 to " + LONGEST + " letters, digits, '_', '.' or '-',"
                            + " and does not start with '.' or '-'")
                    .asException();
        }
    }

    /** By {@link #LEXICAL}. */
    @Override
    public int compareTo(Tag other) {
        return LEXICAL.compare(value, other.value);
    }

    @Override
    public String toString() {
        return value;
    }

    private static boolean isValid(String tag) {
        if (tag.isEmpty() || tag.charAt(0) == '.' || tag.charAt(0) == '-') {
            return false;
        }
        for (int i = 0; i < tag.length(); i++) {
            char c = tag.charAt(i);
            if (!Ascii.isAlnum(c) && c != '_' && c != '.' && c != '-') {
                return false;
            }
        }
        return true;
    }
}
