package io.github.registryproxy.login;

import io.github.registryproxy.Identity;
import java.io.IOException;
import java.util.Optional;

/**
 * Finds out who somebody is. Several are asked in order until one knows; failures are counted outside. Safe for concurrent
 * use, and takes as long for an unknown name as for a wrong password.
 *
 * <pre>{@code
 * Authenticator users = proof -> proof instanceof Proof.Password login && database.check(login)
 *         ? Optional.of(Identity.of(login.name()))
 *         : Optional.empty();
 * }</pre>
 */
@FunctionalInterface
public interface Authenticator {
    /**
     * Who shows this; empty for what proves nothing here, also for proofs of another kind.
     *
     * @throws IOException when it cannot be found out now; the client gets UNAVAILABLE, 503
     */
    Optional<Identity> identify(Proof proof) throws IOException;
}
