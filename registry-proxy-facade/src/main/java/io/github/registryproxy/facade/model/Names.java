package io.github.registryproxy.facade.model;

import io.github.registryproxy.facade.model.Route.Way;
import io.github.registryproxy.protocol.RepositoryName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which repositories behind a name that clients use stands for. */
public final class Names {
    private static final String LIBRARY = "library";

    private Names() {}

    /** A repository at an upstream, by its name there. */
    public record Behind(Upstream upstream, RepositoryName repository) {}

    /**
     * All of them, in the order in which they are asked; none for names that no route takes. Where only routes by host or by
     * {@code ns} take it, those.
     *
     * @throws io.github.registryproxy.protocol.RegistryException when the upstream can have no such name
     */
    public static List<Behind> of(Site site, RepositoryName clientName) {
        Optional<Found> best = Optional.empty();
        for (Route route : site.routes()) {
            Optional<Found> found = by(route, clientName);
            if (found.isPresent()
                    && (best.isEmpty() || found.get().depth() > best.get().depth())) {
                best = found;
            }
        }
        return best.map(Names::behind).orElse(List.of());
    }

    /** The rest of a name, and how specific the route was that took it. */
    private record Found(List<Upstream> upstreams, RepositoryName rest, int depth) {}

    private static Optional<Found> by(Route route, RepositoryName name) {
        Way way = route.way();
        if (way instanceof Way.Root) {
            return Optional.of(new Found(route.upstreams(), name, 0));
        }
        if (way instanceof Way.Below below) {
            return below(route.upstreams(), below.name(), name);
        }
        if (way instanceof Way.Named named) {
            for (Upstream upstream : route.upstreams()) {
                for (RepositoryName called : mounts(named, upstream)) {
                    Optional<Found> found = below(List.of(upstream), called, name);
                    if (found.isPresent()) {
                        return found;
                    }
                }
            }
            return Optional.empty();
        }
        return Optional.of(new Found(route.upstreams(), name, -1));
    }

    /** Below which names an upstream is found: a name with a port is none that a repository can have. */
    public static List<RepositoryName> mounts(Way.Named way, Upstream upstream) {
        List<RepositoryName> mounts = new ArrayList<>();
        for (String called : upstream.names()) {
            if (called.indexOf(':') < 0) {
                RepositoryName name = new RepositoryName(called);
                mounts.add(way.above().map(above -> above.resolve(name)).orElse(name));
            }
        }
        return List.copyOf(mounts);
    }

    private static Optional<Found> below(List<Upstream> upstreams, RepositoryName mount, RepositoryName name) {
        return name.isBelow(mount)
                ? Optional.of(
                        new Found(upstreams, name.below(mount), mount.value().length()))
                : Optional.empty();
    }

    private static List<Behind> behind(Found found) {
        return found.upstreams().stream()
                .map(upstream -> new Behind(upstream, there(upstream, found.rest())))
                .toList();
    }

    private static RepositoryName there(Upstream upstream, RepositoryName rest) {
        boolean single = upstream.library() && rest.value().indexOf('/') < 0;
        RepositoryName name = single ? new RepositoryName(LIBRARY).resolve(rest) : rest;
        return upstream.prefix().isPresent() ? upstream.prefix().get().resolve(name) : name;
    }
}
