package io.github.registryproxy.login;

import io.github.registryproxy.Identity;
import io.github.registryproxy.protocol.Scope;
import java.util.List;
import java.util.Optional;

/** What became of a request's proof. */
sealed interface Login {
    /** There was none. */
    record None() implements Login {}

    /**
     * It is good.
     *
     * @param who empty where a token of ours was given to nobody known
     * @param scopes what a token of ours grants; empty for proofs that leave all to the rules
     */
    record Good(Optional<Identity> who, Optional<List<Scope>> scopes) implements Login {}

    /**
     * It is not.
     *
     * @param why for the operator, without secrets
     */
    record Bad(String why) implements Login {}
}
