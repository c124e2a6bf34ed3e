package io.github.registryproxy.facade;

import io.github.registryproxy.facade.model.CacheTuning;
import io.github.registryproxy.facade.model.Login;
import io.github.registryproxy.facade.model.Upstream;
import io.github.registryproxy.facade.schema.Checked;
import io.github.registryproxy.facade.schema.Checked.Group;
import io.github.registryproxy.facade.schema.Checked.Value;
import io.github.registryproxy.facade.schema.Problems;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the registries behind. */
final class UpstreamsReader {
    private static final CacheTuning USUAL = new CacheTuning(Duration.ofSeconds(60), 1, true);

    private final Group root;
    private final Map<String, String> environment;
    private final Problems problems;
    private final Attempts attempts;
    private final Map<String, String> called = new HashMap<>();

    UpstreamsReader(Group root, Map<String, String> environment, Problems problems) {
        this.root = root;
        this.environment = environment;
        this.problems = problems;
        this.attempts = Attempts.collecting(problems);
    }

    /**
     * By their keys, in the order of the file.
     *
     * @param keeps whether there is somewhere to keep what comes from them
     */
    Map<String, Upstream> read(boolean keeps) throws SettingException {
        Map<String, Upstream> upstreams = new LinkedHashMap<>();
        Optional<Group> groups = root.group("upstreams");
        for (String key : groups.map(group -> group.parts().keySet()).orElse(Set.of())) {
            Group group = groups.orElseThrow().group(key).orElseThrow();
            upstreams.put(key, upstream(key, group, keeps));
        }
        return upstreams;
    }

    private Upstream upstream(String key, Group group, boolean keeps) throws SettingException {
        GivenSettings given = settings(group).given(environment);
        Optional<CacheTuning> caching = caching(group, given, keeps);
        boolean library = isTrue(group, "library");
        Login nobody =
                group.group("credentials").filter(c -> isTrue(c, "client")).isPresent()
                        ? new Login.OfClient()
                        : new Login.Anonymous();
        Upstream upstream =
                new UpstreamReader(given, attempts).read(Optional.of(key), names(key, group), library, nobody, caching);
        if (nobody instanceof Login.OfClient && !upstream.clientsLogIn()) {
            Checked client =
                    group.group("credentials").orElseThrow().find("client").orElseThrow();
            problems.add(client.path(), client.origin(), "clients log in, or this site does: set only one of them");
        }
        Optional<Value> blobs = group.value("blobs").filter(b -> b.text().equals("redirect"));
        if (blobs.isPresent() && caching.isPresent()) {
            problems.add(
                    blobs.get().path() + "=redirect",
                    blobs.get().origin(),
                    "what is redirected cannot be kept: leave it out, or write cache: false");
        }
        return upstream;
    }

    private static WrittenSettings settings(Group group) {
        return new WrittenSettings(group)
                .with(Setting.REGISTRY_HOST, group, "address")
                .with(Setting.REPO_PREFIX, group, "prefix")
                .with(Setting.REGISTRY_USERNAME, group, "credentials.username")
                .with(Setting.REGISTRY_USERNAME_FILE, group, "credentials.username-file")
                .with(Setting.REGISTRY_PASSWORD, group, "credentials.password")
                .with(Setting.REGISTRY_PASSWORD_FILE, group, "credentials.password-file")
                .with(Setting.AUTH_HEADER, group, "credentials.header")
                .with(Setting.AUTH_HEADER_FILE, group, "credentials.header-file")
                .with(Setting.REGISTRY_CREDENTIALS, group, "credentials.by")
                .with(Setting.DOCKER_CONFIG, group, "credentials.docker-config")
                .with(Setting.GOOGLE_APPLICATION_CREDENTIALS, group, "credentials.google-key")
                .with(Setting.TRUSTED_REALMS, group, "realms")
                .with(Setting.ALLOW_PRIVATE_ADDRESSES, group, "private-addresses")
                .with(Setting.UPSTREAM_CA, group, "tls.authorities")
                .with(Setting.UPSTREAM_CLIENT_CERT, group, "tls.certificate")
                .with(Setting.UPSTREAM_CLIENT_KEY, group, "tls.key")
                .with(Setting.UPSTREAM_PROXY, group, "proxy")
                .with(Setting.UPSTREAM_KEEP_ALIVE, group, "keep-alive")
                .with(Setting.TRANSPORT, group, "transport")
                .with(Setting.BLOB_DELIVERY, group, "blobs")
                .with(Setting.TAG_TTL, group, "cache.tag-ttl")
                .with(Setting.CACHE_FETCHES, group, "cache.fetches")
                .with(Setting.CACHE_FILL_ALONE, group, "cache.fill-alone");
    }

    private Optional<CacheTuning> caching(Group group, GivenSettings given, boolean keeps) throws SettingException {
        Optional<Checked> cache = group.find("cache");
        if (cache.isPresent() && cache.get() instanceof Value) {
            return Optional.empty();
        }
        if (!keeps) {
            cache.filter(said -> !said.origin().equals(Checked.DEFAULT))
                    .ifPresent(said -> problems.add(
                            said.path(), said.origin(), "expected store beside it, where what comes is kept"));
            return Optional.empty();
        }
        return Optional.of(attempts.read(() -> new CacheReader(given).policy(), USUAL));
    }

    private static boolean isTrue(Group group, String key) {
        return group.value(key).filter(value -> value.text().equals("true")).isPresent();
    }

    /** Its key, and what else it is called: hosts, each of one upstream alone. */
    private List<String> names(String key, Group group) {
        List<String> names = new ArrayList<>();
        take(key, key, group, names);
        for (Checked item : group.items("names")) {
            if (item instanceof Value value) {
                String name = value.text().toLowerCase(Locale.ROOT);
                if (Addresses.isHost(name)) {
                    take(key, name, value, names);
                } else {
                    problems.add(
                            value.path() + "=" + value.text(),
                            value.origin(),
                            "expected a host name, such as ghcr.io or localhost:5000");
                }
            }
        }
        return List.copyOf(names);
    }

    private void take(String key, String name, Checked where, List<String> names) {
        String before = called.putIfAbsent(name, key);
        if (before == null) {
            names.add(name);
        } else if (!before.equals(key)) {
            problems.add(where.path() + "=" + name, where.origin(), "upstreams." + before + " is called so already");
        }
    }
}
