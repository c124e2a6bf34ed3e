package io.github.registryproxy.patterns;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.github.registryproxy.policy.NamePattern;

/**
 * Names that a regular expression matches as a whole, in time in proportion to the name: syntax of RE2, which has neither
 * references back nor looks around. For tags and for repositories.
 *
 * <pre>{@code
 * Rules.builder().allow(RegexPattern.of("release-\\d{8}(-hotfix\\d+)?")).otherwiseDeny();
 * }</pre>
 */
public final class RegexPattern implements NamePattern {
    private static final int LONGEST = 1024;

    /** Steps of the automaton: what a name costs for each of its characters. */
    private static final int LARGEST = 10_000;

    private final String written;
    private final Pattern pattern;

    private RegexPattern(String written, Pattern pattern) {
        this.written = written;
        this.pattern = pattern;
    }

    /**
     * The names that match from first to last character; {@code ^} and {@code $} around are not needed.
     *
     * @throws IllegalArgumentException when it is none, or too large; names the expression, where it is known the position from 1,
     *     and what is expected
     */
    public static RegexPattern of(String regex) {
        if (regex.isEmpty() || regex.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "a regular expression has 1 to " + LONGEST + " characters, not " + regex.length());
        }
        Pattern pattern = compiled(regex);
        if (pattern.programSize() > LARGEST) {
            throw new IllegalArgumentException("'" + regex + "': expected at most " + LARGEST + " steps, not "
                    + pattern.programSize() + "; repeat less often");
        }
        return new RegexPattern(regex, pattern);
    }

    private static Pattern compiled(String regex) {
        try {
            return Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "'" + regex + "'" + position(regex, e.getPattern())
                            + ": expected a regular expression as RE2 has them, but " + e.getDescription(),
                    e);
        }
    }

    /** The library tells the part that is wrong, not where it stands; the whole, where it cannot tell. */
    private static String position(String regex, String part) {
        int at = regex.indexOf(part);
        boolean known = at >= 0 && !part.isEmpty() && !part.equals(regex) && regex.indexOf(part, at + 1) < 0;
        return known ? ", character " + (at + 1) : "";
    }

    @Override
    public boolean matches(String name) {
        return pattern.matches(name);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RegexPattern regex && written.equals(regex.written);
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
