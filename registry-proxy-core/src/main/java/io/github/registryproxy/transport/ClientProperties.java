package io.github.registryproxy.transport;

/**
 * System properties that {@code java.net.http} reads once, when its classes load. They are set here, before that, and only
 * where nobody has set them; in a process that used an HttpClient earlier they change nothing.
 *
 * <ul>
 *   <li>{@code jdk.httpclient.bufsize} = 65536 (default 16384): about twice the throughput per stream for some 95 KiB more
 *       per stalled reader.
 *   <li>{@code jdk.httpclient.keepalive.timeout} = 30 seconds (default 1200 up to JDK 20, 30 since): a pooled connection that
 *       the other side has just closed fails the next request on it, and only GET and HEAD are repeated by the client. Below
 *       what servers and load balancers keep connections for, that is rare.
 *   <li>{@code jdk.http.auth.tunneling.disabledSchemes} = empty (default Basic), only for an egress proxy with credentials:
 *       otherwise the client drops Proxy-Authorization from CONNECT.
 * </ul>
 */
final class ClientProperties {
    private ClientProperties() {}

    static void prepare() {
        setUnlessSet("jdk.httpclient.bufsize", "65536");
        setUnlessSet("jdk.httpclient.keepalive.timeout", "30");
    }

    static void prepareProxyCredentials() {
        setUnlessSet("jdk.http.auth.tunneling.disabledSchemes", "");
    }

    private static void setUnlessSet(String name, String value) {
        if (System.getProperty(name) == null) {
            System.setProperty(name, value);
        }
    }
}
