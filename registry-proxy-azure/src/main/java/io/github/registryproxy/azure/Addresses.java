package io.github.registryproxy.azure;

import com.google.common.net.InetAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;

/** Addresses that variables name. */
final class Addresses {
    private Addresses() {}

    /** Over https, or over http to what runs beside the process: loopback and link-local addresses. */
    static URI parse(String variable, String text) throws IOException {
        try {
            URI uri = URI.create(text);
            boolean secure = "https".equals(uri.getScheme()) || ("http".equals(uri.getScheme()) && isBeside(uri));
            if (secure && uri.getHost() != null && uri.getRawUserInfo() == null && uri.getRawQuery() == null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            throw new IOException(variable + ": expected an https address");
        }
        throw new IOException(variable + ": expected an https address");
    }

    private static boolean isBeside(URI uri) {
        String host = String.valueOf(uri.getHost()).replaceAll("^\\[|]$", "");
        if (host.equals("localhost")) {
            return true;
        }
        if (!InetAddresses.isInetAddress(host)) {
            return false;
        }
        InetAddress address = InetAddresses.forString(host);
        return address.isLoopbackAddress() || address.isLinkLocalAddress();
    }
}
