package io.github.registryproxy.patterns;

import java.util.ArrayList;
import java.util.List;
import org.semver4j.Semver;
import org.semver4j.range.Range;
import org.semver4j.range.Range.RangeOperator;
import org.semver4j.range.RangeList;

/**
 * Reads ranges strictly. The library's own reader passes over what it does not understand ({@code latest} is all versions to it,
 * {@code ^1.2 <1.5} is {@code <1.5}), which a rule must not.
 */
final class RangeParser {
    private static final int LONGEST = 256;
    private static final String VERSION_EXPECTED = "a version such as 1, 1.2, 1.2.x, 1.2.3 or 1.2.3-rc.1";

    /** So a number and its successor are ints. */
    private static final int MOST_DIGITS = 9;

    private final String text;
    private int at;

    RangeParser(String text) {
        this.text = text;
    }

    /** A version of which only the first parts may be given. */
    private record Partial(int parts, int major, int minor, int patch, String preRelease) {
        Semver lowest() {
            return version(major, minor, patch, preRelease);
        }

        /** The first that is no longer what the given parts name. */
        Semver next() {
            return switch (parts) {
                case 1 -> version(major + 1, 0, 0, "");
                case 2 -> version(major, minor + 1, 0, "");
                default -> version(major, minor, patch + 1, "");
            };
        }

        /** Where an increment of the leftmost number that is not zero, or of the last given, leads. */
        Semver nextIncompatible() {
            if (major > 0 || parts == 1) {
                return version(major + 1, 0, 0, "");
            }
            return minor > 0 || parts == 2 ? version(major, minor + 1, 0, "") : version(major, minor, patch + 1, "");
        }

        Semver nextMinor() {
            return parts == 1 ? next() : version(major, minor + 1, 0, "");
        }

        private static Semver version(int major, int minor, int patch, String preRelease) {
            return new Semver(major + "." + minor + "." + patch + (preRelease.isEmpty() ? "" : "-" + preRelease));
        }
    }

    RangeList parse() {
        if (text.length() > LONGEST) {
            throw new IllegalArgumentException("a range has 1 to " + LONGEST + " characters, not " + text.length());
        }
        RangeList all = new RangeList(false);
        do {
            List<Range> alternative = new ArrayList<>();
            skipSpaces();
            do {
                comparison(alternative);
            } while (skipSpaces() && at < text.length() && text.charAt(at) != '|');
            all.add(alternative);
        } while (take("||"));
        if (at < text.length()) {
            throw expected("a space or '||' between comparisons");
        }
        return all;
    }

    private void comparison(List<Range> into) {
        if (take("*")) {
            into.add(range(Partial.version(0, 0, 0, ""), RangeOperator.GTE));
            return;
        }
        String operator = operator();
        Partial version = version();
        boolean whole = version.parts == 3;
        switch (operator) {
            case ">=" -> into.add(range(version.lowest(), RangeOperator.GTE));
            case "<" -> into.add(range(version.lowest(), RangeOperator.LT));
            case ">" ->
                into.add(whole ? range(version.lowest(), RangeOperator.GT) : range(version.next(), RangeOperator.GTE));
            case "<=" ->
                into.add(whole ? range(version.lowest(), RangeOperator.LTE) : range(version.next(), RangeOperator.LT));
            case "^" -> between(version.lowest(), version.nextIncompatible(), into);
            case "~" -> between(version.lowest(), version.nextMinor(), into);
            default -> {
                if (whole) {
                    into.add(range(version.lowest(), RangeOperator.EQ));
                } else {
                    between(version.lowest(), version.next(), into);
                }
            }
        }
    }

    private static void between(Semver from, Semver before, List<Range> into) {
        into.add(range(from, RangeOperator.GTE));
        into.add(range(before, RangeOperator.LT));
    }

    private static Range range(Semver version, RangeOperator operator) {
        return new Range(version, operator);
    }

    private String operator() {
        for (String operator : List.of(">=", "<=", ">", "<", "=", "^", "~")) {
            if (take(operator)) {
                return operator;
            }
        }
        return "";
    }

    private Partial version() {
        take("v");
        int[] numbers = new int[3];
        int parts = 0;
        boolean wild = false;
        do {
            wild |= parts > 0 && (take("x") || take("X") || take("*"));
            if (!wild) {
                numbers[parts++] = number();
            } else if (at < text.length() && text.charAt(at) == '.') {
                throw expected("nothing behind a wildcard");
            }
        } while (!wild && parts < 3 && take("."));
        String preRelease = parts == 3 && take("-") ? preRelease() : "";
        if (at < text.length() && text.charAt(at) != ' ' && text.charAt(at) != '|') {
            throw expected(VERSION_EXPECTED);
        }
        return new Partial(parts, numbers[0], numbers[1], numbers[2], preRelease);
    }

    private int number() {
        int start = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        boolean sound = at > start && at - start <= MOST_DIGITS && (text.charAt(start) != '0' || at == start + 1);
        if (!sound) {
            at = start;
            throw expected(VERSION_EXPECTED);
        }
        return Integer.parseInt(text.substring(start, at));
    }

    private String preRelease() {
        int start = at;
        while (at < text.length() && text.charAt(at) != ' ' && text.charAt(at) != '|') {
            at++;
        }
        String found = text.substring(start, at);
        if (!Semver.isValid("1.0.0-" + found) || found.indexOf('+') >= 0) {
            at = start;
            throw expected("a pre-release such as rc.1");
        }
        return found;
    }

    private boolean skipSpaces() {
        int start = at;
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
        return at > start;
    }

    private boolean take(String expected) {
        boolean here = text.startsWith(expected, at);
        at += here ? expected.length() : 0;
        return here;
    }

    private IllegalArgumentException expected(String what) {
        return new IllegalArgumentException("'" + text + "', character " + (at + 1) + ": expected " + what);
    }
}
