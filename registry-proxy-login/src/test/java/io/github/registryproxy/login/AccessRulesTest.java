package io.github.registryproxy.login;

import static io.github.registryproxy.protocol.Access.CATALOG;
import static io.github.registryproxy.protocol.Access.DELETE;
import static io.github.registryproxy.protocol.Access.NONE;
import static io.github.registryproxy.protocol.Access.PULL;
import static io.github.registryproxy.protocol.Access.PUSH;
import static io.github.registryproxy.protocol.Access.UNKNOWN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Identity;
import io.github.registryproxy.policy.Rules;
import io.github.registryproxy.protocol.Access;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.RepositoryName;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class AccessRulesTest {
    private static final Optional<Identity> NOBODY = Optional.empty();
    private static final Optional<Identity> ALICE = Optional.of(Identity.of("alice"));
    private static final Optional<Identity> CI = Optional.of(new Identity("robot", Set.of("ci")));
    private static final RepositoryName APP = new RepositoryName("team/app");
    private static final Predicate<RepositoryName> TEAM = name -> name.value().startsWith("team/");

    /** What each operation needs. One that is new has to be decided on here. */
    private static final Map<String, Access> NEEDS = Map.ofEntries(
            Map.entry("GET /v2/", NONE),
            Map.entry("GET /v2/team/app/blobs/" + Requests.DIGEST, PULL),
            Map.entry("GET /v2/team/app/manifests/1", PULL),
            Map.entry("GET /v2/team/app/tags/list", PULL),
            Map.entry("GET /v2/team/app/referrers/" + Requests.DIGEST, PULL),
            Map.entry("POST /v2/team/app/blobs/uploads/", PUSH),
            Map.entry("POST /v2/team/app/blobs/uploads/?digest=" + Requests.DIGEST, PUSH),
            Map.entry("POST /v2/team/app/blobs/uploads/?from=x&mount=" + Requests.DIGEST, PUSH),
            Map.entry("PATCH /v2/team/app/blobs/uploads/7", PUSH),
            Map.entry("PUT /v2/team/app/blobs/uploads/7?digest=" + Requests.DIGEST, PUSH),
            Map.entry("GET /v2/team/app/blobs/uploads/7", PUSH),
            Map.entry("DELETE /v2/team/app/blobs/uploads/7", PUSH),
            Map.entry("PUT /v2/team/app/manifests/1", PUSH),
            Map.entry("DELETE /v2/team/app/manifests/1", DELETE),
            Map.entry("DELETE /v2/team/app/blobs/" + Requests.DIGEST, DELETE),
            Map.entry("GET /v2/_catalog", CATALOG),
            Map.entry("GET /_token", NONE),
            Map.entry("GET /v2/team//app/manifests/1", NONE),
            Map.entry("GET /api/anything", UNKNOWN));

    private static Operation operation(String line) {
        return Requests.request(line.substring(0, line.indexOf(' ')), line.substring(line.indexOf(' ') + 1))
                .operation();
    }

    @Test
    void every_operation_has_been_decided_on() {
        Set<String> decided = new TreeSet<>();
        NEEDS.keySet().forEach(line -> decided.add(operation(line).getClass().getSimpleName()));
        Set<String> all = new TreeSet<>();
        leaves(Operation.class).forEach(type -> all.add(type.getSimpleName()));
        assertEquals(all, decided);
    }

    private static Stream<Class<?>> leaves(Class<?> type) {
        return type.isSealed()
                ? Stream.of(type.getPermittedSubclasses()).flatMap(AccessRulesTest::leaves)
                : Stream.of(type);
    }

    @Test
    void an_operation_is_allowed_by_the_access_it_needs_and_by_no_other() {
        for (Access granted : new Access[] {PULL, PUSH, DELETE, CATALOG, UNKNOWN}) {
            AccessRules rules =
                    AccessRules.builder().allow(Who.loggedIn(), granted).build();
            Map<String, Boolean> expected = new TreeMap<>();
            Map<String, Boolean> found = new TreeMap<>();
            NEEDS.forEach((line, needed) -> {
                expected.put(line, needed == granted || needed == NONE);
                found.put(line, rules.allows(ALICE, operation(line)));
            });
            assertEquals(expected, found);
        }
    }

    @Test
    void nothing_is_allowed_without_a_rule() {
        AccessRules none = AccessRules.builder().build();
        NEEDS.forEach((line, needed) -> {
            assertFalse(none.allows(NOBODY, operation(line)), line);
            assertEquals(needed == NONE, none.allows(ALICE, operation(line)), line);
        });
    }

    @Test
    void rules_add_up_by_who_and_where() {
        AccessRules rules = AccessRules.builder()
                .allow(Who.anybody(), name -> name.value().startsWith("public/"), PULL)
                .allow(Who.loggedIn(), TEAM, PULL)
                .allow(Who.group("ci"), TEAM, PUSH)
                .allow(Who.name("alice"), DELETE)
                .build();
        RepositoryName open = new RepositoryName("public/app");
        assertTrue(rules.allows(NOBODY, open, PULL));
        assertFalse(rules.allows(NOBODY, APP, PULL));
        assertTrue(rules.allows(ALICE, APP, PULL));
        assertFalse(rules.allows(ALICE, APP, PUSH));
        assertTrue(rules.allows(ALICE, APP, DELETE));
        assertTrue(rules.allows(CI, APP, PUSH));
        assertFalse(rules.allows(CI, open, PUSH));
        assertEquals(Set.of("ci"), rules.groups());
    }

    @Test
    void repositories_are_named_by_the_globs_of_policies_as_well() {
        AccessRules rules = AccessRules.builder()
                .allow(Who.loggedIn(), Rules.ofRepositories("!team/base", "team/**"), PUSH)
                .build();
        assertTrue(rules.allows(ALICE, APP, PUSH));
        assertTrue(rules.allows(ALICE, new RepositoryName("team/a/b"), PUSH));
        assertFalse(rules.allows(ALICE, new RepositoryName("team/base"), PUSH));
        assertFalse(rules.allows(ALICE, new RepositoryName("steam/app"), PUSH));
        assertFalse(rules.allows(ALICE, APP, PULL));
    }

    @Test
    void nobody_has_a_right_by_the_spelling_of_a_name() {
        AccessRules rules = AccessRules.builder()
                .allow(Who.group("admin"), PUSH)
                .allow(Who.name("root"), PUSH)
                .build();
        for (String name : new String[] {"admin", "anybody", "*", "group:admin", "root ", "Root", "root/x", "-"}) {
            assertFalse(rules.allows(Optional.of(Identity.of(name)), APP, PUSH), name);
        }
        assertFalse(rules.allows(Optional.of(new Identity("x", Set.of("root"))), APP, PUSH));
    }

    @Test
    void what_is_about_no_repository_is_not_allowed_in_some() {
        assertThrows(
                IllegalArgumentException.class, () -> AccessRules.builder().allow(Who.loggedIn(), TEAM, PULL, CATALOG));
        assertThrows(IllegalArgumentException.class, () -> AccessRules.builder().allow(Who.loggedIn()));
        assertThrows(IllegalArgumentException.class, () -> AccessRules.builder().allow(Who.loggedIn(), NONE));
    }
}
