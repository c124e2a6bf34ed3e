package io.github.registryproxy.auth;

import io.github.registryproxy.protocol.Challenge;
import java.util.List;
import java.util.Optional;

/**
 * How an upstream wants to be convinced.
 *
 * @param basic whether by Basic credentials
 * @param bearer the Bearer challenge, where it wants a token
 */
record Scheme(boolean basic, Optional<Challenge> bearer) {
    /** Not at all. */
    static final Scheme OPEN = new Scheme(false, Optional.empty());

    static final Scheme BASIC = new Scheme(true, Optional.empty());

    /** Bearer before Basic; empty where there is neither. */
    static Optional<Scheme> preferred(List<Challenge> challenges) {
        Optional<Challenge> bearer = challenges.stream()
                .filter(one -> one.isScheme("Bearer") && one.parameter("realm").isPresent())
                .findFirst();
        if (bearer.isPresent()) {
            return Optional.of(new Scheme(false, bearer));
        }
        return challenges.stream().anyMatch(one -> one.isScheme("Basic")) ? Optional.of(BASIC) : Optional.empty();
    }
}
