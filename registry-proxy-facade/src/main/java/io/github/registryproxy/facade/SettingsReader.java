package io.github.registryproxy.facade;

import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.transport.Cidr;
import io.github.registryproxy.transport.TlsSettings;
import java.net.URI;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/** Makes settings of what was given, or says in one line what is wrong with it. */
final class SettingsReader {
    static final int DEFAULT_PORT = 8080;
    private static final String REGISTRY_EXPECTED =
            "the registry behind, such as gcr.io (https) or http://127.0.0.1:5001";
    private static final String BLOCKS_EXPECTED = "addresses or blocks of them, such as 10.0.0.0/8,127.0.0.1";

    private final GivenSettings given;

    SettingsReader(GivenSettings given) {
        this.given = given;
    }

    Settings read() throws SettingException {
        Settings.Upstream upstream = upstream();
        Settings.Clients clients = clients();
        Settings.Policy policy = policy(upstream);
        Settings.Entrance entrance = new EntranceReader(given).read();
        // Last, since it opens what must be closed again.
        return new Settings(clients, entrance, upstream, policy, cache());
    }

    Listener listener() throws SettingException {
        return new Listener(
                given.find(Setting.HOST).map(g -> g.value().trim()),
                given.number(Setting.PORT, DEFAULT_PORT, 0, 65535),
                serverIdentity(),
                Duration.ofSeconds(given.number(Setting.DRAIN_SECONDS, 30, 0, 3600)),
                given.number(Setting.THREADS, 200, 1, 10_000));
    }

    private Settings.Clients clients() throws SettingException {
        List<String> hosts =
                checked(Setting.ALLOWED_HOSTS, Addresses::isHost, "host names, such as r.example.com,localhost:8080");
        return new Settings.Clients(
                origin(Setting.PUBLIC_URL, "scheme and host that clients use, such as https://r.example.com"),
                blocks(Setting.TRUSTED_PROXIES),
                hosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).toList());
    }

    private Settings.Upstream upstream() throws SettingException {
        given.require(Setting.REGISTRY_HOST, REGISTRY_EXPECTED);
        List<URI> realms = new ArrayList<>();
        for (String realm : checked(
                Setting.TRUSTED_REALMS,
                text -> Addresses.origin(text).isPresent(),
                "origins such as https://auth.example.com")) {
            realms.add(Addresses.origin(realm).orElseThrow());
        }
        return new Settings.Upstream(
                registry().orElseThrow(),
                prefix(),
                new LoginReader(given).read(),
                List.copyOf(realms),
                blocks(Setting.ALLOW_PRIVATE_ADDRESSES),
                tls(),
                egress(),
                client(),
                keepAlive());
    }

    /** The registry behind, where it is set. */
    Optional<URI> registry() throws SettingException {
        Optional<Given> found = given.find(Setting.REGISTRY_HOST);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Addresses.registry(found.get().value())
                .orElseThrow(() -> found.get()
                        .expected(REGISTRY_EXPECTED + ", without user or path (a path goes into REPO_PREFIX)")));
    }

    private Optional<Settings.Cache> cache() throws SettingException {
        Optional<Given> delivery = given.find(Setting.BLOB_DELIVERY);
        boolean redirect =
                delivery.filter(d -> d.value().trim().equals("redirect")).isPresent();
        Optional<Given> cache = given.find(Setting.CACHE_DIR).or(() -> given.find(Setting.CACHE_MEMORY));
        if (redirect && cache.isPresent()) {
            throw delivery.get().conflictsWith(cache.get(), "what is redirected cannot be kept");
        }
        return new CacheReader(given).read();
    }

    private Settings.Policy policy(Settings.Upstream upstream) throws SettingException {
        return new Settings.Policy(
                given.flag(Setting.ENABLE_PUSH),
                given.flag(Setting.ENABLE_CATALOG),
                browsers(upstream),
                streamBlobs(),
                new AdmissionReader(given).read());
    }

    Optional<RepositoryName> prefix() throws SettingException {
        Optional<Given> found = given.find(Setting.REPO_PREFIX);
        String name = found.map(g -> g.value().trim().replaceAll("^/+|/+$", "")).orElse("");
        if (name.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new RepositoryName(name));
        } catch (RegistryException e) {
            throw found.orElseThrow()
                    .expected("a repository name such as team/a: lower-case letters, digits, . _ - between slashes");
        }
    }

    /** Any value switches them off, as in serverless-registry-proxy. */
    private Optional<URI> browsers(Settings.Upstream upstream) throws SettingException {
        Optional<Given> target = given.find(Setting.BROWSER_REDIRECT_TARGET);
        Optional<Given> disabled = given.find(Setting.DISABLE_BROWSER_REDIRECTS);
        if (target.isPresent() && disabled.isPresent()) {
            throw target.get().conflictsWith(disabled.get(), "set only one of them");
        }
        // The page behind is nothing to tell strangers where a login is asked for.
        boolean closed = given.find(Setting.HTPASSWD_FILE).isPresent();
        if (disabled.isPresent() || (closed && target.isEmpty())) {
            return Optional.empty();
        }
        if (target.isEmpty()) {
            String path = upstream.prefix().map(prefix -> "/" + prefix).orElse("");
            return Optional.of(upstream.registry().resolve(path.isEmpty() ? "/" : path));
        }
        return Optional.of(Addresses.page(target.get().value())
                .orElseThrow(() -> target.get().expected("an address such as https://hub.docker.com/r/team")));
    }

    private boolean streamBlobs() throws SettingException {
        Optional<Given> delivery = given.find(Setting.BLOB_DELIVERY);
        if (delivery.isEmpty()) {
            return false;
        }
        return switch (delivery.get().value().trim()) {
            case "redirect" -> false;
            case "stream" -> true;
            default -> throw delivery.get().expected("redirect or stream");
        };
    }

    private TlsSettings tls() throws SettingException {
        TlsSettings tls = TlsSettings.defaults();
        Optional<Given> authorities = given.find(Setting.UPSTREAM_CA);
        if (authorities.isPresent()) {
            tls = PemFiles.alsoTrusting(tls, authorities.get());
        }
        Optional<Identity> identity = identity(Setting.UPSTREAM_CLIENT_CERT, Setting.UPSTREAM_CLIENT_KEY);
        return identity.isPresent()
                ? PemFiles.showing(
                        tls, identity.get().certificate(), identity.get().key())
                : tls;
    }

    private Optional<KeyStore> serverIdentity() throws SettingException {
        Optional<Identity> identity = identity(Setting.TLS_CERT, Setting.TLS_KEY);
        return identity.isPresent()
                ? Optional.of(PemFiles.identity(
                        identity.get().certificate(), identity.get().key()))
                : Optional.empty();
    }

    private record Identity(Given certificate, Given key) {}

    private Optional<Identity> identity(Setting certificate, Setting key) throws SettingException {
        Optional<Given> certificateFile = given.find(certificate);
        Optional<Given> keyFile = given.find(key);
        if (certificateFile.isPresent() && keyFile.isPresent()) {
            return Optional.of(new Identity(certificateFile.get(), keyFile.get()));
        }
        if (certificateFile.isPresent()) {
            throw certificateFile.get().expected(key + " beside it");
        }
        if (keyFile.isPresent()) {
            throw keyFile.get().expected(certificate + " beside it");
        }
        return Optional.empty();
    }

    private Optional<URI> egress() throws SettingException {
        Optional<Given> found = given.find(Setting.UPSTREAM_PROXY);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Optional<URI> proxy = Addresses.origin(found.get().value())
                .filter(uri -> uri.getScheme().equals("http"));
        return Optional.of(proxy.orElseThrow(
                () -> found.get().expected("an HTTP proxy without user, such as http://proxy.example.com:3128")));
    }

    private Settings.Client client() throws SettingException {
        Optional<Given> found = given.find(Setting.TRANSPORT);
        if (found.isEmpty()) {
            return Settings.Client.HTTPCLIENT5;
        }
        return switch (found.get().value().trim()) {
            case "httpclient5" -> Settings.Client.HTTPCLIENT5;
            case "jdk" -> Settings.Client.JDK;
            default -> throw found.get().expected("httpclient5 or jdk");
        };
    }

    private Duration keepAlive() throws SettingException {
        Optional<Given> found = given.find(Setting.UPSTREAM_KEEP_ALIVE);
        if (found.isPresent() && client() == Settings.Client.JDK) {
            throw found.get()
                    .conflictsWith(
                            given.find(Setting.TRANSPORT).orElseThrow(),
                            "the JDK's client takes it from -Djdk.httpclient.keepalive.timeout=SECONDS");
        }
        return CacheReader.time(
                found, Duration.ofSeconds(30), Duration.ofDays(1), "a time such as 30s, or 0 for not at all");
    }

    private Optional<URI> origin(Setting setting, String expected) throws SettingException {
        Optional<Given> found = given.find(setting);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Addresses.origin(found.get().value())
                .orElseThrow(() -> found.get().expected(expected)));
    }

    private List<Cidr> blocks(Setting setting) throws SettingException {
        List<Cidr> blocks = new ArrayList<>();
        for (String text : given.list(setting)) {
            try {
                blocks.add(Cidr.parse(text));
            } catch (IllegalArgumentException e) {
                throw given.find(setting).orElseThrow().expected(BLOCKS_EXPECTED);
            }
        }
        return List.copyOf(blocks);
    }

    private List<String> checked(Setting setting, Predicate<String> valid, String expected) throws SettingException {
        List<String> parts = given.list(setting);
        if (!parts.stream().allMatch(valid)) {
            throw given.find(setting).orElseThrow().expected(expected);
        }
        return parts;
    }
}
