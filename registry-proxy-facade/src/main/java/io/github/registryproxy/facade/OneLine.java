package io.github.registryproxy.facade;

/** Text from outside on one line of output: control characters are escaped, nothing can forge a second line. */
public final class OneLine {
    private OneLine() {}

    /** The text itself where there is nothing to escape. */
    public static String of(String text) {
        if (isPrintable(text)) {
            return text;
        }
        StringBuilder line = new StringBuilder(text.length() + 16);
        text.chars().forEach(c -> {
            switch (c) {
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                case '\t' -> line.append("\\t");
                default -> {
                    if (isUnprintable(c)) {
                        line.append(String.format("\\u%04x", c));
                    } else {
                        line.append((char) c);
                    }
                }
            }
        });
        return line.toString();
    }

    private static boolean isPrintable(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (isUnprintable(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Controls, line and paragraph separators, and what turns the direction of writing. */
    private static boolean isUnprintable(int c) {
        return Character.isISOControl(c)
                || c == 0x2028
                || c == 0x2029
                || (c >= 0x202a && c <= 0x202e)
                || (c >= 0x2066 && c <= 0x2069);
    }
}
