package io.github.registryproxy.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * An ordered list of what is allowed and what is denied: the first pattern that matches a name decides, and where none does, the
 * default. Immutable.
 *
 * <pre>{@code
 * Rules.builder().deny(Globs.tag("*-rc*")).allow(Globs.tag("release-*")).otherwiseDeny();
 * Rules.ofTags("!*-rc*", "release-*");   // the same
 * }</pre>
 */
public final class Rules {
    private final List<Rule> list;
    private final Verdict otherwise;

    private record Rule(NamePattern pattern, Verdict verdict) {}

    /**
     * What the rules say of a name.
     *
     * @param rule which of them decided, as it was written: {@code release-*}, {@code !*-rc*}, or the default in words
     */
    public record Verdict(boolean allowed, String rule) {}

    private Rules(List<Rule> list, Verdict otherwise) {
        this.list = List.copyOf(list);
        this.otherwise = otherwise;
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Globs for tags, in order; those behind {@code !} deny. What none matches is denied.
     *
     * @throws IllegalArgumentException as {@link Globs#tag}, or when nothing is allowed
     */
    public static Rules ofTags(String... globs) {
        return of(List.of(globs), Globs::tag);
    }

    /**
     * Globs for repositories, in order; those behind {@code !} deny. What none matches is denied.
     *
     * @throws IllegalArgumentException as {@link Globs#repository}, or when nothing is allowed
     */
    public static Rules ofRepositories(String... globs) {
        return of(List.of(globs), Globs::repository);
    }

    private static Rules of(List<String> globs, Function<String, NamePattern> pattern) {
        Builder rules = builder();
        for (String glob : globs) {
            if (glob.startsWith("!")) {
                rules.deny(pattern.apply(glob.substring(1)));
            } else {
                rules.allow(pattern.apply(glob));
            }
        }
        if (globs.stream().allMatch(glob -> glob.startsWith("!"))) {
            throw new IllegalArgumentException("nothing is allowed: expected a pattern without '!', such as '*'");
        }
        return rules.otherwiseDeny();
    }

    /** What the first rule that matches says of the name. */
    public Verdict decide(String name) {
        for (Rule rule : list) {
            if (rule.pattern.matches(name)) {
                return rule.verdict;
            }
        }
        return otherwise;
    }

    /** Whether the name is allowed. */
    public boolean allows(String name) {
        return decide(name).allowed;
    }

    /** The names that are allowed by themselves, without a wildcard. */
    List<String> names() {
        return list.stream()
                .filter(rule -> rule.pattern instanceof Glob glob && glob.isName())
                .map(rule -> rule.pattern.toString())
                .filter(this::allows)
                .distinct()
                .toList();
    }

    /** Takes the rules in their order. */
    public static final class Builder {
        private final List<Rule> list = new ArrayList<>();

        private Builder() {}

        /** What matches and was not decided by an earlier rule is allowed. */
        public Builder allow(NamePattern pattern) {
            list.add(new Rule(pattern, new Verdict(true, pattern.toString())));
            return this;
        }

        /** What matches and was not decided by an earlier rule is denied. */
        public Builder deny(NamePattern pattern) {
            list.add(new Rule(Objects.requireNonNull(pattern, "pattern"), new Verdict(false, "!" + pattern)));
            return this;
        }

        /** The rules, by which all else is denied. */
        public Rules otherwiseDeny() {
            return new Rules(list, new Verdict(false, "no rule allows it"));
        }

        /** The rules, by which all else is allowed. */
        public Rules otherwiseAllow() {
            return new Rules(list, new Verdict(true, "no rule denies it"));
        }
    }

    /** The rules as they were written, in order. */
    @Override
    public String toString() {
        List<String> all =
                new ArrayList<>(list.stream().map(rule -> rule.verdict.rule).toList());
        all.add(otherwise.allowed ? "all else" : "nothing else");
        return String.join(", ", all);
    }
}
