package io.github.registryproxy.facade;

import io.github.registryproxy.facade.model.Login;
import io.github.registryproxy.facade.model.Route;
import io.github.registryproxy.facade.model.Site;
import io.github.registryproxy.facade.model.Upstream;
import java.util.ArrayList;
import java.util.List;

/** What is right as far as it goes, and may still not be meant. */
final class Warnings {
    private Warnings() {}

    /** A line each, without secrets. */
    static List<String> of(Site site) {
        List<String> warnings = new ArrayList<>();
        for (Upstream upstream : site.upstreams()) {
            if (!logsIn(upstream)) {
                continue;
            }
            boolean pushed = site.routes().stream()
                    .anyMatch(route -> route.writes() == Route.Writes.PASS
                            && route.upstreams().contains(upstream));
            if (pushed && site.entrance().login().isEmpty()) {
                warnings.add("ENABLE_PUSH with a login of our own: whoever reaches this proxy can push and delete at "
                        + upstream.registry());
            }
            if (upstream.registry().getScheme().equals("http") && !Addresses.isLoopback(upstream.registry())) {
                warnings.add("the login travels unencrypted to " + upstream.registry());
            }
        }
        return List.copyOf(warnings);
    }

    private static boolean logsIn(Upstream upstream) {
        return !(upstream.login() instanceof Login.OfClient || upstream.login() instanceof Login.Anonymous);
    }
}
