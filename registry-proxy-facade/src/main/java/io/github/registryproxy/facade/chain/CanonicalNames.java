package io.github.registryproxy.facade.chain;

import io.github.registryproxy.facade.place.Destination;
import io.github.registryproxy.middleware.RepositoryMapping;
import io.github.registryproxy.protocol.RepositoryName;
import java.util.Optional;
import java.util.function.Function;

/** Mapping between the canonical names of a destination and the names below its route. There is nothing to hide in texts. */
final class CanonicalNames implements RepositoryMapping {
    private final Function<RepositoryName, Optional<RepositoryName>> inwards;
    private final Function<RepositoryName, Optional<RepositoryName>> outwards;

    private CanonicalNames(
            Function<RepositoryName, Optional<RepositoryName>> inwards,
            Function<RepositoryName, Optional<RepositoryName>> outwards) {
        this.inwards = inwards;
        this.outwards = outwards;
    }

    /** Outside are canonical names, inside those below the route. */
    static CanonicalNames toBelow(Destination destination) {
        return new CanonicalNames(destination::below, destination::canonical);
    }

    /** Outside are names below the route, as clients write them to a host of its own, inside canonical ones. */
    static CanonicalNames fromBelow(Destination destination) {
        return new CanonicalNames(destination::canonical, destination::below);
    }

    @Override
    public Optional<RepositoryName> toUpstream(RepositoryName clientName) {
        return inwards.apply(clientName);
    }

    @Override
    public Optional<RepositoryName> toClient(RepositoryName upstreamName) {
        return outwards.apply(upstreamName);
    }

    @Override
    public boolean seesAll() {
        return true;
    }
}
