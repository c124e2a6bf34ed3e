package io.github.registryproxy.facade.place;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.facade.model.Route;
import io.github.registryproxy.facade.model.Route.Way;
import io.github.registryproxy.facade.model.Site;
import io.github.registryproxy.facade.model.Upstream;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.RepositoryName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Laws of places, over every set of routes and every spelling. */
class EveryPlaceTest {
    private static final List<String> NAMES = List.of(
            "app",
            "library/app",
            "team/app",
            "a/app",
            "a.example/app",
            "a.example/library/app",
            "proxy/a/app",
            "proxy/a.example/library/app",
            "proxy/b/team/app",
            "proxy/c/app",
            "mirror/app",
            "mirror/library/app",
            "base/app",
            "proxy/a.example/base/app",
            "h.example/app",
            "two.example/app");
    private static final List<String> HOSTS = List.of("h.example", "two.example", "other.example");
    private static final List<List<String>> NAMESPACES =
            List.of(List.of(), List.of("a"), List.of("a.example"), List.of("b"), List.of("r.example.com"));

    private static final Upstream A = Sites.upstream("a", true, "a.example", "also-a.example");
    private static final Upstream B = Sites.upstream("b", false);
    private static final List<Route> ROUTES = List.of(
            Sites.route(Sites.named("proxy"), A, B),
            Sites.route(Sites.named(""), A),
            Sites.route(new Way.Root(), A),
            Sites.route(new Way.Namespaces(), A, B),
            Sites.route(new Way.Host("h.example"), A),
            Sites.route(new Way.Host("two.example"), A, B),
            Sites.route(Sites.below("mirror"), A),
            Sites.route(Sites.below("base"), B, A),
            Sites.route(Sites.below("proxy/a.example/base"), B));

    private record Spelled(Site site, Places places, Reading reading, RepositoryName name, Place place, String asked) {
        String shown() {
            return asked + " of "
                    + site.routes().stream()
                            .map(route -> route.way().toString())
                            .toList();
        }
    }

    /** Routes at a time: what goes wrong between some goes wrong between few. */
    private static final int MOST = 4;

    private static final List<List<Spelled>> ALL = all();

    private static void each(Consumer<List<Spelled>> law) {
        ALL.forEach(law);
    }

    private static List<List<Spelled>> all() {
        List<List<Spelled>> sites = new ArrayList<>();
        for (int set = 1; set < 1 << ROUTES.size(); set++) {
            if (Integer.bitCount(set) > MOST) {
                continue;
            }
            List<Route> chosen = new ArrayList<>();
            for (int i = 0; i < ROUTES.size(); i++) {
                if ((set >> i & 1) == 1) {
                    chosen.add(ROUTES.get(i));
                }
            }
            boolean root = chosen.stream().anyMatch(route -> route.way() instanceof Way.Root);
            sites.add(spelled(Sites.site(!root, List.of(A, B), chosen)));
        }
        return sites;
    }

    private static List<Spelled> spelled(Site site) {
        Places places = Places.of(site);
        List<Spelled> all = new ArrayList<>();
        for (String host : HOSTS) {
            for (List<String> ns : NAMESPACES) {
                for (String text : NAMES) {
                    try {
                        Reading reading = places.reading(host, ns);
                        RepositoryName name = new RepositoryName(text);
                        String asked = text + " at " + host + " ns " + ns;
                        all.add(new Spelled(site, places, reading, name, reading.place(name), asked));
                    } catch (RegistryException e) {
                        continue;
                    }
                }
            }
        }
        return all;
    }

    /** What the place is, without its name. */
    private static Optional<String> content(Spelled one) {
        if (one.place.where() instanceof Destination destination) {
            String upstreams =
                    destination.route().upstreams().stream().map(Upstream::name).collect(Collectors.joining(","));
            return Optional.of(
                    upstreams + ":" + destination.below(one.place.name()).orElseThrow());
        }
        return one.place.where() == Where.Own.HOSTED ? Optional.of("hosted:" + one.place.name()) : Optional.empty();
    }

    @Test
    void no_two_places_share_a_name() {
        each(all -> {
            Map<RepositoryName, String> contents = new HashMap<>();
            for (Spelled one : all) {
                content(one).ifPresent(content -> {
                    String before = contents.putIfAbsent(one.place.name(), content);
                    assertTrue(
                            before == null || before.equals(content),
                            () -> one.shown() + ": " + before + " " + content);
                });
            }
        });
    }

    @Test
    void one_place_has_one_name_but_for_names_that_an_operator_gave_it() {
        each(all -> {
            Map<String, RepositoryName> names = new HashMap<>();
            for (Spelled one : all) {
                boolean given = one.place.where() instanceof Destination destination
                        && destination.route().way() instanceof Way.Below;
                if (given) {
                    continue;
                }
                content(one).ifPresent(content -> {
                    RepositoryName before = names.putIfAbsent(content, one.place.name());
                    boolean same = before == null || before.equals(one.place.name());
                    assertTrue(same || twoNamed(one), () -> one.shown() + ": " + before + " and " + one.place.name());
                });
            }
        });
    }

    /** With {@code proxy/{upstream}} and {@code {upstream}} an operator gave it two names. */
    private static boolean twoNamed(Spelled one) {
        return one.site.routes().stream()
                        .filter(route -> route.way() instanceof Way.Named)
                        .count()
                > 1;
    }

    @Test
    void what_a_name_stands_for_is_what_is_asked() {
        each(all -> {
            for (Spelled one : all) {
                if (one.place.where() instanceof Destination destination) {
                    Places.Origin origin =
                            one.places.origin(one.place.name()).orElseThrow(() -> new AssertionError(one.shown()));
                    assertEquals(destination.route().upstreams(), origin.upstreams(), one::shown);
                    assertEquals(destination.below(one.place.name()).orElseThrow(), origin.repository(), one::shown);
                }
            }
        });
    }

    @Test
    void the_scope_of_a_challenge_names_the_place_wherever_it_is_asked_for() {
        each(all -> {
            for (Spelled one : all) {
                if (one.place.where() != Where.Own.NOWHERE) {
                    assertTrue(
                            one.reading.scopes(one.place.name()).contains(one.place.name()),
                            () -> one.shown() + ": " + one.place.name() + " " + one.reading.scopes(one.place.name()));
                    assertTrue(one.reading.scopes(one.name).contains(one.place.name()), one::shown);
                }
            }
        });
    }

    @Test
    void a_rule_about_a_name_that_a_request_has_is_never_refused() {
        each(all -> {
            Places places = all.get(0).places;
            NamesInRules names = new NamesInRules(places, places.otherwise() == Where.Own.HOSTED);
            all.stream()
                    .filter(one -> one.place.where() != Where.Own.NOWHERE)
                    .map(one -> one.place.name().value())
                    .distinct()
                    .flatMap(name -> Stream.of(
                            name,
                            name + "*",
                            "**",
                            name.substring(0, Math.max(0, name.lastIndexOf('/') + 1)) + "**",
                            name.replaceAll("^[^/]+", "*")))
                    .forEach(glob ->
                            assertTrue(names.canMeet(glob), () -> all.get(0).shown() + ": " + glob));
        });
    }
}
