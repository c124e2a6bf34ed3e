package io.github.registryproxy.facade;

import io.github.registryproxy.facade.schema.Checked;
import io.github.registryproxy.facade.schema.Checked.Group;
import io.github.registryproxy.facade.schema.Problems;
import io.github.registryproxy.policy.Rules;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/** Reads lists of patterns. */
final class Globs {
    private Globs() {}

    /** Those of repositories at the key; none where nothing is there, or what is wrong. */
    static List<String> repositories(Group group, String key, Problems problems) {
        return read(group, key, Rules::ofRepositories, problems);
    }

    /** Those of tags. */
    static List<String> tags(Group group, String key, Problems problems) {
        return read(group, key, Rules::ofTags, problems);
    }

    private static List<String> read(Group group, String key, Function<String[], Rules> rules, Problems problems) {
        List<Checked.Value> values = group.items(key).stream()
                .filter(Checked.Value.class::isInstance)
                .map(Checked.Value.class::cast)
                .toList();
        List<String> globs = values.stream().map(Checked.Value::text).toList();
        if (globs.isEmpty()) {
            return globs;
        }
        try {
            Objects.requireNonNull(rules.apply(globs.toArray(String[]::new)));
            return globs;
        } catch (IllegalArgumentException e) {
            Checked.Value first = values.get(0);
            problems.add(first.path(), first.origin(), "expected patterns, but " + e.getMessage());
            return List.of();
        }
    }
}
