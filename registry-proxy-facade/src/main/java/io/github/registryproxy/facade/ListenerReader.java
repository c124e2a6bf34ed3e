package io.github.registryproxy.facade;

import io.github.registryproxy.facade.model.Clients;
import java.net.URI;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads where and how a server listens, and by which names its clients come. */
final class ListenerReader {
    static final int DEFAULT_PORT = 8080;

    private final GivenSettings given;

    ListenerReader(GivenSettings given) {
        this.given = given;
    }

    Listener listener() throws SettingException {
        return listener(Attempts.FIRST_ENDS, Duration.ofSeconds(given.number(Setting.DRAIN_SECONDS, 30, 0, 3600)));
    }

    Listener listener(Attempts attempts, Duration drain) throws SettingException {
        return new Listener(
                given.find(Setting.HOST).map(g -> g.value().trim()),
                attempts.read(() -> given.number(Setting.PORT, DEFAULT_PORT, 0, 65535), DEFAULT_PORT),
                attempts.read(this::identity, Optional.empty()),
                drain,
                attempts.read(() -> given.number(Setting.THREADS, 200, 1, 10_000), 200));
    }

    private Optional<KeyStore> identity() throws SettingException {
        Optional<PemFiles.Pair> identity = PemFiles.pair(given, Setting.TLS_CERT, Setting.TLS_KEY);
        return identity.isPresent() ? Optional.of(PemFiles.identity(identity.get())) : Optional.empty();
    }

    Clients clients(Attempts attempts) throws SettingException {
        List<String> hosts = attempts.read(
                () -> given.checked(
                        Setting.ALLOWED_HOSTS, Addresses::isHost, "host names, such as r.example.com,localhost:8080"),
                List.of());
        return new Clients(
                attempts.read(this::publicUrl, Optional.empty()),
                attempts.read(() -> given.blocks(Setting.TRUSTED_PROXIES), List.of()),
                hosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).toList());
    }

    private Optional<URI> publicUrl() throws SettingException {
        Optional<Given> found = given.find(Setting.PUBLIC_URL);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Addresses.origin(found.get().value())
                .orElseThrow(
                        () -> found.get().expected("scheme and host that clients use, such as https://r.example.com")));
    }

    /** The page that browsers are sent to, where one is set. */
    Optional<URI> browsers() throws SettingException {
        Optional<Given> target = given.find(Setting.BROWSER_REDIRECT_TARGET);
        if (target.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Addresses.page(target.get().value())
                .orElseThrow(() -> target.get().expected("an address such as https://hub.docker.com/r/team")));
    }
}
