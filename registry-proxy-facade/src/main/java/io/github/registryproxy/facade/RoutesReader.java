package io.github.registryproxy.facade;

import io.github.registryproxy.facade.model.Admission;
import io.github.registryproxy.facade.model.Route;
import io.github.registryproxy.facade.model.Route.Way;
import io.github.registryproxy.facade.model.Route.Writes;
import io.github.registryproxy.facade.model.Upstream;
import io.github.registryproxy.facade.schema.Checked;
import io.github.registryproxy.facade.schema.Checked.Group;
import io.github.registryproxy.facade.schema.Checked.Value;
import io.github.registryproxy.facade.schema.Problems;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.RepositoryName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads the ways to upstreams. */
final class RoutesReader {
    private static final String UPSTREAM = "{upstream}";
    private static final String NAME_EXPECTED = "a repository name such as mirror, proxy/{upstream} for one of the"
            + " upstreams' names, or nothing for all names";

    private final Group root;
    private final Map<String, String> environment;
    private final Map<String, Upstream> upstreams;
    private final Problems problems;

    RoutesReader(Group root, Map<String, String> environment, Map<String, Upstream> upstreams, Problems problems) {
        this.root = root;
        this.environment = environment;
        this.upstreams = upstreams;
        this.problems = problems;
    }

    /** @param remembers whether there is a directory for what policies have to remember */
    List<Route> read(boolean remembers) throws SettingException {
        // Of itself as well: what is wrong there is said once, also where no route inherits it.
        admission(root.group("policies"), Optional.empty(), remembers);
        List<Route> routes = new ArrayList<>();
        for (Checked item : root.items("routes")) {
            if (item instanceof Group route) {
                route(route, remembers).ifPresent(routes::add);
            }
        }
        return List.copyOf(routes);
    }

    private Optional<Route> route(Group route, boolean remembers) throws SettingException {
        Optional<Way> way = way(route);
        List<Upstream> asked = asked(route);
        boolean push = isTrue(route, "push");
        if (push && way.isPresent() && way.get() instanceof Way.Namespaces) {
            problems.add(route.path() + ".push", route.origin(), "containerd pushes nothing by ns: leave it out");
        }
        boolean catalog = isTrue(route, "catalog");
        boolean single = way.isEmpty() || way.get() instanceof Way.Root || way.get() instanceof Way.Host;
        if (catalog && (!single || asked.size() > 1)) {
            problems.add(
                    route.path() + ".catalog",
                    route.origin(),
                    "repositories are listed of one upstream, by a route for all names or for a host");
        }
        Admission admission = admission(route.group("policies"), root.group("policies"), remembers);
        boolean stop = route.value("on-error").map(Value::text).orElse("next").equals("stop");
        if (way.isEmpty() || asked.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Route(way.get(), asked, stop, push ? Writes.PASS : Writes.DENIED, catalog, admission));
    }

    private static boolean isTrue(Group group, String key) {
        return group.value(key).filter(value -> value.text().equals("true")).isPresent();
    }

    private Optional<Way> way(Group route) {
        List<String> ways = Stream.of("repositories", "host", "namespaces")
                .filter(key -> route.find(key).isPresent())
                .toList();
        if (ways.size() != 1) {
            problems.add(
                    route.path(),
                    route.origin(),
                    "expected one of the keys repositories, host, namespaces: how it is taken");
            return Optional.empty();
        }
        Value value = route.value(ways.get(0)).orElseThrow();
        return switch (ways.get(0)) {
            case "repositories" -> named(value);
            case "host" -> host(value);
            default -> Optional.of(new Way.Namespaces());
        };
    }

    private Optional<Way> host(Value value) {
        String host = value.text().toLowerCase(Locale.ROOT);
        if (host.indexOf(':') >= 0 || !Addresses.isHost(host)) {
            problems.add(
                    value.path() + "=" + value.text(),
                    value.origin(),
                    "expected a host name without a port, such as hub.example.com");
            return Optional.empty();
        }
        return Optional.of(new Way.Host(host));
    }

    private Optional<Way> named(Value value) {
        String name = value.text();
        if (name.isEmpty()) {
            return Optional.of(new Way.Root());
        }
        try {
            if (name.equals(UPSTREAM)) {
                return Optional.of(new Way.Named(Optional.empty()));
            }
            String end = "/" + UPSTREAM;
            if (name.endsWith(end)) {
                String above = name.substring(0, name.length() - end.length());
                return Optional.of(new Way.Named(Optional.of(new RepositoryName(above))));
            }
            return Optional.of(new Way.Below(new RepositoryName(name)));
        } catch (RegistryException e) {
            problems.add(value.path() + "=" + name, value.origin(), "expected " + NAME_EXPECTED);
            return Optional.empty();
        }
    }

    private List<Upstream> asked(Group route) {
        List<Upstream> asked = new ArrayList<>();
        for (Checked item : route.items("upstreams")) {
            if (item instanceof Value value) {
                Upstream upstream = upstreams.get(value.text());
                if (upstream == null) {
                    problems.add(
                            value.path() + "=" + value.text(),
                            value.origin(),
                            "expected a key of upstreams: " + String.join(", ", upstreams.keySet()));
                } else if (asked.contains(upstream)) {
                    problems.add(value.path() + "=" + value.text(), value.origin(), "is in the list already");
                } else {
                    asked.add(upstream);
                }
            }
        }
        if (route.items("upstreams").isEmpty()) {
            problems.add(route.path(), route.origin(), "expected the key upstreams: which are asked");
        }
        return List.copyOf(asked);
    }

    private Admission admission(Optional<Group> own, Optional<Group> all, boolean remembers) throws SettingException {
        WrittenSettings written = new WrittenSettings(own.or(() -> all).orElse(root));
        own.ifPresent(group -> policies(written, group));
        all.ifPresent(group -> policies(written, group));
        return new AdmissionReader(written.given(environment), Attempts.collecting(problems), remembers).read();
    }

    private static void policies(WrittenSettings written, Group group) {
        written.with(Setting.ALLOW_REPOSITORIES, group, "repositories")
                .with(Setting.ALLOW_TAGS, group, "tags")
                .with(Setting.SIGNATURE_KEYS, group, "signature-keys")
                .with(Setting.MINIMUM_AGE, group, "minimum-age")
                .with(Setting.ALLOW_PLATFORMS, group, "platforms");
    }
}
