package io.github.registryproxy.facade.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Replaces {@code ${NAME}} and {@code ${NAME:default}} in values by variables of the environment; {@code $$} is a dollar. */
final class Variables {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final Map<String, String> environment;

    Variables(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /**
     * A value with what it was made of.
     *
     * @param used the variables that were set
     */
    record Replaced(String text, List<String> used) {}

    /** Why a value cannot be made. */
    static final class MissingException extends Exception {
        private static final long serialVersionUID = 1;

        MissingException(String message) {
            super(message);
        }
    }

    /** What a variable holds is never read again: neither for variables nor for structure. */
    Replaced replace(String text) throws MissingException {
        StringBuilder made = new StringBuilder();
        List<String> used = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c != '$') {
                made.append(c);
                at++;
            } else if (text.startsWith("$$", at)) {
                made.append('$');
                at += 2;
            } else if (text.startsWith("${", at)) {
                int end = text.indexOf('}', at);
                if (end < 0) {
                    throw new MissingException("a ${ without its }");
                }
                made.append(value(text.substring(at + 2, end), used));
                at = end + 1;
            } else {
                throw new MissingException("a dollar that begins no ${NAME}: write $$ for the sign itself");
            }
        }
        return new Replaced(made.toString(), List.copyOf(used));
    }

    /** What is set to nothing counts as not set, as in a shell's {@code ${NAME:-default}}. */
    private String value(String reference, List<String> used) throws MissingException {
        int colon = reference.indexOf(':');
        String name = colon < 0 ? reference : reference.substring(0, colon);
        Matcher known = NAME.matcher(name);
        if (!known.matches()) {
            throw new MissingException("expected ${NAME} or ${NAME:default}, with a name of letters, digits and _");
        }
        String value = environment.getOrDefault(name, "");
        if (!value.isEmpty()) {
            used.add(name);
            return value;
        }
        if (colon < 0) {
            throw new MissingException("the environment has no " + name + ": set it, or write ${" + name + ":default}");
        }
        return reference.substring(colon + 1);
    }
}
