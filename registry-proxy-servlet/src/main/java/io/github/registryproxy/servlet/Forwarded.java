package io.github.registryproxy.servlet;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One element of a Forwarded field: RFC 7239 section 4.
 *
 * @param node who sent the request to the proxy that wrote this; null when it does not say
 * @param proto by which scheme; null when it does not say
 * @param host for which host; null when it does not say
 */
record Forwarded(
        @Nullable String node,
        @Nullable String proto,
        @Nullable String host) {
    /**
     * The elements of all lines, the nearest proxy's last.
     *
     * @throws io.github.registryproxy.protocol.RegistryException 400 when a line breaks the grammar: whose part of it was
     *     meant how cannot be said
     */
    static List<Forwarded> parse(List<String> lines) {
        List<Forwarded> elements = new ArrayList<>();
        for (String line : lines) {
            new Parser(line).elements(elements);
        }
        return elements;
    }

    private static final class Parser {
        private final String line;
        private int at;

        Parser(String line) {
            this.line = line;
        }

        void elements(List<Forwarded> into) {
            do {
                into.add(element());
            } while (take(','));
            if (at < line.length()) {
                throw Authority.refused();
            }
        }

        private Forwarded element() {
            String node = null;
            String proto = null;
            String host = null;
            do {
                skipSpace();
                String name = token().toLowerCase(Locale.ROOT);
                if (name.isEmpty()) {
                    continue;
                }
                if (!take('=')) {
                    throw Authority.refused();
                }
                String value = take('"') ? quoted() : token();
                skipSpace();
                switch (name) {
                    case "for" -> node = once(node, value);
                    case "proto" -> proto = once(proto, value);
                    case "host" -> host = once(host, value);
                    default -> {} // "by" and extensions
                }
            } while (take(';'));
            return new Forwarded(node, proto, host);
        }

        private static String once(@Nullable String before, String value) {
            if (before != null || value.isEmpty()) {
                throw Authority.refused();
            }
            return value;
        }

        private String quoted() {
            StringBuilder value = new StringBuilder();
            while (at < line.length()) {
                char c = line.charAt(at++);
                if (c == '"') {
                    return value.toString();
                }
                if (c == '\\' && at < line.length()) {
                    c = line.charAt(at++);
                }
                value.append(c);
            }
            throw Authority.refused();
        }

        /** Up to a delimiter; wider than the grammar, as proxies send addresses with ports unquoted. */
        private String token() {
            int start = at;
            while (at < line.length() && " \t,;=\"".indexOf(line.charAt(at)) < 0) {
                at++;
            }
            return line.substring(start, at);
        }

        private boolean take(char c) {
            boolean there = at < line.length() && line.charAt(at) == c;
            at += there ? 1 : 0;
            return there;
        }

        private void skipSpace() {
            while (at < line.length() && (line.charAt(at) == ' ' || line.charAt(at) == '\t')) {
                at++;
            }
        }
    }
}
