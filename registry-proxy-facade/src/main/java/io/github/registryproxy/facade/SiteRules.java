package io.github.registryproxy.facade;

import io.github.registryproxy.facade.model.Route;
import io.github.registryproxy.facade.model.Route.Way;
import io.github.registryproxy.facade.model.Site;
import io.github.registryproxy.facade.model.Upstream;
import io.github.registryproxy.facade.place.Mounts;
import io.github.registryproxy.facade.schema.Checked;
import io.github.registryproxy.facade.schema.Checked.Group;
import io.github.registryproxy.facade.schema.Problems;
import io.github.registryproxy.login.Who;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What parts of a file must not say together. */
final class SiteRules {
    private final Group root;
    private final Problems problems;

    SiteRules(Group root, Problems problems) {
        this.root = root;
        this.problems = problems;
    }

    void check(Site site) {
        if (root.find("routes").isEmpty() && root.find("hosted").isEmpty()) {
            problems.add("routes", root.origin(), "expected routes to upstreams, or hosted: there is nothing to serve");
        }
        boolean all = site.routes().stream().anyMatch(route -> route.way() instanceof Way.Root);
        if (all && site.hosting().isPresent()) {
            add("hosted", "a route takes all names, so there are none for images of one's own");
        }
        ways(site);
        login(site);
        several(site);
        if (problems.isEmpty()) {
            new RuleNames(root, problems, site).check();
        }
    }

    private void ways(Site site) {
        Set<Object> taken = new HashSet<>();
        for (Route route : site.routes()) {
            for (Object way : ways(route)) {
                if (!taken.add(way)) {
                    add("routes", "two of them are taken by " + way);
                }
            }
        }
    }

    private static List<?> ways(Route route) {
        if (route.way() instanceof Way.Named named) {
            return route.upstreams().stream()
                    .flatMap(upstream -> Mounts.of(named, upstream).stream())
                    .map(name -> "the name " + name)
                    .toList();
        }
        if (route.way() instanceof Way.Below below) {
            return List.of("the name " + below.name());
        }
        if (route.way() instanceof Way.Host host) {
            return List.of("the host " + host.name());
        }
        return List.of(route.way() instanceof Way.Root ? "all names" : "namespaces");
    }

    private void login(Site site) {
        if (site.entrance().login().isEmpty()) {
            return;
        }
        for (Upstream upstream : site.upstreams()) {
            if (upstream.clientsLogIn()) {
                add(
                        "login",
                        "clients log in here, so their logins cannot pass to upstreams." + upstream.name()
                                + ": take credentials.client away there");
            }
        }
        boolean anybody = site.entrance().login().get().grants().stream()
                .anyMatch(grant -> grant.who().equals(Who.anybody()));
        if (anybody && !site.entrance().login().get().tokens()) {
            add("login", "rules for anybody need mode: token");
        }
    }

    /** A client has one login, which is none of several registries' business. */
    private void several(Site site) {
        for (Route route : site.routes()) {
            boolean asOne = !(route.way() instanceof Way.Named || route.way() instanceof Way.Namespaces);
            if (asOne && route.upstreams().size() > 1) {
                route.upstreams().stream()
                        .filter(Upstream::clientsLogIn)
                        .forEach(upstream -> add(
                                "routes",
                                "clients log in at upstreams." + upstream.name()
                                        + ", which can only be asked alone: not as one of several"));
            }
        }
    }

    private void add(String key, String message) {
        problems.add(key, root.find(key).map(Checked::origin).orElse(root.origin()), message);
    }
}
