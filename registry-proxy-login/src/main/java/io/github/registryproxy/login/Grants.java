package io.github.registryproxy.login;

import io.github.registryproxy.protocol.Access;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Scope;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the scopes of a token are good for: distribution project, "Token Scope Documentation". */
final class Grants {
    /** What the actions of a repository's scope allow, in the order of the wire. */
    static final Map<String, Access> ACTIONS = actions();

    static final Scope CATALOG = new Scope("registry", "catalog", List.of("*"));

    private Grants() {}

    private static Map<String, Access> actions() {
        Map<String, Access> actions = new LinkedHashMap<>();
        actions.put("pull", Access.PULL);
        actions.put("push", Access.PUSH);
        actions.put("delete", Access.DELETE);
        return Collections.unmodifiableMap(actions);
    }

    /** Whether they are enough; a mount's source is asked about on its own. */
    static boolean cover(List<Scope> scopes, Operation operation) {
        Access access = operation.access();
        return switch (access) {
            // No scope names what we do not know: whoever may use that at all may use it with any token.
            case NONE, UNKNOWN -> true;
            case CATALOG -> scopes.contains(CATALOG);
            case PULL, PUSH, DELETE ->
                operation instanceof Operation.InRepository in && cover(scopes, in.repository(), access);
        };
    }

    static boolean cover(List<Scope> scopes, RepositoryName repository, Access access) {
        return scopes.stream()
                .filter(scope ->
                        scope.type().equals("repository") && scope.name().equals(repository.value()))
                .anyMatch(scope -> scope.actions().stream().anyMatch(action -> access == ACTIONS.get(action)));
    }
}
