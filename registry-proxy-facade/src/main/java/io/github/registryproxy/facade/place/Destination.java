package io.github.registryproxy.facade.place;

import io.github.registryproxy.facade.model.Route;
import io.github.registryproxy.facade.model.Upstream;
import io.github.registryproxy.protocol.RepositoryName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Destination of requests: the upstreams that one route leads to, with the canonical names of their repositories. A repository's
 * name is below the first of the prefixes under which no more specific route takes it away.
 */
public final class Destination implements Where {
    private static final RepositoryName LIBRARY = new RepositoryName("library");

    private final Route route;
    private final List<Optional<RepositoryName>> prefixes;
    private final Prefixes taken;
    private final boolean library;

    /** @param prefixes the canonical one first; an empty one stands for names as they are */
    Destination(Route route, List<Optional<RepositoryName>> prefixes, Prefixes taken) {
        this.route = route;
        this.prefixes = List.copyOf(prefixes);
        this.taken = taken;
        this.library = route.upstreams().stream().allMatch(Upstream::library);
    }

    /** The route, with the upstreams that are meant and no others. */
    public Route route() {
        return route;
    }

    /** The canonical prefix; empty where names are used as they are. */
    public Optional<RepositoryName> prefix() {
        return prefixes.get(0);
    }

    List<Optional<RepositoryName>> prefixes() {
        return prefixes;
    }

    /** Whether names of one component stand for those below {@code library/}, at each of the upstreams. */
    public boolean library() {
        return library;
    }

    /**
     * The canonical name of a repository; empty where more specific routes take every name that it could have.
     *
     * @param name as the upstreams call it, without their own prefix
     * @throws io.github.registryproxy.protocol.RegistryException NAME_INVALID when the name is too long
     */
    public Optional<RepositoryName> canonical(RepositoryName name) {
        RepositoryName whole = library ? inLibrary(name) : name;
        for (Optional<RepositoryName> prefix : prefixes) {
            RepositoryName full = prefix.isPresent() ? prefix.get().resolve(whole) : whole;
            if (taken.longest(full).equals(prefix)) {
                return Optional.of(full);
            }
        }
        return Optional.empty();
    }

    /** The inverse of {@link #canonical}: what the upstreams call it; empty for names of other places. */
    public Optional<RepositoryName> below(RepositoryName canonical) {
        Optional<RepositoryName> longest = taken.longest(canonical);
        if (!prefixes.contains(longest)) {
            return Optional.empty();
        }
        return longest.isPresent() ? Optional.of(canonical.below(longest.get())) : Optional.of(canonical);
    }

    /** The prefixes of the names that {@link #canonical} can give: those that are used, and no others. */
    List<Optional<RepositoryName>> used() {
        List<Optional<RepositoryName>> used = new ArrayList<>();
        List<RepositoryName> left = null; // what is taken away below the prefixes before; null: all names are left
        for (Optional<RepositoryName> prefix : prefixes) {
            if (left == null) {
                used.add(prefix);
            } else {
                for (RepositoryName rest : left) {
                    used.add(Optional.of(
                            prefix.map(before -> before.resolve(rest)).orElse(rest)));
                }
            }
            List<RepositoryName> shadows = taken.below(prefix).stream()
                    .map(shadow -> prefix.map(shadow::below).orElse(shadow))
                    .toList();
            left = left == null
                    ? shadows
                    : left.stream().filter(shadows::contains).toList();
            if (left.isEmpty()) {
                break;
            }
        }
        return used;
    }

    static RepositoryName inLibrary(RepositoryName name) {
        return name.value().indexOf('/') < 0 ? LIBRARY.resolve(name) : name;
    }
}
