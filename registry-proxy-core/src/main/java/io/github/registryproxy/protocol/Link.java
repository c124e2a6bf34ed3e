package io.github.registryproxy.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One link of a Link field: RFC 8288 section 3.
 *
 * @param target the URI reference between the angle brackets
 * @param parameters what follows it, {@code ; rel="next"}, untouched
 */
public record Link(String target, String parameters) {
    /** The links of one field line, in order; the rest of a line that breaks the grammar is left out. */
    public static List<Link> parse(String field) {
        List<Link> links = new ArrayList<>();
        int at = 0;
        while (at < field.length()) {
            int open = field.indexOf('<', at);
            int close = open < 0 ? -1 : field.indexOf('>', open);
            if (close < 0) {
                break;
            }
            int end = endOfParameters(field, close + 1);
            links.add(new Link(
                    field.substring(open + 1, close),
                    field.substring(close + 1, end).strip()));
            at = end + 1;
        }
        return links;
    }

    public Link withTarget(String other) {
        return new Link(other, parameters);
    }

    /** Whether it leads to the next page of a list. */
    public boolean isNext() {
        return parameters.replaceAll("[\\s\"]", "").toLowerCase(Locale.ROOT).contains("rel=next");
    }

    private static int endOfParameters(String field, int from) {
        boolean quoted = false;
        for (int i = from; i < field.length(); i++) {
            char c = field.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == '\\' && quoted) {
                i++;
            } else if (c == ',' && !quoted) {
                return i;
            }
        }
        return field.length();
    }

    @Override
    public String toString() {
        return "<" + target + ">" + parameters;
    }
}
