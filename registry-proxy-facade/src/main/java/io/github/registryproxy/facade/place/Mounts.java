package io.github.registryproxy.facade.place;

import io.github.registryproxy.facade.model.Route;
import io.github.registryproxy.facade.model.Route.Way;
import io.github.registryproxy.facade.model.Upstream;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.RepositoryName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The names under which an upstream is found in the names of repositories. */
public final class Mounts {
    private Mounts() {}

    /** Those of a route {@code {upstream}}, the canonical one first: the first of the upstream's names, and its key where it has none. */
    public static List<RepositoryName> of(Way.Named way, Upstream upstream) {
        return words(upstream).stream()
                .map(word -> way.above().map(above -> above.resolve(word)).orElse(word))
                .toList();
    }

    /** What a name can begin with for the upstream: its names, without those that have a port or are no names, then its key. */
    static List<RepositoryName> words(Upstream upstream) {
        List<RepositoryName> words = new ArrayList<>();
        upstream.names().stream().skip(1).forEach(name -> word(name).ifPresent(words::add));
        upstream.names().stream().limit(1).forEach(key -> word(key).ifPresent(words::add));
        return List.copyOf(words);
    }

    static Optional<RepositoryName> word(String text) {
        try {
            return Optional.of(new RepositoryName(text));
        } catch (RegistryException e) {
            // A host with a port, or an address in brackets: no part of a repository's name.
            return Optional.empty();
        }
    }

    /** The route with one of its upstreams alone. */
    static Route only(Route route, Upstream upstream) {
        return new Route(
                route.way(),
                List.of(upstream),
                route.stopAtErrors(),
                route.writes(),
                route.catalog(),
                route.admission());
    }
}
