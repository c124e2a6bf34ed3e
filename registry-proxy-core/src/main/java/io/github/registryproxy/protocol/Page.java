package io.github.registryproxy.protocol;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which part of a list is asked for: distribution specification, "Listing Tags" (end-8).
 *
 * @param n at most so many entries, 0 or more; empty when the registry decides
 * @param last entries after this one, exclusive; empty for the first page
 */
public record Page(OptionalInt n, Optional<String> last) {
    public static final Page FIRST = new Page(OptionalInt.empty(), Optional.empty());

    public Page {
        Objects.requireNonNull(n, "n");
        Objects.requireNonNull(last, "last");
        if (n.isPresent() && n.getAsInt() < 0) {
            throw ErrorCode.UNSUPPORTED
                    .because("n takes a number, 0 or more")
                    .withStatus(400)
                    .asException();
        }
    }

    public Page withLast(Optional<String> other) {
        return new Page(n, other);
    }

    /** Reads {@code n}; more than an int holds means "as many as there are". */
    static OptionalInt parseN(String text) {
        if (!Ascii.isDigits(text)) {
            throw ErrorCode.UNSUPPORTED
                    .because("n takes a number, 0 or more")
                    .withStatus(400)
                    .asException();
        }
        String digits = text.replaceFirst("^0+(?=.)", "");
        boolean fits = digits.length() <= 10 && Long.parseLong(digits) <= Integer.MAX_VALUE;
        return OptionalInt.of(fits ? Integer.parseInt(digits) : Integer.MAX_VALUE);
    }
}
