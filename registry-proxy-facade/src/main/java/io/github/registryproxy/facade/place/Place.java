package io.github.registryproxy.facade.place;

import io.github.registryproxy.protocol.RepositoryName;
import java.util.Objects;

/**
 * Place of a repository, however a client spelled it.
 *
 * @param where which content it is, and by which route it is reached
 * @param name the canonical name: the one by which rules, tokens and logs know the repository
 */
public record Place(Where where, RepositoryName name) {
    public Place {
        Objects.requireNonNull(where, "where");
        Objects.requireNonNull(name, "name");
    }
}
