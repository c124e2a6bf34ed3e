package io.github.registryproxy.protocol;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which bytes a partial answer holds: RFC 9110 section 14.4. Not the grammar of upload ranges, which have no unit.
 *
 * @param first offset of the first byte
 * @param last offset of the last byte, inclusive
 * @param size of the whole, in bytes; empty when the sender does not know
 */
public record ContentRange(long first, long last, OptionalLong size) {
    private static final String UNIT = "bytes ";

    public ContentRange {
        if (first < 0 || last < first || (size.isPresent() && last >= size.getAsLong())) {
            throw new IllegalArgumentException("not a content range: " + first + "-" + last);
        }
    }

    /** The range of a Content-Range field of a 206; empty where it is none. */
    public static Optional<ContentRange> parse(String field) {
        int dash = field.indexOf('-');
        int slash = field.indexOf('/');
        if (!field.regionMatches(true, 0, UNIT, 0, UNIT.length()) || dash < 0 || slash < dash) {
            return Optional.empty();
        }
        OptionalLong first = ByteRange.number(field.substring(UNIT.length(), dash));
        OptionalLong last = ByteRange.number(field.substring(dash + 1, slash));
        String whole = field.substring(slash + 1);
        OptionalLong size = ByteRange.number(whole);
        if (first.isEmpty() || last.isEmpty() || (size.isEmpty() && !whole.equals("*"))) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ContentRange(first.getAsLong(), last.getAsLong(), size));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** How many bytes the part has. */
    public long length() {
        return last - first + 1;
    }

    @Override
    public String toString() {
        return UNIT + first + "-" + last + "/" + (size.isPresent() ? Long.toString(size.getAsLong()) : "*");
    }
}
