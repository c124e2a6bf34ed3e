package io.github.registryproxy.middleware;

import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.RepositoryName;
import java.util.Optional;

/**
 * Which name a client uses for which repository of the upstream. One to one: {@code toClient(toUpstream(n))} is {@code n}.
 */
public interface RepositoryMapping {
    /**
     * The upstream's name; empty where the client's name stands for no repository, which is then unknown (NAME_UNKNOWN).
     *
     * @throws io.github.registryproxy.protocol.RegistryException NAME_INVALID when the mapped name is outside the grammar
     */
    Optional<RepositoryName> toUpstream(RepositoryName clientName);

    /** The client's name; empty where clients do not see the repository. */
    Optional<RepositoryName> toClient(RepositoryName upstreamName);

    /** The upstream name that all names of the mapping lie below; empty where there is no such name. */
    default Optional<RepositoryName> root() {
        return Optional.empty();
    }

    /**
     * Whether clients see every repository of the upstream, whatever its name. Texts, such as an error's message, are left as they
     * are then: there is nothing to hide, and any word in them would be a name.
     */
    default boolean seesAll() {
        return false;
    }

    /**
     * A name {@code mount/app} stands for {@code prefix/app}; names that are not below the mount are unknown. What an upstream is
     * called by, where names decide which one is asked.
     *
     * @param upstreamPrefix empty where the upstream's name is {@code app}
     */
    static RepositoryMapping at(RepositoryName mount, Optional<RepositoryName> upstreamPrefix) {
        return new MountedNames(mount, upstreamPrefix);
    }

    /** Every name {@code app} stands for {@code prefix/app}. */
    static RepositoryMapping under(RepositoryName prefix) {
        return new RepositoryMapping() {
            @Override
            public Optional<RepositoryName> toUpstream(RepositoryName clientName) {
                if (prefix.value().length() + 1 + clientName.value().length() > RepositoryName.LONGEST) {
                    throw ErrorCode.NAME_INVALID
                            .because("repository name is too long for this registry")
                            .asException();
                }
                return Optional.of(prefix.resolve(clientName));
            }

            @Override
            public Optional<RepositoryName> toClient(RepositoryName upstreamName) {
                return upstreamName.isBelow(prefix) ? Optional.of(upstreamName.below(prefix)) : Optional.empty();
            }

            @Override
            public Optional<RepositoryName> root() {
                return Optional.of(prefix);
            }
        };
    }
}
