package io.github.registryproxy.facade;

import io.github.registryproxy.facade.model.Site;
import io.github.registryproxy.facade.place.NamesInRules;
import io.github.registryproxy.facade.place.Places;
import io.github.registryproxy.facade.schema.Checked;
import io.github.registryproxy.facade.schema.Checked.Group;
import io.github.registryproxy.facade.schema.Checked.Value;
import io.github.registryproxy.facade.schema.Problems;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Check of the rules in a file for names that no request has: such a rule would deny or allow nothing, and look as if it did. */
final class RuleNames {
    private final Group root;
    private final Problems problems;
    private final NamesInRules names;
    private final Set<String> upstreams;

    RuleNames(Group root, Problems problems, Site site) {
        this.root = root;
        this.problems = problems;
        this.names = new NamesInRules(Places.of(site), site.hosting().isPresent());
        this.upstreams =
                site.upstreams().stream().map(upstream -> upstream.name()).collect(Collectors.toSet());
    }

    void check() {
        root.group("login").ifPresent(login -> groups(login, "rules").forEach(this::rule));
        root.group("hosted").ifPresent(hosted -> {
            groups(hosted, "immutable-tags").forEach(this::hosted);
            groups(hosted, "quota").forEach(this::hosted);
        });
    }

    private static List<Group> groups(Group parent, String key) {
        return parent.items(key).stream()
                .filter(Group.class::isInstance)
                .map(Group.class::cast)
                .toList();
    }

    private static List<Value> values(Group parent, String key) {
        return parent.items(key).stream()
                .filter(Value.class::isInstance)
                .map(Value.class::cast)
                .toList();
    }

    private static String glob(Value value) {
        return value.text().startsWith("!") ? value.text().substring(1) : value.text();
    }

    private void rule(Group rule) {
        List<Value> named = values(rule, "upstreams");
        for (Value one : named) {
            if (!upstreams.contains(one.text())) {
                add(
                        one,
                        "expected a key of upstreams: "
                                + String.join(", ", upstreams.stream().sorted().toList()));
                return;
            }
        }
        List<String> keys = named.stream().map(Value::text).toList();
        if (!keys.isEmpty() && !names.canMeetAt(keys, "**")) {
            add(named.get(0), "no route leads to " + (keys.size() == 1 ? "it" : "these") + " alone");
            return;
        }
        for (Value value : values(rule, "repositories")) {
            String glob = glob(value);
            if (keys.isEmpty() && !names.canMeet(glob)) {
                add(value, "no request has such a name: " + names.advice(glob));
            } else if (!keys.isEmpty() && !names.canMeetAt(keys, glob)) {
                add(value, "no repository there has such a name: of one component they are below library/");
            }
        }
    }

    private void hosted(Group rule) {
        for (Value value : values(rule, "repositories")) {
            if (!names.canMeetHosted(glob(value))) {
                add(value, "no hosted image has such a name: a route takes it");
            }
        }
    }

    private void add(Checked where, String message) {
        Optional<String> text = where instanceof Value value ? Optional.of(value.text()) : Optional.empty();
        problems.add(where.path() + text.map(said -> "=" + said).orElse(""), where.origin(), message);
    }
}
