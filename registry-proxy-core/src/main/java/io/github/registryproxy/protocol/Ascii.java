package io.github.registryproxy.protocol;

/** Character classes of the grammars, without regular expressions: linear, and nothing folded by locale. */
final class Ascii {
    private Ascii() {}

    static boolean isLowerAlnum(char c) {
        return (c >= 'a' && c <= 'z') || isDigit(c);
    }

    static boolean isAlnum(char c) {
        return isLowerAlnum(c) || (c >= 'A' && c <= 'Z');
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    static boolean isLowerHex(char c) {
        return isDigit(c) || (c >= 'a' && c <= 'f');
    }

    /** RFC 9110 section 5.6.2. */
    static boolean isTokenChar(char c) {
        return isAlnum(c) || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }

    /** Visible, neither white space nor control nor beyond ASCII. */
    static boolean isVisible(char c) {
        return c > 0x20 && c < 0x7f;
    }

    static boolean isDigits(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isDigit(text.charAt(i))) {
                return false;
            }
        }
        return !text.isEmpty();
    }
}
