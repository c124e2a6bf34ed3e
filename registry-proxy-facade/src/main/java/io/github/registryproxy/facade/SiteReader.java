package io.github.registryproxy.facade;

import io.github.registryproxy.facade.model.Clients;
import io.github.registryproxy.facade.model.Entrance;
import io.github.registryproxy.facade.model.Grant;
import io.github.registryproxy.facade.model.Hosting;
import io.github.registryproxy.facade.model.Keeping;
import io.github.registryproxy.facade.model.OwnLogin;
import io.github.registryproxy.facade.model.Route;
import io.github.registryproxy.facade.model.Site;
import io.github.registryproxy.facade.model.Upstream;
import io.github.registryproxy.facade.schema.Checked;
import io.github.registryproxy.facade.schema.Checked.Group;
import io.github.registryproxy.facade.schema.Problems;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Makes a site of a configuration file; what is wrong is noted, and read on. */
final class SiteReader {
    private static final String ALL_CACHES = "all";

    private final Group root;
    private final Map<String, String> environment;
    private final Problems problems;
    private final Attempts attempts;
    private final GivenSettings given;

    SiteReader(Group root, Map<String, String> environment, Problems problems) {
        this.root = root;
        this.environment = environment;
        this.problems = problems;
        this.attempts = Attempts.collecting(problems);
        Group listen = root.group("listen").orElseThrow();
        Group clients = root.group("clients").orElseThrow();
        WrittenSettings written = new WrittenSettings(root)
                .with(Setting.PORT, listen, "port")
                .with(Setting.HOST, listen, "host")
                .with(Setting.TLS_CERT, listen, "tls.certificate")
                .with(Setting.TLS_KEY, listen, "tls.key")
                .with(Setting.THREADS, listen, "threads")
                .with(Setting.METRICS_LISTEN, listen, "metrics")
                .with(Setting.PUBLIC_URL, clients, "public-url")
                .with(Setting.TRUSTED_PROXIES, clients, "trusted-proxies")
                .with(Setting.ALLOWED_HOSTS, clients, "allowed-hosts")
                .with(Setting.RATE_LIMIT, clients, "rate-limit")
                .with(Setting.BANDWIDTH_LIMIT, clients, "bandwidth-limit")
                .with(Setting.BROWSER_REDIRECT_TARGET, clients, "browsers");
        root.group("store")
                .ifPresent(store -> written.with(Setting.CACHE_DIR, store, "directory")
                        .with(Setting.CACHE_SIZE, store, "cache-size")
                        .with(Setting.CACHE_MEMORY, store, "cache-memory"));
        root.group("login")
                .ifPresent(login -> written.with(Setting.HTPASSWD_FILE, login, "htpasswd")
                        .with(Setting.LOGIN_MODE, login, "mode")
                        .with(Setting.ANONYMOUS_PULL, login, "anonymous-pull")
                        .with(Setting.TOKEN_KEY_FILE, login, "token-keys"));
        this.given = written.given(environment);
    }

    Listener listener() throws SettingException {
        Optional<Written> drain =
                root.group("listen").orElseThrow().value("drain").map(Written::new);
        Duration time = attempts.read(
                () -> Amounts.time(drain, Duration.ZERO, Duration.ofHours(1), "a time up to 1h, such as 30s"),
                Duration.ZERO);
        return new ListenerReader(given).listener(attempts, time);
    }

    Optional<Listener> metrics() throws SettingException {
        return attempts.read(() -> new MetricsReader(given).read(), Optional.empty());
    }

    Site site() throws SettingException {
        ListenerReader listener = new ListenerReader(given);
        Clients clients = listener.clients(attempts);
        Optional<URI> browsers = attempts.read(listener::browsers, Optional.empty());
        Entrance entrance = entrance();
        Optional<Hosting> hosting = root.group("hosted").isPresent()
                ? Optional.of(new HostedReader(root.group("hosted").get(), problems).read())
                : Optional.empty();
        Optional<Keeping> keeping = keeping(hosting.isPresent());
        Map<String, Upstream> upstreams = new UpstreamsReader(root, environment, problems).read(keeping.isPresent());
        boolean remembers = keeping.flatMap(Keeping::cache).isPresent();
        List<Route> routes = new RoutesReader(root, environment, upstreams, problems).read(remembers);
        Site site = new Site(clients, entrance, browsers, keeping, hosting, List.copyOf(upstreams.values()), routes);
        new SiteRules(root, problems).check(site);
        return site;
    }

    private Entrance entrance() throws SettingException {
        EntranceReader reader = new EntranceReader(given);
        OptionalInt requests = attempts.read(reader::requests, OptionalInt.empty());
        OptionalLong bytes = attempts.read(reader::bytes, OptionalLong.empty());
        Optional<Group> login = root.group("login");
        if (login.isEmpty()) {
            return new Entrance(Optional.empty(), requests, bytes);
        }
        if (given.find(Setting.HTPASSWD_FILE).isEmpty()) {
            problems.add("login", login.get().origin(), "expected the key htpasswd");
        }
        List<Grant> grants = new GrantsReader(login.get(), problems).read();
        Optional<OwnLogin> own = attempts.read(() -> reader.login(grants), Optional.empty());
        return new Entrance(own, requests, bytes);
    }

    private Optional<Keeping> keeping(boolean hosts) throws SettingException {
        Optional<Group> store = root.group("store");
        Optional<Given> directory = given.find(Setting.CACHE_DIR);
        if (hosts && directory.isEmpty()) {
            Checked hosted = root.find("hosted").orElseThrow();
            problems.add("hosted", hosted.origin(), "expected store.directory beside it, where images are kept");
        }
        if (store.isEmpty()) {
            return Optional.empty();
        }
        CacheReader reader = new CacheReader(given);
        Optional<Path> path = attempts.read(
                () -> directory.isPresent() ? Optional.of(CacheReader.path(directory.get())) : Optional.empty(),
                Optional.empty());
        return Optional.of(new Keeping(
                ALL_CACHES,
                path.map(below -> below.resolve("cache")),
                attempts.read(reader::size, 0L),
                attempts.read(reader::memory, 0L),
                hosts ? path.map(below -> below.resolve("hosted")) : Optional.empty(),
                directory.map(Given::toString).orElse("store")));
    }
}
