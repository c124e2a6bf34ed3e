package io.github.registryproxy.facade;

import io.github.registryproxy.facade.model.Grant;
import io.github.registryproxy.facade.model.Hosting;
import io.github.registryproxy.facade.model.Login;
import io.github.registryproxy.facade.model.OwnLogin;
import io.github.registryproxy.facade.model.Route;
import io.github.registryproxy.facade.model.Site;
import io.github.registryproxy.facade.model.Upstream;
import io.github.registryproxy.login.Who;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What is right as far as it goes, and may still not be meant. */
final class Warnings {
    private Warnings() {}

    /** Of settings; a line each, without secrets. */
    static List<String> of(Site site) {
        return ofUpstreams(
                site,
                upstream -> "ENABLE_PUSH with a login of our own: whoever reaches this proxy can push and delete at "
                        + upstream.registry());
    }

    /**
     * Of a configuration file.
     *
     * @param policies whether it has policies for all routes
     */
    static List<String> ofFile(Site site, boolean policies) {
        List<String> warnings = new ArrayList<>();
        boolean open = site.entrance().login().isEmpty();
        if (open && site.hosting().map(Hosting::push).orElse(false)) {
            warnings.add("hosted.push without a login: whoever reaches this site can push");
        }
        if (policies && site.hosting().isPresent()) {
            warnings.add(
                    "policies are not for hosted images: they say what is served of upstreams, and what is pushed here is"
                            + " served as it is");
        }
        warnings.addAll(ofUpstreams(
                site,
                upstream -> "push to upstreams." + upstream.name()
                        + " without a login: whoever reaches this site can push and delete at "
                        + upstream.registry()));
        for (Upstream upstream : site.upstreams()) {
            if (site.routes().stream().noneMatch(route -> route.upstreams().contains(upstream))) {
                warnings.add("upstreams." + upstream.name() + " is in no route");
            }
        }
        boolean groups = site.entrance().login().map(OwnLogin::grants).orElse(List.of()).stream()
                .map(Grant::who)
                .anyMatch(Who.Group.class::isInstance);
        if (groups) {
            warnings.add("login.rules are for a group, and htpasswd knows none: they let nobody in");
        }
        warnings.addAll(NameWarnings.of(site));
        return List.copyOf(warnings);
    }

    private static List<String> ofUpstreams(Site site, Function<Upstream, String> pushed) {
        List<String> warnings = new ArrayList<>();
        for (Upstream upstream : site.upstreams()) {
            if (!logsIn(upstream)) {
                continue;
            }
            boolean push = site.routes().stream()
                    .anyMatch(route -> route.writes() == Route.Writes.PASS
                            && route.upstreams().contains(upstream));
            if (push && site.entrance().login().isEmpty()) {
                warnings.add(pushed.apply(upstream));
            }
            if (upstream.registry().getScheme().equals("http") && !Addresses.isLoopback(upstream.registry())) {
                warnings.add("the login travels unencrypted to " + upstream.registry());
            }
        }
        return warnings;
    }

    private static boolean logsIn(Upstream upstream) {
        return !(upstream.login() instanceof Login.OfClient || upstream.login() instanceof Login.Anonymous);
    }
}
