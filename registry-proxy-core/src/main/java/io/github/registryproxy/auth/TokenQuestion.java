package io.github.registryproxy.auth;

import io.github.registryproxy.protocol.Scope;
import java.util.List;
import java.util.Optional;

/**
 * What is asked of a token server.
 *
 * @param realm its address
 * @param service the registry's name for itself, where the challenge gave one
 * @param scopes what the token must grant, the operation's own repository first; empty to prove an identity alone
 */
record TokenQuestion(Realm realm, Optional<String> service, List<Scope> scopes) {
    TokenQuestion {
        scopes = List.copyOf(scopes);
    }

    TokenQuestion withScopes(List<Scope> other) {
        return new TokenQuestion(realm, service, other);
    }

    boolean isSameServer(TokenQuestion other) {
        return realm.equals(other.realm) && service.equals(other.service);
    }

    /** Without the realm's query. */
    @Override
    public String toString() {
        return "TokenQuestion[" + realm + " " + Scope.render(scopes) + "]";
    }
}
