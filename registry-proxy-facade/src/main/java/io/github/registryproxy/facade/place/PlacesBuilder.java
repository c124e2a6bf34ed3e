package io.github.registryproxy.facade.place;

import io.github.registryproxy.facade.model.Route;
import io.github.registryproxy.facade.model.Route.Way;
import io.github.registryproxy.facade.model.Site;
import io.github.registryproxy.facade.model.Upstream;
import io.github.registryproxy.protocol.RepositoryName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Builder of the table of places: gives every destination its canonical names. */
final class PlacesBuilder {
    private final Site site;

    final Prefixes prefixes = new Prefixes();
    final Map<RepositoryName, Destination> mounted = new LinkedHashMap<>();
    final List<RepositoryName> reserved = new ArrayList<>();
    final Map<RepositoryName, Destination> reservedFor = new LinkedHashMap<>();
    final Map<String, Destination> hosts = new LinkedHashMap<>();
    final Map<String, Destination> namespaces = new LinkedHashMap<>();
    Optional<Destination> root = Optional.empty();

    private final List<Destination> named = new ArrayList<>();
    private final List<Destination> below = new ArrayList<>();
    private final Map<List<Upstream>, RepositoryName> own = new HashMap<>();

    PlacesBuilder(Site site) {
        this.site = site;
        paths();
        // A host is a better name than a key, so its route chooses first.
        List<Door> doors = doors().stream()
                .sorted(Comparator.comparing(door -> !(door.route.way() instanceof Way.Host)))
                .toList();
        // First those that have no other name, then those whose names another route can take: reserving one may take
        // some.
        doors.stream().filter(door -> borrowed(door.route).isEmpty()).forEach(this::reserve);
        doors.stream().filter(door -> canBeTaken(borrowed(door.route))).forEach(this::reserve);
        Map<Route, Destination> made = new HashMap<>();
        doors.forEach(door -> place(door, made.computeIfAbsent(door.route, this::destination)));
    }

    /** A way to upstreams that is no part of a repository's name; {@code called} by a host or a namespace. */
    private record Door(Route route, Optional<String> called) {}

    private void paths() {
        for (Route route : site.routes()) {
            if (route.way() instanceof Way.Below way) {
                below.add(mount(route, List.of(way.name())));
            }
            if (route.way() instanceof Way.Named way) {
                for (Upstream upstream : route.upstreams()) {
                    named.add(mount(Mounts.only(route, upstream), Mounts.of(way, upstream)));
                }
                way.above().ifPresent(above -> {
                    prefixes.add(above);
                    reserved.add(above);
                });
            }
        }
    }

    private Destination mount(Route route, List<RepositoryName> names) {
        Destination destination =
                new Destination(route, names.stream().map(Optional::of).toList(), prefixes);
        names.forEach(name -> {
            prefixes.add(name);
            mounted.putIfAbsent(name, destination);
        });
        return destination;
    }

    private List<Door> doors() {
        List<Door> doors = new ArrayList<>();
        for (Route route : site.routes()) {
            if (route.way() instanceof Way.Root) {
                doors.add(new Door(route, Optional.empty()));
            }
            if (route.way() instanceof Way.Host host) {
                doors.add(new Door(route, Optional.of(host.name())));
            }
            if (route.way() instanceof Way.Namespaces) {
                for (Upstream upstream : route.upstreams()) {
                    Route only = Mounts.only(route, upstream);
                    upstream.names().forEach(name -> doors.add(new Door(only, Optional.of(name))));
                }
            }
        }
        return doors;
    }

    /**
     * The prefixes of the routes by name that lead to the same upstreams, and the empty one of the route for all names. A prefix
     * that was chosen to serve an upstream by other policies stays a name of its own.
     */
    private List<Optional<RepositoryName>> borrowed(Route door) {
        Comparator<Destination> samePoliciesFirst =
                Comparator.comparing(one -> !one.route().admission().equals(door.admission()));
        Stream<Destination> byName =
                named.stream().filter(one -> sameUpstreams(one.route(), door)).sorted(samePoliciesFirst);
        Stream<Destination> byOther = below.stream()
                .filter(one -> sameUpstreams(one.route(), door)
                        && one.route().admission().equals(door.admission()));
        Stream<Optional<RepositoryName>> all = Stream.concat(byName, byOther).flatMap(one -> one.prefixes().stream());
        boolean bare =
                site.routes().stream().anyMatch(route -> route.way() instanceof Way.Root && sameUpstreams(route, door));
        return Stream.concat(all, bare ? Stream.of(Optional.<RepositoryName>empty()) : Stream.of())
                .distinct()
                .toList();
    }

    private static boolean sameUpstreams(Route one, Route other) {
        return one.upstreams().equals(other.upstreams());
    }

    private boolean canBeTaken(List<Optional<RepositoryName>> names) {
        return !names.isEmpty()
                && names.stream().allMatch(name -> !prefixes.below(name).isEmpty());
    }

    /** Upstreams get a name that nothing else has: what people write before a repository's name to mean that registry. */
    private void reserve(Door door) {
        List<Upstream> upstreams = door.route.upstreams();
        if (own.containsKey(upstreams)) {
            return;
        }
        List<RepositoryName> candidates = new ArrayList<>();
        if (upstreams.size() == 1 && Mounts.words(upstreams.get(0)).size() > 1) {
            candidates.addAll(Mounts.words(upstreams.get(0)));
        }
        if (door.route.way() instanceof Way.Host host) {
            Mounts.word(host.name()).ifPresent(candidates::add);
        }
        upstreams.forEach(upstream -> candidates.addAll(Mounts.words(upstream)));
        RepositoryName chosen = candidates.stream()
                .filter(name -> !prefixes.collides(name))
                .findFirst()
                .orElseGet(() -> new RepositoryName("upstreams-" + own.size()));
        own.put(upstreams, chosen);
        prefixes.add(chosen);
        reserved.add(chosen);
    }

    private Destination destination(Route route) {
        List<Optional<RepositoryName>> names = new ArrayList<>(borrowed(route));
        RepositoryName reservedName = own.get(route.upstreams());
        if (reservedName != null) {
            names.add(Optional.of(reservedName));
        }
        Destination destination = new Destination(route, names, prefixes);
        if (reservedName != null) {
            reservedFor.putIfAbsent(reservedName, destination);
        }
        return destination;
    }

    private void place(Door door, Destination destination) {
        if (door.route.way() instanceof Way.Root) {
            root = Optional.of(destination);
        } else if (door.route.way() instanceof Way.Host) {
            hosts.put(door.called.orElseThrow(), destination);
        } else {
            namespaces.put(door.called.orElseThrow(), destination);
        }
    }
}
