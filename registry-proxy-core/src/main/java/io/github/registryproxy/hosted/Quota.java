package io.github.registryproxy.hosted;

import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.RepositoryName;
import java.util.OptionalLong;
import java.util.function.Function;

/** How much a repository may hold. Pushes at the same moment may exceed it together, by what they bring. */
final class Quota {
    private final HostedStore store;
    private final Function<RepositoryName, OptionalLong> limits;

    Quota(HostedStore store, Function<RepositoryName, OptionalLong> limits) {
        this.store = store;
        this.limits = limits;
    }

    /** Refuses so many bytes more with DENIED, 403, where they are too many. */
    void check(RepositoryName repository, long more) {
        OptionalLong limit = limits.apply(repository);
        if (limit.isPresent() && store.usage(repository) + more > limit.getAsLong()) {
            throw ErrorCode.DENIED
                    .because("the repository's quota of " + limit.getAsLong()
                            + " bytes is used up: delete what is not needed, or ask for more")
                    .asException();
        }
    }
}
