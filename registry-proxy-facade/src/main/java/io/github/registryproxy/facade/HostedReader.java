package io.github.registryproxy.facade;

import io.github.registryproxy.facade.model.Hosting;
import io.github.registryproxy.facade.model.Hosting.Immutable;
import io.github.registryproxy.facade.model.Hosting.Missing;
import io.github.registryproxy.facade.model.Hosting.Quota;
import io.github.registryproxy.facade.schema.Checked;
import io.github.registryproxy.facade.schema.Checked.Group;
import io.github.registryproxy.facade.schema.Checked.Value;
import io.github.registryproxy.facade.schema.Problems;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads how the site's own images are kept. */
final class HostedReader {
    private static final Duration LONGEST = Duration.ofDays(3650);
    private static final String SIZE_EXPECTED = "a size such as 20GiB";

    private final Group hosted;
    private final Problems problems;
    private final Attempts attempts;

    HostedReader(Group hosted, Problems problems) {
        this.hosted = hosted;
        this.problems = problems;
        this.attempts = Attempts.collecting(problems);
    }

    Hosting read() throws SettingException {
        OptionalLong chunk = hosted.value("chunk-min-length").isPresent()
                ? OptionalLong.of(size(hosted.value("chunk-min-length"), 1, 1024 * Amounts.MIB, "a size up to 1GiB"))
                : OptionalLong.empty();
        return new Hosting(
                flag("push"),
                flag("delete"),
                flag("catalog"),
                immutable(),
                quotas(),
                missing(),
                chunk,
                (int) size(hosted.value("manifest-limit"), 1024, 64 * Amounts.MIB, "a size from 1KiB to 64MiB"),
                collection(hosted.group("garbage-collection").orElseThrow()));
    }

    private boolean flag(String key) {
        return hosted.value(key).map(value -> value.text().equals("true")).orElse(false);
    }

    private Missing missing() {
        return switch (hosted.value("missing-content").map(Value::text).orElse("refuse")) {
            case "sparse-indexes" -> Missing.SPARSE_INDEXES;
            case "accept" -> Missing.ACCEPT;
            default -> Missing.REFUSE;
        };
    }

    private List<Immutable> immutable() {
        List<Immutable> rules = new ArrayList<>();
        for (Checked item : hosted.items("immutable-tags")) {
            if (item instanceof Group rule) {
                List<String> tags = Globs.tags(rule, "tags", problems);
                if (tags.isEmpty()) {
                    problems.add(rule.path(), rule.origin(), "expected the key tags: globs such as v*");
                }
                rules.add(new Immutable(Globs.repositories(rule, "repositories", problems), tags));
            }
        }
        List<String> everywhere = Globs.tags(hosted, "immutable-tags", problems);
        if (!everywhere.isEmpty()) {
            rules.add(new Immutable(List.of(), everywhere));
        }
        return List.copyOf(rules);
    }

    private List<Quota> quotas() throws SettingException {
        List<Quota> quotas = new ArrayList<>();
        for (Checked item : hosted.items("quota")) {
            if (item instanceof Value all) {
                quotas.add(new Quota(List.of(), size(Optional.of(all), 1, Long.MAX_VALUE, SIZE_EXPECTED)));
            } else if (item instanceof Group rule) {
                if (rule.value("size").isEmpty()) {
                    problems.add(rule.path(), rule.origin(), "expected the key size");
                }
                quotas.add(new Quota(
                        Globs.repositories(rule, "repositories", problems),
                        size(rule.value("size"), 1, Long.MAX_VALUE, SIZE_EXPECTED)));
            }
        }
        return List.copyOf(quotas);
    }

    private Hosting.Collection collection(Group group) throws SettingException {
        Duration every = time(group, "every");
        boolean never = group.value("untagged-after")
                .filter(value -> value.text().equals("never"))
                .isPresent();
        return new Hosting.Collection(
                every.isZero() ? Optional.empty() : Optional.of(every),
                time(group, "grace"),
                never ? Optional.empty() : Optional.of(time(group, "untagged-after")),
                time(group, "uploads-after"));
    }

    private Duration time(Group group, String key) throws SettingException {
        return attempts.read(
                () -> Amounts.time(
                        group.value(key).map(Written::new), Duration.ZERO, LONGEST, "a time such as 1h or 7d"),
                Duration.ZERO);
    }

    private long size(Optional<Value> value, long least, long most, String expected) throws SettingException {
        return attempts.read(() -> Amounts.size(value.map(Written::new), least, least, most, expected), least);
    }
}
