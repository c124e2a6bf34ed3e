package io.github.registryproxy.middleware;

import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.RepositoryName;
import java.util.Objects;
import java.util.Optional;

/** {@code mount/app} for {@code prefix/app}, or for {@code app}. */
final class MountedNames implements RepositoryMapping {
    private final RepositoryName mount;
    private final Optional<RepositoryName> prefix;

    MountedNames(RepositoryName mount, Optional<RepositoryName> prefix) {
        this.mount = Objects.requireNonNull(mount, "mount");
        this.prefix = Objects.requireNonNull(prefix, "prefix");
    }

    @Override
    public Optional<RepositoryName> toUpstream(RepositoryName clientName) {
        if (!clientName.isBelow(mount)) {
            return Optional.empty();
        }
        RepositoryName name = clientName.below(mount);
        if (prefix.isEmpty()) {
            return Optional.of(name);
        }
        if (!fits(prefix.get(), name)) {
            throw ErrorCode.NAME_INVALID
                    .because("repository name is too long for this registry")
                    .asException();
        }
        return Optional.of(prefix.get().resolve(name));
    }

    @Override
    public Optional<RepositoryName> toClient(RepositoryName upstreamName) {
        if (prefix.isPresent() && !upstreamName.isBelow(prefix.get())) {
            return Optional.empty();
        }
        RepositoryName name = prefix.map(upstreamName::below).orElse(upstreamName);
        return fits(mount, name) ? Optional.of(mount.resolve(name)) : Optional.empty();
    }

    private static boolean fits(RepositoryName before, RepositoryName name) {
        return before.value().length() + 1 + name.value().length() <= RepositoryName.LONGEST;
    }

    @Override
    public Optional<RepositoryName> root() {
        return prefix;
    }

    @Override
    public boolean seesAll() {
        return prefix.isEmpty();
    }
}
