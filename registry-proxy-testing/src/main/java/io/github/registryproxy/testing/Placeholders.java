package io.github.registryproxy.testing;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code {name}} stands for in one replay: bound by the first message that matches, used by the later ones. */
final class Placeholders {
    private static final Pattern NAME = Pattern.compile("\\{([a-z][a-z0-9-]*)}");

    private final Map<String, String> values = new HashMap<>();

    void bind(String name, String value) {
        values.put(name, value);
    }

    /** The text with all placeholders filled in; those that nothing bound stay. */
    String fill(String text) {
        return NAME.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(values.getOrDefault(found.group(1), found.group())));
    }

    /** Whether the actual text is the expected one; binds the placeholders that were free. */
    boolean matches(String expected, String actual) {
        String filled = fill(expected);
        Matcher names = NAME.matcher(filled);
        StringBuilder regex = new StringBuilder();
        int at = 0;
        while (names.find()) {
            regex.append(Pattern.quote(filled.substring(at, names.start()))).append("(.+)");
            at = names.end();
        }
        regex.append(Pattern.quote(filled.substring(at)));
        Matcher found = Pattern.compile(regex.toString()).matcher(actual);
        if (!found.matches()) {
            return false;
        }
        names.reset();
        for (int group = 1; names.find(); group++) {
            values.put(names.group(1), found.group(group));
        }
        return true;
    }
}
