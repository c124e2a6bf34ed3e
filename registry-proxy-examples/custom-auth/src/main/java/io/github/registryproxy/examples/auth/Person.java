package io.github.registryproxy.examples.auth;

import io.github.registryproxy.protocol.RepositoryName;
import java.util.List;

/** Somebody in the database, and what he may do. */
record Person(String name, List<Right> rights) {
    Person {
        rights = List.copyOf(rights);
    }

    boolean mayPull(RepositoryName repository) {
        return rights.stream().anyMatch(right -> right.covers(repository));
    }

    boolean mayPush(RepositoryName repository) {
        return rights.stream().anyMatch(right -> right.push() && right.covers(repository));
    }

    /**
     * To pull, and perhaps also to push and delete.
     *
     * @param repositories a repository, or all below a path: {@code team/*}, or all there are: {@code *}
     */
    record Right(String repositories, boolean push) {
        boolean covers(RepositoryName repository) {
            if (repositories.equals("*")) {
                return true;
            }
            // The slash stays: team/* does not cover teamwork/app.
            return repositories.endsWith("/*")
                    ? repository.value().startsWith(repositories.substring(0, repositories.length() - 1))
                    : repository.value().equals(repositories);
        }
    }
}
