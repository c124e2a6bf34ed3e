package io.github.registryproxy;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Header fields: ordered, one entry per line, names compared without case, immutable. */
public final class Headers {
    public static final Headers EMPTY = new Headers(new String[0]);

    private static final Set<String> SECRET = Set.of(
            "authorization", "proxy-authorization", "cookie", "set-cookie", "x-registry-auth", "location", "x-api-key");

    private static final Duration LONGEST_WAIT = Duration.ofDays(1);

    /** Names at even places, values at odd ones. */
    private final String[] lines;

    private Headers(String[] lines) {
        this.lines = lines;
    }

    /** One line per pair of arguments: name, value, name, value. */
    public static Headers of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("a name without a value");
        }
        String[] lines = namesAndValues.clone();
        for (int i = 0; i < lines.length; i += 2) {
            check(lines[i], lines[i + 1]);
        }
        return lines.length == 0 ? EMPTY : new Headers(lines);
    }

    /** Whether a field may be spoken: a token as name, and a value without control characters (RFC 9110 section 5.5). */
    public static boolean isLegal(String name, String value) {
        for (int i = 0; i < name.length(); i++) {
            if (!isTokenChar(name.charAt(i))) {
                return false;
            }
        }
        for (int i = 0; i < value.length(); i++) {
            if (!isValueChar(value.charAt(i))) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    /** The first value of that name. */
    public Optional<String> first(String name) {
        for (int i = 0; i < lines.length; i += 2) {
            if (lines[i].equalsIgnoreCase(name)) {
                return Optional.of(lines[i + 1]);
            }
        }
        return Optional.empty();
    }

    /** The values of all lines of that name, in order. */
    public List<String> all(String name) {
        List<String> values = new ArrayList<>(1);
        for (int i = 0; i < lines.length; i += 2) {
            if (lines[i].equalsIgnoreCase(name)) {
                values.add(lines[i + 1]);
            }
        }
        return values;
    }

    /** Whether there is one line of that name, and its value is right. */
    boolean matchesOnly(String name, Predicate<String> right) {
        int found = 0;
        for (int i = 0; i < lines.length; i += 2) {
            if (lines[i].equalsIgnoreCase(name)) {
                found++;
                if (found > 1 || !right.test(lines[i + 1])) {
                    return false;
                }
            }
        }
        return found == 1;
    }

    public boolean contains(String name) {
        return first(name).isPresent();
    }

    /** Content-Length in bytes; empty where it is absent or no number. */
    public OptionalLong contentLength() {
        Optional<String> text = first(HeaderNames.CONTENT_LENGTH);
        boolean number = text.isPresent()
                && text.get().length() <= 18
                && !text.get().isEmpty()
                && text.get().chars().allMatch(c -> c >= '0' && c <= '9');
        return number ? OptionalLong.of(Long.parseLong(text.get())) : OptionalLong.empty();
    }

    /**
     * How long Retry-After asks to wait (RFC 9110 section 10.2.3): from nothing to a day, a longer wait counts as a day; empty
     * where the field is absent or makes no sense.
     *
     * @param now what a date in the field is compared with
     */
    public Optional<Duration> retryAfter(Instant now) {
        return first(HeaderNames.RETRY_AFTER).map(String::strip).flatMap(text -> wait(text, now));
    }

    private static Optional<Duration> wait(String text, Instant now) {
        if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.of(text.length() > 9 ? LONGEST_WAIT : clamp(Duration.ofSeconds(Long.parseLong(text))));
        }
        try {
            Instant then = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text));
            return Optional.of(clamp(Duration.between(now, then)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Duration clamp(Duration wait) {
        return wait.isNegative() ? Duration.ZERO : wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
    }

    /** With one more line at the end. */
    public Headers and(String name, String value) {
        check(name, value);
        String[] more = Arrays.copyOf(lines, lines.length + 2);
        more[lines.length] = name;
        more[lines.length + 1] = value;
        return new Headers(more);
    }

    /** With the other's lines after these. */
    public Headers and(Headers other) {
        if (other.lines.length == 0) {
            return this;
        }
        String[] more = Arrays.copyOf(lines, lines.length + other.lines.length);
        System.arraycopy(other.lines, 0, more, lines.length, other.lines.length);
        return new Headers(more);
    }

    /** With that line in place of all others of the name. */
    public Headers with(String name, String value) {
        return without(name).and(name, value);
    }

    /** Without the lines of those names. */
    public Headers without(String... names) {
        return filter((name, value) -> {
            for (String other : names) {
                if (name.equalsIgnoreCase(other)) {
                    return false;
                }
            }
            return true;
        });
    }

    /** The lines that the predicate accepts by name and value. */
    public Headers filter(BiPredicate<String, String> kept) {
        int n = 0;
        while (n < lines.length && kept.test(lines[n], lines[n + 1])) {
            n += 2;
        }
        if (n == lines.length) {
            return this;
        }
        String[] some = Arrays.copyOf(lines, lines.length);
        for (int i = n + 2; i < lines.length; i += 2) {
            if (kept.test(lines[i], lines[i + 1])) {
                some[n++] = lines[i];
                some[n++] = lines[i + 1];
            }
        }
        return n == 0 ? EMPTY : new Headers(Arrays.copyOf(some, n));
    }

    public void forEach(BiConsumer<String, String> line) {
        for (int i = 0; i < lines.length; i += 2) {
            line.accept(lines[i], lines[i + 1]);
        }
    }

    /** How many lines there are. */
    public int size() {
        return lines.length / 2;
    }

    /** Equal lines in equal order, names without case. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Headers headers && folded().equals(headers.folded());
    }

    @Override
    public int hashCode() {
        return folded().hashCode();
    }

    private List<String> folded() {
        List<String> all = new ArrayList<>(lines.length);
        forEach((name, value) -> {
            all.add(name.toLowerCase(Locale.ROOT));
            all.add(value);
        });
        return all;
    }

    /** For people: what may be a secret is left out. */
    @Override
    public String toString() {
        List<String> shown = new ArrayList<>();
        forEach((name, value) ->
                shown.add(name + ": " + (SECRET.contains(name.toLowerCase(Locale.ROOT)) ? "***" : value)));
        return shown.stream().collect(Collectors.joining(", ", "[", "]"));
    }

    private static void check(String name, String value) {
        if (!isLegal(name, value)) {
            throw new IllegalArgumentException("not a legal header field: " + (name.length() > 64 ? "?" : name));
        }
    }

    private static boolean isValueChar(char c) {
        return (c >= 0x20 && c < 0x7f) || c == '\t' || (c >= 0xa0 && c <= 0xff);
    }

    private static boolean isTokenChar(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }
}
