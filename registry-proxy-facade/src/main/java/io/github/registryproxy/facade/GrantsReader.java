package io.github.registryproxy.facade;

import io.github.registryproxy.facade.model.Grant;
import io.github.registryproxy.facade.schema.Checked;
import io.github.registryproxy.facade.schema.Checked.Group;
import io.github.registryproxy.facade.schema.Checked.Value;
import io.github.registryproxy.facade.schema.Problems;
import io.github.registryproxy.login.Who;
import io.github.registryproxy.protocol.Access;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads who may do what. */
final class GrantsReader {
    private static final String USER = "user:";
    private static final String GROUP = "group:";

    private final Group login;
    private final Problems problems;

    GrantsReader(Group login, Problems problems) {
        this.login = login;
        this.problems = problems;
    }

    /** Where nothing is said: whoever logs in may do what the site allows. */
    List<Grant> read() {
        if (login.find("rules").isEmpty()) {
            return List.of(new Grant(
                    Who.loggedIn(),
                    List.of(),
                    List.of(),
                    EnumSet.of(Access.PULL, Access.PUSH, Access.DELETE, Access.CATALOG)));
        }
        List<Grant> grants = new ArrayList<>();
        for (Checked item : login.items("rules")) {
            if (item instanceof Group rule) {
                rule(rule).ifPresent(grants::add);
            }
        }
        return List.copyOf(grants);
    }

    private Optional<Grant> rule(Group rule) {
        Optional<Who> who = rule.value("who").flatMap(this::who);
        if (rule.value("who").isEmpty()) {
            problems.add(rule.path(), rule.origin(), "expected the key who");
        }
        Set<Access> access = EnumSet.noneOf(Access.class);
        for (Checked item : rule.items("allow")) {
            if (item instanceof Value word) {
                access.add(Access.valueOf(word.text().toUpperCase(Locale.ROOT)));
            }
        }
        if (access.isEmpty()) {
            problems.add(rule.path(), rule.origin(), "expected the key allow: pull, push, delete or catalog");
            return Optional.empty();
        }
        List<String> repositories = Globs.repositories(rule, "repositories", problems);
        List<String> upstreams = rule.items("upstreams").stream()
                .filter(Value.class::isInstance)
                .map(item -> ((Value) item).text())
                .toList();
        if (!(repositories.isEmpty() && upstreams.isEmpty()) && access.contains(Access.CATALOG)) {
            problems.add(
                    rule.path(),
                    rule.origin(),
                    "catalog is about no repository: allow it in a rule without repositories and upstreams");
        }
        return who.map(known -> new Grant(known, repositories, upstreams, access));
    }

    private Optional<Who> who(Value value) {
        String text = value.text();
        if (text.equals("anybody")) {
            return Optional.of(Who.anybody());
        }
        if (text.equals("logged-in")) {
            return Optional.of(Who.loggedIn());
        }
        if (text.startsWith(USER) && text.length() > USER.length()) {
            return Optional.of(Who.name(text.substring(USER.length())));
        }
        if (text.startsWith(GROUP) && text.length() > GROUP.length()) {
            return Optional.of(Who.group(text.substring(GROUP.length())));
        }
        problems.add(value.path() + "=" + text, value.origin(), "expected anybody, logged-in, user:NAME or group:NAME");
        return Optional.empty();
    }
}
