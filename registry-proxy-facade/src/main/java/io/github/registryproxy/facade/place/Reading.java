package io.github.registryproxy.facade.place;

import io.github.registryproxy.facade.model.Upstream;
import io.github.registryproxy.protocol.RepositoryName;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reading of the names in one request, by the host that was asked and the registry that {@code ns} names. */
public final class Reading {
    private final Places places;
    /** The route by host, or by namespace, whose upstreams the names belong to; empty: names say it themselves. */
    private final Optional<Destination> door;
    /** Set where {@code ns} names an upstream. */
    private final Optional<Namespace> namespace;

    /** What {@code ns} says, where it is a name of this site. */
    private final Optional<String> ownName;

    private record Namespace(String name, Upstream upstream, Reading without) {}

    private Reading(
            Places places, Optional<Destination> door, Optional<Namespace> namespace, Optional<String> ownName) {
        this.places = places;
        this.door = door;
        this.namespace = namespace;
        this.ownName = ownName;
    }

    static Reading ofHost(Places places, Optional<Destination> door, Optional<String> ownName) {
        return new Reading(places, door, Optional.empty(), ownName);
    }

    /** @param door empty where no route by namespace leads to the upstream */
    static Reading ofNamespace(
            Places places, Reading without, String name, Upstream upstream, Optional<Destination> door) {
        return new Reading(places, door, Optional.of(new Namespace(name, upstream, without)), Optional.empty());
    }

    /** Whether {@code ns} said something to us, so that nothing further in is to see it. */
    public boolean ownsNamespace() {
        return namespace.isPresent() || ownName.isPresent();
    }

    /** The registry that {@code ns} names, in lower case; empty where it names none of the upstreams. */
    public Optional<String> namespace() {
        return namespace.map(Namespace::name);
    }

    /** What {@code ns} has to say again where an answer leads, since that is no part of a path. */
    public Optional<String> again(Where where) {
        return namespace.isPresent() && door.filter(where::equals).isPresent() ? namespace() : ownName;
    }

    /** The route by host or by namespace that decides; empty where names do. */
    public Optional<Destination> door() {
        return door;
    }

    /** Where a request leads that is about no repository. */
    public Where where() {
        if (namespace.isPresent()) {
            if (door.isEmpty()) {
                throw Places.unknown();
            }
            return namespace.get().without.where();
        }
        return door.isPresent() ? door.get() : places.otherwise();
    }

    /**
     * The place of a repository.
     *
     * @throws io.github.registryproxy.protocol.RegistryException NAME_INVALID for a name that is too long, NAME_UNKNOWN where {@code
     *     ns} names what is not served
     */
    public Place place(RepositoryName name) {
        if (namespace.isPresent()) {
            Optional<Place> redundant = redundant(namespace.get().upstream, name);
            if (redundant.isPresent()) {
                return redundant.get();
            }
        }
        if (door.isPresent()) {
            return Places.at(door.get(), name, name);
        }
        if (namespace.isPresent()) {
            throw Places.unknown();
        }
        return places.byName(name);
    }

    /** A path that leads to the very upstream that {@code ns} names: what a mirror's path in front of a name makes. */
    private Optional<Place> redundant(Upstream upstream, RepositoryName name) {
        Place place = places.byName(name);
        boolean mounted = place.where() instanceof Destination destination
                && places.isMounted(destination)
                && destination.route().upstreams().equals(List.of(upstream));
        return mounted ? Optional.of(place) : Optional.empty();
    }

    /**
     * The canonical names that a scope of a token may mean: clients ask by the name that they use, or by the one of the challenge,
     * which is canonical already.
     */
    public List<RepositoryName> scopes(RepositoryName name) {
        RepositoryName meant = place(name).name();
        boolean canonical = places.isReserved(name)
                || door.flatMap(by -> by.below(name)).isPresent()
                        && door.flatMap(Destination::prefix).isPresent();
        return Stream.concat(Stream.of(meant), canonical ? Stream.of(name) : Stream.of())
                .distinct()
                .toList();
    }
}
