package io.github.registryproxy.facade;

import com.google.common.net.HostAndPort;
import com.google.common.net.InetAddresses;
import java.time.Duration;
import java.util.Optional;

/** Reads where metrics are served: an address and a port, or a port of this host alone. */
final class MetricsReader {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int THREADS = 4;

    private final GivenSettings given;

    MetricsReader(GivenSettings given) {
        this.given = given;
    }

    Optional<Listener> read() throws SettingException {
        Optional<Given> found = given.find(Setting.METRICS_LISTEN);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        String text = found.get().value().trim();
        try {
            boolean portAlone = text.chars().allMatch(c -> c >= '0' && c <= '9');
            HostAndPort place = HostAndPort.fromString(portAlone ? LOOPBACK + ":" + text : text);
            String host = place.getHost();
            if (place.hasPort() && (InetAddresses.isInetAddress(host) || host.equals("localhost"))) {
                return Optional.of(
                        new Listener(Optional.of(host), place.getPort(), Optional.empty(), Duration.ZERO, THREADS));
            }
        } catch (IllegalArgumentException e) {
            throw expected(found.get());
        }
        throw expected(found.get());
    }

    private static SettingException expected(Given found) {
        return found.expected("a port for this host alone, such as 9090, or an address to listen on as well, such as"
                + " 0.0.0.0:9090");
    }
}
