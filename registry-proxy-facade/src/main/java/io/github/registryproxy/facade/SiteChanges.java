package io.github.registryproxy.facade;

import io.github.registryproxy.facade.model.Keeping;
import io.github.registryproxy.facade.model.Site;
import io.github.registryproxy.facade.model.Upstream;
import io.github.registryproxy.facade.schema.Checked;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Says what is another in a site than it was. */
final class SiteChanges {
    private SiteChanges() {}

    /** A few words each; none where all is the same. */
    static List<String> between(SiteConfiguration before, SiteConfiguration after) {
        List<String> changes = new ArrayList<>(upstreams(before.site(), after.site()));
        differ(before, after, Site::routes, "routes changed", changes);
        differ(before, after, Site::hosting, "hosted changed", changes);
        differ(before, after, Site::entrance, "login and limits changed", changes);
        differ(before, after, Site::browsers, "browsers changed", changes);
        differ(before, after, Site::clients, "clients changed: takes effect after a restart", changes);
        if (sizes(before).isPresent()
                && sizes(after).isPresent()
                && !sizes(before).equals(sizes(after))) {
            changes.add("sizes of store changed: takes effect after a restart");
        }
        if (!before.checked()
                .find("listen")
                .map(Checked::content)
                .equals(after.checked().find("listen").map(Checked::content))) {
            changes.add("listen changed: takes effect after a restart");
        }
        return List.copyOf(changes);
    }

    private static Optional<List<Long>> sizes(SiteConfiguration configuration) {
        return configuration.site().keeping().map(SiteChanges::sizes);
    }

    private static List<Long> sizes(Keeping keeping) {
        return List.of(keeping.cacheSize(), keeping.memory());
    }

    private static void differ(
            SiteConfiguration before,
            SiteConfiguration after,
            Function<Site, Object> part,
            String change,
            List<String> changes) {
        if (!part.apply(before.site()).equals(part.apply(after.site()))) {
            changes.add(change);
        }
    }

    private static List<String> upstreams(Site before, Site after) {
        Map<String, Upstream> were = byName(before);
        Map<String, Upstream> are = byName(after);
        List<String> changes = new ArrayList<>();
        are.forEach((name, upstream) -> {
            Upstream was = were.get(name);
            if (was == null) {
                changes.add("upstream " + name + " added");
            } else if (!was.equals(upstream)) {
                changes.add("upstream " + name + " changed");
            }
        });
        were.keySet().stream()
                .filter(name -> !are.containsKey(name))
                .forEach(name -> changes.add("upstream " + name + " removed"));
        return changes;
    }

    private static Map<String, Upstream> byName(Site site) {
        return site.upstreams().stream().collect(Collectors.toMap(Upstream::name, Function.identity()));
    }
}
