package io.github.registryproxy.facade.place;

import io.github.registryproxy.facade.model.Clients;
import io.github.registryproxy.facade.model.Route;
import io.github.registryproxy.facade.model.Site;
import io.github.registryproxy.facade.model.Upstream;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.RepositoryName;
import java.net.URI;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Table of the places of a site: which content a client means by a host, a namespace and a repository's name, and the one
 * canonical name of it. All spellings of one place give the same name, and no two places share one (ADR 0026).
 */
public final class Places {
    private final PlacesBuilder made;
    private final Where otherwise;
    private final Map<String, Upstream> called = new HashMap<>();
    private final Set<String> own = new HashSet<>();

    private Places(Site site) {
        made = new PlacesBuilder(site);
        otherwise = made.root.isPresent()
                ? made.root.get()
                : site.hosting().isPresent() ? Where.Own.HOSTED : Where.Own.NOWHERE;
        site.upstreams().forEach(upstream -> upstream.names().forEach(name -> called.put(name, upstream)));
        Clients clients = site.clients();
        clients.publicUrl().map(URI::getHost).ifPresent(own::add);
        own.addAll(clients.allowedHosts());
        own.addAll(made.hosts.keySet());
    }

    public static Places of(Site site) {
        return new Places(site);
    }

    /** Whether every name is its own canonical name, so that there is nothing to resolve. */
    public boolean areNames() {
        boolean alone = made.prefixes.isEmpty() && made.hosts.isEmpty() && made.namespaces.isEmpty() && own.isEmpty();
        return alone && made.root.map(root -> !root.library()).orElse(true);
    }

    /**
     * How the names of one request are to be read.
     *
     * @param host by which the client asks, without a port
     * @param namespaces the values of {@code ns}, in order
     * @throws RegistryException where there are routes by namespace, NAME_INVALID for several, and NAME_UNKNOWN for one that is not
     *     served here
     */
    public Reading reading(String host, List<String> namespaces) {
        if (namespaces.isEmpty()) {
            return byHost(host, Optional.empty());
        }
        boolean meant = !made.namespaces.isEmpty();
        boolean one = namespaces.size() == 1 && !namespaces.get(0).isEmpty();
        if (meant && !one) {
            throw ErrorCode.NAME_INVALID.because("ns names one registry").asException();
        }
        String name = namespaces.get(0).toLowerCase(Locale.ROOT);
        Upstream upstream = called.get(name);
        if (meant && upstream != null) {
            Optional<Destination> door = Optional.ofNullable(made.namespaces.get(name));
            return Reading.ofNamespace(this, byHost(host, Optional.empty()), name, upstream, door);
        }
        String ownHost = withoutPort(name);
        if (one && own.contains(ownHost)) {
            return byHost(ownHost, Optional.of(name));
        }
        if (meant) {
            throw unknown();
        }
        return byHost(host, Optional.empty());
    }

    static RegistryException unknown() {
        return ErrorCode.NAME_UNKNOWN
                .because("ns names no registry that is served here")
                .asException();
    }

    private Reading byHost(String host, Optional<String> ownName) {
        return Reading.ofHost(this, Optional.ofNullable(made.hosts.get(host)), ownName);
    }

    private static String withoutPort(String authority) {
        int colon = authority.lastIndexOf(':');
        return colon > authority.lastIndexOf(']') ? authority.substring(0, colon) : authority;
    }

    /** Where requests lead that are about no repository, such as a catalog. */
    public Where otherwise() {
        return otherwise;
    }

    /** The place that the name stands for by itself, whichever host is asked. */
    public Place byName(RepositoryName name) {
        Optional<RepositoryName> longest = made.prefixes.longest(name);
        Destination mounted = longest.map(made.mounted::get).orElse(null);
        if (mounted != null) {
            return at(mounted, name.below(longest.orElseThrow()), name);
        }
        if (otherwise instanceof Destination root) {
            boolean above = longest.isPresent() && !made.reservedFor.containsKey(longest.get());
            return above ? new Place(Where.Own.NOWHERE, name) : at(root, name, name);
        }
        return new Place(longest.isPresent() ? Where.Own.NOWHERE : otherwise, name);
    }

    static Place at(Destination destination, RepositoryName below, RepositoryName spelled) {
        return destination
                .canonical(below)
                .map(name -> new Place(destination, name))
                .orElseGet(() -> new Place(Where.Own.NOWHERE, spelled));
    }

    /** The upstreams and the repository there that a canonical name stands for; empty for hosted ones and for nothing. */
    public Optional<Origin> origin(RepositoryName canonical) {
        Optional<RepositoryName> longest = made.prefixes.longest(canonical);
        Destination destination = longest.isPresent()
                ? made.mounted.getOrDefault(longest.get(), made.reservedFor.get(longest.get()))
                : made.root.orElse(null);
        if (destination == null) {
            return Optional.empty();
        }
        return destination
                .below(canonical)
                .map(name -> new Origin(destination.route().upstreams(), name));
    }

    /**
     * All repositories at upstreams that an operator may mean by a name, in the order in which they are asked: of a canonical name, of
     * any other by which clients ask, and where only a host or a namespace makes it a name, of those.
     */
    public List<Behind> behind(RepositoryName name) {
        Optional<RepositoryName> longest = made.prefixes.longest(name);
        Place place = byName(name);
        Optional<Origin> found = longest.filter(made.reservedFor::containsKey).isPresent()
                ? origin(name)
                : place.where() instanceof Destination ? origin(place.name()) : Optional.empty();
        if (found.isPresent()) {
            return found.get().behind();
        }
        if (longest.isPresent()) {
            return List.of();
        }
        return doors().stream()
                .flatMap(door -> new Origin(
                                door.route().upstreams(), door.library() ? Destination.inLibrary(name) : name)
                        .behind().stream())
                .distinct()
                .toList();
    }

    /** The destinations that a host, a namespace, or the lack of another route leads to. */
    Set<Destination> doors() {
        Set<Destination> doors = new LinkedHashSet<>();
        made.root.ifPresent(doors::add);
        doors.addAll(made.hosts.values());
        doors.addAll(made.namespaces.values());
        return doors;
    }

    /** All destinations. */
    public Collection<Destination> destinations() {
        return new LinkedHashSet<>(
                Stream.concat(made.mounted.values().stream(), doors().stream()).toList());
    }

    /** The prefixes that clients may write themselves, each with where it leads. */
    Map<RepositoryName, Destination> mounted() {
        return made.mounted;
    }

    Prefixes prefixes() {
        return made.prefixes;
    }

    /**
     * What is behind a canonical name.
     *
     * @param repository below the route's name, without the upstreams' own prefixes
     */
    public record Origin(List<Upstream> upstreams, RepositoryName repository) {
        List<Behind> behind() {
            return upstreams.stream()
                    .map(upstream -> {
                        RepositoryName name = upstream.library() ? Destination.inLibrary(repository) : repository;
                        return new Behind(
                                upstream,
                                upstream.prefix()
                                        .map(prefix -> prefix.resolve(name))
                                        .orElse(name));
                    })
                    .toList();
        }
    }

    /** A repository at an upstream, by its name there. */
    public record Behind(Upstream upstream, RepositoryName repository) {}

    /** Whether the destination is reached by names that begin with a name of its own. */
    boolean isMounted(Destination destination) {
        Route.Way way = destination.route().way();
        return way instanceof Route.Way.Named || way instanceof Route.Way.Below;
    }

    /** Whether the name is below one that stands for upstreams which no name of a route leads to. */
    boolean isReserved(RepositoryName name) {
        return made.prefixes.longest(name).filter(made.reservedFor::containsKey).isPresent();
    }
}
