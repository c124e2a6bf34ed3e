package io.github.registryproxy.facade.model;

import io.github.registryproxy.protocol.RepositoryName;
import java.util.List;
import java.util.Optional;

/**
 * A way to upstreams.
 *
 * @param way how clients take it
 * @param upstreams in the order in which they are asked
 * @param stopAtErrors whether the error of one keeps the next from being asked
 * @param writes what becomes of pushes and deletions
 * @param catalog whether clients may list what is there
 * @param admission what is served of it, by the names below the route's
 */
public record Route(
        Way way, List<Upstream> upstreams, boolean stopAtErrors, Writes writes, boolean catalog, Admission admission) {
    /** How clients take a route. */
    public sealed interface Way {
        /** By any repository's name. */
        record Root() implements Way {}

        /** By repository names below that one. */
        record Below(RepositoryName name) implements Way {}

        /** By one of the upstream's names, below that one or in front of all. */
        record Named(Optional<RepositoryName> above) implements Way {}

        /** By the name of the host that they ask. */
        record Host(String name) implements Way {}

        /** By the field {@code ns}, in which containerd says which registry it means. */
        record Namespaces() implements Way {}
    }

    /** What becomes of requests that would change an upstream. */
    public enum Writes {
        /** They go to the first upstream. */
        PASS,
        /** UNSUPPORTED, 405: there is nothing here but pulling. */
        UNSUPPORTED,
        /** DENIED, 403: clients that push stop at once. */
        DENIED
    }
}
