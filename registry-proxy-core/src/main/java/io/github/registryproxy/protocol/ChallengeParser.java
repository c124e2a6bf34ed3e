package io.github.registryproxy.protocol;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads {@code scheme name=value, name="value", scheme token68}: where a parameter ends and a scheme begins needs a look ahead. */
final class ChallengeParser {
    private static final int LONGEST = 16 * 1024;

    private final String text;
    private int at;

    ChallengeParser(String field) {
        this.text = field.length() > LONGEST ? field.substring(0, LONGEST) : field;
    }

    void parseInto(List<Challenge> challenges) {
        while (true) {
            skip(" \t,");
            if (at == text.length()) {
                return;
            }
            String scheme = token();
            if (scheme.isEmpty()) {
                at++;
                continue;
            }
            int end = at;
            skip(" \t");
            Optional<String> token68 = at > end ? token68() : Optional.empty();
            challenges.add(new Challenge(scheme, token68, token68.isPresent() ? Map.of() : parameters()));
        }
    }

    private Map<String, String> parameters() {
        Map<String, String> parameters = new LinkedHashMap<>();
        while (true) {
            int start = at;
            skip(" \t,");
            String name = token();
            skip(" \t");
            if (name.isEmpty() || at == text.length() || text.charAt(at) != '=') {
                at = start;
                return parameters;
            }
            at++;
            skip(" \t");
            parameters.putIfAbsent(name.toLowerCase(Locale.ROOT), value());
        }
    }

    private String value() {
        if (at < text.length() && text.charAt(at) == '"') {
            return quoted();
        }
        int start = at;
        while (at < text.length() && text.charAt(at) != ',' && Ascii.isVisible(text.charAt(at))) {
            at++;
        }
        return text.substring(start, at);
    }

    private String quoted() {
        StringBuilder value = new StringBuilder();
        at++;
        while (at < text.length() && text.charAt(at) != '"') {
            if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                at++;
            }
            value.append(text.charAt(at++));
        }
        at = Math.min(at + 1, text.length());
        return value.toString();
    }

    /** Only when nothing but its own padding follows up to the next comma: {@code a=b} is a parameter. */
    private Optional<String> token68() {
        int end = at;
        while (end < text.length() && (Ascii.isAlnum(text.charAt(end)) || "-._~+/".indexOf(text.charAt(end)) >= 0)) {
            end++;
        }
        int bare = end;
        while (end < text.length() && text.charAt(end) == '=') {
            end++;
        }
        boolean last = end == text.length() || text.charAt(end) == ',';
        if (bare == at || !last) {
            return Optional.empty();
        }
        String value = text.substring(at, end);
        at = end;
        return Optional.of(value);
    }

    private String token() {
        int start = at;
        while (at < text.length() && Ascii.isTokenChar(text.charAt(at))) {
            at++;
        }
        return text.substring(start, at);
    }

    private void skip(String characters) {
        while (at < text.length() && characters.indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }
}
