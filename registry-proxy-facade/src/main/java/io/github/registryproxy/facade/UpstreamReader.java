package io.github.registryproxy.facade;

import io.github.registryproxy.facade.model.CacheTuning;
import io.github.registryproxy.facade.model.Login;
import io.github.registryproxy.facade.model.Tls;
import io.github.registryproxy.facade.model.Upstream;
import io.github.registryproxy.facade.model.Upstream.HttpClient;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.RepositoryName;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads what is to be known of one registry behind. */
final class UpstreamReader {
    private static final URI UNREADABLE = URI.create("https://registry.invalid");
    private static final String REGISTRY_EXPECTED =
            "the registry behind, such as gcr.io (https) or http://127.0.0.1:5001";

    private final GivenSettings given;
    private final Attempts attempts;

    UpstreamReader(GivenSettings given, Attempts attempts) {
        this.given = given;
        this.attempts = attempts;
    }

    /**
     * All of it.
     *
     * @param name empty: as its address
     * @param names what clients may call it
     * @param nobody how to log in where nothing says how
     */
    Upstream read(
            Optional<String> name, List<String> names, boolean library, Login nobody, Optional<CacheTuning> caching)
            throws SettingException {
        URI registry = attempts.read(this::required, UNREADABLE);
        Login login = attempts.read(() -> new LoginReader(given).read(), nobody);
        return new Upstream(
                name.orElse(registry.toString()),
                registry,
                names,
                attempts.read(this::prefix, Optional.empty()),
                library,
                login instanceof Login.OfClient ? nobody : login,
                attempts.read(this::realms, List.of()),
                attempts.read(() -> given.blocks(Setting.ALLOW_PRIVATE_ADDRESSES), List.of()),
                attempts.read(this::tls, Tls.USUAL),
                attempts.read(this::egress, Optional.empty()),
                attempts.read(this::client, HttpClient.HTTPCLIENT5),
                attempts.read(this::keepAlive, Duration.ZERO),
                attempts.read(this::streamBlobs, false),
                caching);
    }

    private URI required() throws SettingException {
        given.require(Setting.REGISTRY_HOST, REGISTRY_EXPECTED);
        return registry().orElseThrow();
    }

    /** The registry behind, where it is set. */
    Optional<URI> registry() throws SettingException {
        Optional<Given> found = given.find(Setting.REGISTRY_HOST);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Addresses.registry(found.get().value())
                .orElseThrow(() -> found.get()
                        .expected(REGISTRY_EXPECTED + ", without user or path (a path goes into "
                                + given.called(Setting.REPO_PREFIX) + ")")));
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

    private List<URI> realms() throws SettingException {
        List<URI> realms = new ArrayList<>();
        for (String realm : given.checked(
                Setting.TRUSTED_REALMS,
                text -> Addresses.origin(text).isPresent(),
                "origins such as https://auth.example.com")) {
            realms.add(Addresses.origin(realm).orElseThrow());
        }
        return List.copyOf(realms);
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

    private Tls tls() throws SettingException {
        Optional<Given> authorities = given.find(Setting.UPSTREAM_CA);
        Optional<PemFiles.Pair> identity =
                PemFiles.pair(given, Setting.UPSTREAM_CLIENT_CERT, Setting.UPSTREAM_CLIENT_KEY);
        return PemFiles.tls(authorities, identity);
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

    private HttpClient client() throws SettingException {
        Optional<Given> found = given.find(Setting.TRANSPORT);
        if (found.isEmpty()) {
            return HttpClient.HTTPCLIENT5;
        }
        return switch (found.get().value().trim()) {
            case "httpclient5" -> HttpClient.HTTPCLIENT5;
            case "jdk" -> HttpClient.JDK;
            default -> throw found.get().expected("httpclient5 or jdk");
        };
    }

    private Duration keepAlive() throws SettingException {
        Optional<Given> found = given.find(Setting.UPSTREAM_KEEP_ALIVE);
        Optional<Given> transport = given.find(Setting.TRANSPORT);
        if (found.isPresent()
                && transport.filter(t -> t.value().trim().equals("jdk")).isPresent()) {
            throw found.get()
                    .conflictsWith(
                            transport.get(),
                            "the JDK's client takes it from -Djdk.httpclient.keepalive.timeout=SECONDS");
        }
        return Amounts.time(
                found, Duration.ofSeconds(30), Duration.ofDays(1), "a time such as 30s, or 0 for not at all");
    }
}
