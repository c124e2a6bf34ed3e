package io.github.registryproxy.facade;

import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Where and how a server of its own listens; a web application leaves that to its container.
 *
 * @param host empty for all addresses
 * @param port 0 for any free one
 * @param identity a key store without password, for https
 * @param drain how long running requests may take when the process is told to stop
 * @param threads requests at a time where there are no virtual threads
 */
public record Listener(Optional<String> host, int port, Optional<KeyStore> identity, Duration drain, int threads) {
    /**
     * What was given, the rest by default; earlier sources win.
     *
     * @throws SettingException when a setting is wrong or contradicts another
     */
    public static Listener of(SettingSource... sources) throws SettingException {
        return new ListenerReader(new GivenSettings(List.of(sources))).listener();
    }

    /**
     * Where metrics are served: by a port of their own, since the registry's clients have no business there. Empty unless set.
     *
     * @throws SettingException when the setting is wrong
     */
    public static Optional<Listener> ofMetrics(SettingSource... sources) throws SettingException {
        return new MetricsReader(new GivenSettings(List.of(sources))).read();
    }
}
