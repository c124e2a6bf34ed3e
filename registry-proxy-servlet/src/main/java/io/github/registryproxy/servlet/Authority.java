package io.github.registryproxy.servlet;

import com.google.common.net.InetAddresses;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.RegistryException;
import java.net.InetAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A host with an optional port, as in a Host field: RFC 9110 section 7.2, with nothing but names and addresses.
 *
 * @param host lower case; an IPv6 address in brackets
 * @param port 1 to 65535, or -1 where none is said
 */
record Authority(String host, int port) {
    private static final int LONGEST = 255;

    /** @throws RegistryException 400 when the text is anything else */
    static Authority parse(String text) {
        int end = text.startsWith("[") ? text.indexOf(']') + 1 : text.indexOf(':');
        String host = end < 0 ? text : text.substring(0, end);
        String port = end < 0 ? "" : text.substring(end);
        boolean legal = host.startsWith("[") ? isIpv6(host) : isName(host);
        if (!legal) {
            throw refused();
        }
        return new Authority(host.toLowerCase(Locale.ROOT), port.isEmpty() ? -1 : port(port));
    }

    /** The address in a node of a forwarding field, with or without a port; null when it names none. */
    static @Nullable InetAddress address(String node) {
        String text = node;
        if (node.startsWith("[")) {
            text = node.substring(1, Math.max(1, node.indexOf(']')));
        } else if (node.indexOf(':') >= 0 && node.indexOf(':') == node.lastIndexOf(':')) {
            text = node.substring(0, node.indexOf(':'));
        }
        boolean literal = text.indexOf('%') < 0 && InetAddresses.isInetAddress(text);
        return literal ? InetAddresses.forString(text) : null;
    }

    Authority withPort(int other) {
        return new Authority(host, other);
    }

    /** As it stands in a URL of that scheme: the scheme's own port is left out. */
    String in(String scheme) {
        boolean usual = port < 0 || port == (scheme.equals("https") ? 443 : 80);
        return usual ? host : host + ":" + port;
    }

    static int port(String colonAndDigits) {
        String digits = colonAndDigits.substring(1);
        boolean number = colonAndDigits.startsWith(":")
                && !digits.isEmpty()
                && digits.length() <= 5
                && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        int port = number ? Integer.parseInt(digits) : 0;
        if (port < 1 || port > 65535) {
            throw refused();
        }
        return port;
    }

    static RegistryException refused() {
        return ErrorCode.DENIED
                .because("the request does not say properly which host and port it is for")
                .withStatus(400)
                .asException();
    }

    private static boolean isIpv6(String bracketed) {
        return bracketed.indexOf('%') < 0 && bracketed.indexOf(':') > 0 && InetAddresses.isUriInetAddress(bracketed);
    }

    private static boolean isName(String host) {
        return !host.isEmpty()
                && host.length() <= LONGEST
                && hasNameCharsOnly(host)
                && host.charAt(0) != '.'
                && !host.endsWith(".")
                && !host.contains("..");
    }

    private static boolean hasNameCharsOnly(String host) {
        for (int i = 0; i < host.length(); i++) {
            if (!isNameChar(host.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isNameChar(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '.'
                || c == '_';
    }
}
