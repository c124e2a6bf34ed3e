package io.github.registryproxy.protocol;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * One range of bytes as a client asks for it: RFC 9110 section 14.1.2.
 *
 * @param first offset of the first byte, or, where {@code suffix}, how many last bytes are wanted
 * @param last offset of the last byte, inclusive; empty for "to the end"
 * @param suffix whether the range counts from the end
 */
public record ByteRange(long first, OptionalLong last, boolean suffix) {
    private static final String UNIT = "bytes=";

    public ByteRange {
        boolean backwards = last.isPresent() && (suffix || last.getAsLong() < first);
        if (first < 0 || backwards || (suffix && first == 0)) {
            throw new IllegalArgumentException("not a range: " + first + " to " + last);
        }
    }

    public static ByteRange from(long first) {
        return new ByteRange(first, OptionalLong.empty(), false);
    }

    public static ByteRange of(long first, long last) {
        return new ByteRange(first, OptionalLong.of(last), false);
    }

    /**
     * The one range of a Range field; empty where there are several, the unit is another or the numbers are unusable. RFC
     * 9110 section 14.2 lets a server ignore such a field and answer with the whole.
     */
    public static Optional<ByteRange> parse(String field) {
        if (field.length() > 64 || !field.regionMatches(true, 0, UNIT, 0, UNIT.length())) {
            return Optional.empty();
        }
        String spec = field.substring(UNIT.length()).strip();
        int dash = spec.indexOf('-');
        if (dash < 0) {
            return Optional.empty();
        }
        OptionalLong from = number(spec.substring(0, dash));
        OptionalLong to = number(spec.substring(dash + 1));
        boolean open = dash == spec.length() - 1;
        if (dash == 0) {
            return to.isPresent() && to.getAsLong() > 0
                    ? Optional.of(new ByteRange(to.getAsLong(), OptionalLong.empty(), true))
                    : Optional.empty();
        }
        if (from.isEmpty() || (!open && (to.isEmpty() || to.getAsLong() < from.getAsLong()))) {
            return Optional.empty();
        }
        return Optional.of(new ByteRange(from.getAsLong(), open ? OptionalLong.empty() : to, false));
    }

    static OptionalLong number(String text) {
        return Ascii.isDigits(text) && text.length() <= 18
                ? OptionalLong.of(Long.parseLong(text))
                : OptionalLong.empty();
    }

    /** As a Range field. */
    @Override
    public String toString() {
        return suffix
                ? UNIT + "-" + first
                : UNIT + first + "-" + (last.isPresent() ? Long.toString(last.getAsLong()) : "");
    }
}
