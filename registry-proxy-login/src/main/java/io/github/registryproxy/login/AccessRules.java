package io.github.registryproxy.login;

import io.github.registryproxy.Identity;
import io.github.registryproxy.policy.Rules;
import io.github.registryproxy.protocol.Access;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.RepositoryName;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who may do what where. Nothing is allowed but what a rule allows; rules add up, and their order does not matter. Names are
 * those that clients use.
 *
 * <pre>{@code
 * AccessRules.builder()
 *         .allow(Who.anybody(), Rules.ofRepositories("public/**"), Access.PULL)
 *         .allow(Who.loggedIn(), Access.PULL)
 *         .allow(Who.group("ci"), Rules.ofRepositories("!team/base", "team/**"), Access.PUSH, Access.DELETE)
 *         .build();
 * }</pre>
 */
public final class AccessRules {
    private final List<Rule> rules;

    private record Rule(Who who, Predicate<RepositoryName> repositories, Set<Access> access) {}

    private AccessRules(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Whether the operation is allowed. What is about no content is for everybody who may do anything. */
    public boolean allows(Optional<Identity> who, Operation operation) {
        Access access = operation.access();
        return switch (access) {
            case NONE -> who.isPresent() || allowsAnybody();
            case PULL, PUSH, DELETE ->
                operation instanceof Operation.InRepository in && allows(who, in.repository(), access);
            case CATALOG, UNKNOWN -> allows(who, access);
        };
    }

    /** Whether somebody may do that in one repository. */
    public boolean allows(Optional<Identity> who, RepositoryName repository, Access access) {
        return rules.stream()
                .anyMatch(rule ->
                        rule.access.contains(access) && rule.who.matches(who) && rule.repositories.test(repository));
    }

    /** Whether somebody may do what is about no repository: CATALOG or UNKNOWN. */
    boolean allows(Optional<Identity> who, Access access) {
        return rules.stream().anyMatch(rule -> rule.access.contains(access) && rule.who.matches(who));
    }

    /** Whether there is anything that needs no login. */
    boolean allowsAnybody() {
        return rules.stream().anyMatch(rule -> rule.who.matches(Optional.empty()));
    }

    /** The groups that the rules are about. */
    Set<String> groups() {
        return rules.stream()
                .flatMap(rule -> rule.who instanceof Who.Group group ? Stream.of(group.name()) : Stream.empty())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Collects what is allowed. */
    public static final class Builder {
        private final List<Rule> rules = new ArrayList<>();

        private Builder() {}

        /**
         * Allows it in every repository. CATALOG lets somebody see the names of all of them, UNKNOWN use endpoints that this
         * library does not know.
         */
        public Builder allow(Who who, Access... access) {
            rules.add(new Rule(Objects.requireNonNull(who, "who"), name -> true, accesses(access)));
            return this;
        }

        /**
         * Allows it in these repositories.
         *
         * @param access PULL, PUSH or DELETE; the others are about no repository
         */
        public Builder allow(Who who, Predicate<RepositoryName> repositories, Access... access) {
            Set<Access> set = accesses(access);
            if (set.contains(Access.CATALOG) || set.contains(Access.UNKNOWN)) {
                throw new IllegalArgumentException(
                        "in some repositories PULL, PUSH or DELETE can be allowed, not " + set);
            }
            rules.add(new Rule(
                    Objects.requireNonNull(who, "who"), Objects.requireNonNull(repositories, "repositories"), set));
            return this;
        }

        /**
         * Allows it in the repositories that these rules allow.
         *
         * @param access PULL, PUSH or DELETE; the others are about no repository
         */
        public Builder allow(Who who, Rules repositories, Access... access) {
            return allow(who, name -> repositories.allows(name.value()), access);
        }

        public AccessRules build() {
            return new AccessRules(rules);
        }

        private static Set<Access> accesses(Access... access) {
            Set<Access> set = EnumSet.noneOf(Access.class);
            set.addAll(List.of(access));
            if (set.isEmpty() || set.contains(Access.NONE)) {
                throw new IllegalArgumentException("a rule allows PULL, PUSH, DELETE, CATALOG or UNKNOWN, not " + set);
            }
            return set;
        }
    }
}
