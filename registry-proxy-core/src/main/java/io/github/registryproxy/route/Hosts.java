package io.github.registryproxy.route;

import java.util.regex.Pattern;

/** The spelling of hosts in lists: what differs from it would never be found. */
final class Hosts {
    private static final String HOST = "([a-z0-9_]([a-z0-9._-]*[a-z0-9_])?|\\[[0-9a-f:.]+])";
    private static final Pattern WITHOUT_PORT = Pattern.compile(HOST);
    private static final Pattern WITH_PORT = Pattern.compile(HOST + "(:[0-9]{1,5})?");

    private Hosts() {}

    /** A name or an address, in lower case. */
    static boolean isHost(String text) {
        return text.length() <= 255 && WITHOUT_PORT.matcher(text).matches();
    }

    /** A host, or a host and a port. */
    static boolean isAuthority(String text) {
        return text.length() <= 255 && WITH_PORT.matcher(text).matches();
    }
}
