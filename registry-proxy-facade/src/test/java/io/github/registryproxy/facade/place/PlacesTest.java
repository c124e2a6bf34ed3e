package io.github.registryproxy.facade.place;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.facade.model.Admission;
import io.github.registryproxy.facade.model.Route.Way;
import io.github.registryproxy.facade.model.Upstream;
import io.github.registryproxy.facade.place.Places.Behind;
import io.github.registryproxy.policy.Rules;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.RepositoryName;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlacesTest {
    private static final String ELSEWHERE = "somewhere.example";

    private final Upstream hub = Sites.upstream("hub", true, "docker.io", "index.docker.io");
    private final Upstream ours = Sites.upstream("ours", false, "registry.internal:5000");

    private static String name(Places places, String host, String name, String... ns) {
        return places.reading(host, List.of(ns))
                .place(new RepositoryName(name))
                .name()
                .value();
    }

    private static Where where(Places places, String host, String name, String... ns) {
        return places.reading(host, List.of(ns)).place(new RepositoryName(name)).where();
    }

    private Places team() {
        return Places.of(Sites.site(
                true,
                List.of(hub, ours),
                List.of(
                        Sites.route(Sites.named("proxy"), hub, ours),
                        Sites.route(new Way.Namespaces(), hub),
                        Sites.route(new Way.Host("hub.example.com"), hub),
                        Sites.route(Sites.below("base"), ours, hub))));
    }

    @Test
    void every_spelling_of_a_place_is_its_canonical_name() {
        Places places = team();
        String canonical = "proxy/docker.io/library/alpine";
        for (String name : List.of(
                "proxy/hub/alpine",
                "proxy/hub/library/alpine",
                "proxy/docker.io/alpine",
                "proxy/index.docker.io/library/alpine",
                canonical)) {
            assertEquals(canonical, name(places, ELSEWHERE, name), name);
            for (String ns : List.of("hub", "docker.io", "Docker.IO", "index.docker.io")) {
                assertEquals(canonical, name(places, ELSEWHERE, name, ns), name + " " + ns);
            }
        }
        for (String name : List.of("alpine", "library/alpine")) {
            assertEquals(canonical, name(places, ELSEWHERE, name, "docker.io"), name);
            assertEquals(canonical, name(places, "hub.example.com", name), name);
            assertEquals(canonical, name(places, "r.internal", name, "hub.example.com"), name);
        }
    }

    @Test
    void an_upstream_whose_names_have_ports_goes_by_its_key() {
        assertEquals("proxy/ours/app", name(team(), ELSEWHERE, "proxy/ours/app"));
        assertEquals("proxy/ours/app", name(team(), ELSEWHERE, "proxy/ours/app", "registry.internal:5000"));
    }

    @Test
    void a_name_that_no_route_takes_is_hosted_as_it_is() {
        assertEquals(Where.Own.HOSTED, where(team(), ELSEWHERE, "library/alpine"));
        assertEquals("library/alpine", name(team(), ELSEWHERE, "library/alpine"));
        assertEquals(Where.Own.NOWHERE, where(team(), ELSEWHERE, "proxy/evil.example/app"));
    }

    @Test
    void our_own_names_are_a_namespace_without_a_meaning_of_its_own() {
        for (String ns : List.of("r.example.com", "r.example.com:8443", "R.example.com", "r.internal")) {
            assertEquals(Where.Own.HOSTED, where(team(), ELSEWHERE, "team/app", ns), ns);
            assertEquals("proxy/ours/app", name(team(), ELSEWHERE, "proxy/ours/app", ns), ns);
        }
    }

    @Test
    void a_namespace_that_is_not_listed_names_nothing() {
        Places places = team();
        assertThrows(RegistryException.class, () -> places.reading(ELSEWHERE, List.of("evil.example")));
        assertThrows(RegistryException.class, () -> places.reading(ELSEWHERE, List.of("")));
        assertThrows(RegistryException.class, () -> places.reading(ELSEWHERE, List.of("docker.io", "docker.io")));
        Reading ofNoRoute = places.reading(ELSEWHERE, List.of("ours"));
        assertThrows(RegistryException.class, () -> ofNoRoute.place(new RepositoryName("app")));
        assertThrows(RegistryException.class, ofNoRoute::where);
    }

    @Test
    void a_path_to_another_registry_than_ns_names_is_a_name_at_that_registry() {
        assertEquals("proxy/docker.io/proxy/ours/app", name(team(), ELSEWHERE, "proxy/ours/app", "docker.io"));
        assertEquals("proxy/docker.io/base/app", name(team(), ELSEWHERE, "base/app", "docker.io"));
    }

    @Test
    void several_upstreams_behind_one_name_are_a_place_of_their_own() {
        assertEquals("base/app", name(team(), ELSEWHERE, "base/app"));
        assertEquals(
                List.of(ours, hub),
                team().origin(new RepositoryName("base/app")).orElseThrow().upstreams());
    }

    @Test
    void a_more_specific_route_keeps_its_names_to_itself() {
        Upstream other = Sites.upstream("other", false);
        Places places = Places.of(Sites.site(
                false,
                List.of(hub, other),
                List.of(
                        Sites.route(Sites.named("proxy"), hub),
                        Sites.route(Sites.below("proxy/docker.io/library"), other),
                        Sites.route(new Way.Namespaces(), hub))));

        assertEquals("proxy/docker.io/library/alpine", name(places, ELSEWHERE, "proxy/docker.io/library/alpine"));
        String byNamespace = name(places, ELSEWHERE, "alpine", "docker.io");
        assertEquals("proxy/index.docker.io/library/alpine", byNamespace);
        assertEquals(
                List.of(hub),
                places.origin(new RepositoryName(byNamespace)).orElseThrow().upstreams());
        assertEquals(byNamespace, name(places, ELSEWHERE, "proxy/hub/alpine"));
    }

    @Test
    void a_mirror_of_one_registry_knows_its_names_as_they_are_and_others_by_their_registry() {
        Upstream ghcr = Sites.upstream("ghcr", false, "ghcr.io");
        Places places = Places.of(Sites.site(
                false,
                List.of(hub, ghcr),
                List.of(Sites.route(new Way.Namespaces(), hub, ghcr), Sites.route(new Way.Root(), hub))));

        assertEquals("library/alpine", name(places, ELSEWHERE, "alpine"));
        assertEquals("library/alpine", name(places, ELSEWHERE, "library/alpine", "docker.io"));
        assertEquals("ghcr.io/team/app", name(places, ELSEWHERE, "team/app", "ghcr.io"));
        assertEquals("docker.io/ghcr.io/team/app", name(places, ELSEWHERE, "ghcr.io/team/app"));
        assertTrue(places.reading(ELSEWHERE, List.of())
                .scopes(new RepositoryName("ghcr.io/team/app"))
                .contains(new RepositoryName("ghcr.io/team/app")));
    }

    @Test
    void nothing_is_hosted_below_the_name_of_a_registry_that_only_a_namespace_leads_to() {
        Places places = Places.of(Sites.site(true, List.of(hub), List.of(Sites.route(new Way.Namespaces(), hub))));
        assertEquals("docker.io/library/alpine", name(places, ELSEWHERE, "alpine", "docker.io"));
        assertEquals(Where.Own.NOWHERE, where(places, ELSEWHERE, "docker.io/library/alpine"));
        assertEquals(Where.Own.HOSTED, where(places, ELSEWHERE, "hub/app"));
    }

    @Test
    void a_name_chosen_for_other_policies_is_a_name_of_its_own() {
        Admission some = new Admission(
                Optional.empty(), Optional.of(Rules.ofTags("v*")), List.of(), Optional.empty(), List.of());
        Places places = Places.of(Sites.site(
                true,
                List.of(ours),
                List.of(
                        Sites.route(Sites.below("stable"), some, ours),
                        Sites.route(new Way.Host("all.example.com"), ours),
                        Sites.route(new Way.Host("stable.example.com"), some, ours))));

        assertEquals("stable/app", name(places, "stable.example.com", "app"));
        assertEquals("all.example.com/app", name(places, "all.example.com", "app"));
    }

    @Test
    void a_challenge_s_scope_means_the_same_wherever_a_token_is_asked_for() {
        Places places = team();
        RepositoryName canonical = new RepositoryName("proxy/docker.io/library/alpine");
        for (Reading reading : List.of(
                places.reading(ELSEWHERE, List.of()),
                places.reading("hub.example.com", List.of()),
                places.reading(ELSEWHERE, List.of("docker.io")))) {
            assertTrue(reading.scopes(canonical).contains(canonical));
        }
        assertEquals(
                List.of(canonical), places.reading("hub.example.com", List.of()).scopes(new RepositoryName("alpine")));
    }

    @Test
    void what_is_purged_is_meant_by_any_name_of_it() {
        List<Behind> alpine = List.of(new Behind(hub, new RepositoryName("library/alpine")));
        assertEquals(alpine, team().behind(new RepositoryName("proxy/docker.io/alpine")));
        assertEquals(alpine, team().behind(new RepositoryName("proxy/hub/library/alpine")));
        assertEquals(alpine, team().behind(new RepositoryName("alpine")));
        assertEquals(
                List.of(
                        new Behind(ours, new RepositoryName("app")),
                        new Behind(hub, new RepositoryName("library/app"))),
                team().behind(new RepositoryName("base/app")));
        assertEquals(List.of(), team().behind(new RepositoryName("proxy/evil.example/app")));
        Places mirror = Places.of(Sites.site(false, List.of(hub), List.of(Sites.route(new Way.Namespaces(), hub))));
        assertEquals(alpine, mirror.behind(new RepositoryName("docker.io/library/alpine")));
    }

    @Test
    void names_of_one_registry_under_a_name_of_ones_own_need_no_resolving() {
        assertFalse(team().areNames());
    }
}
