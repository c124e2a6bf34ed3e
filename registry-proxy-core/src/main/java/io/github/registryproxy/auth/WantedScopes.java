package io.github.registryproxy.auth;

import io.github.registryproxy.protocol.Challenge;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Scope;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What to ask a token for: what the operation needs, and what the challenge adds for the same resources. A challenge never
 * makes the proxy ask for another repository.
 */
final class WantedScopes {
    private WantedScopes() {}

    /** The union, known scopes first and in their order. */
    static List<Scope> of(Operation operation, List<Scope> known, Challenge challenge) {
        List<Scope> wanted = new ArrayList<>(known);
        for (Scope offered : challenge.scopes()) {
            int at = indexOf(wanted, offered);
            if (at >= 0) {
                wanted.set(at, union(wanted.get(at), offered));
            } else if (isAbout(operation, offered)) {
                wanted.add(offered);
            }
        }
        return List.copyOf(wanted);
    }

    private static int indexOf(List<Scope> scopes, Scope wanted) {
        for (int i = 0; i < scopes.size(); i++) {
            if (scopes.get(i).type().equals(wanted.type())
                    && scopes.get(i).name().equals(wanted.name())) {
                return i;
            }
        }
        return -1;
    }

    /** An endpoint this library does not know may still lie below the repository that the challenge names. */
    private static boolean isAbout(Operation operation, Scope offered) {
        if (!(operation instanceof Operation.Other other)) {
            return false;
        }
        return offered.repositoryName()
                .map(RepositoryName::value)
                .filter(name -> other.path().startsWith("/v2/" + name + "/"))
                .isPresent();
    }

    private static Scope union(Scope one, Scope other) {
        Set<String> actions = new LinkedHashSet<>(one.actions());
        actions.addAll(other.actions());
        return new Scope(one.type(), one.name(), List.copyOf(actions));
    }
}
