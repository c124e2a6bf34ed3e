package io.github.registryproxy.login;

import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Challenge;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Operation;
import java.util.Map;
import java.util.Optional;

/**
 * The answers that ask for a login: Bearer where we give tokens, else Basic. Never both: Docker answers each challenge it is
 * shown, and gives up at the one it has nothing for.
 */
final class Challenges {
    private static final String ERROR = "error";

    private final Challenge basic;
    private final Optional<String> service;

    /** @param service by which tokens of ours are asked for; empty where we give none */
    Challenges(String realm, Optional<String> service) {
        this.basic = new Challenge("Basic", Optional.empty(), Map.of("realm", realm));
        this.service = service;
    }

    /** To who showed nothing. */
    RegistryResponse missing(RegistryRequest request) {
        return refusal("authentication required", challenge(request));
    }

    /** To who showed what proves nothing. */
    RegistryResponse invalid(RegistryRequest request) {
        return refusal("authentication failed", with(challenge(request), "invalid_token"));
    }

    /** To who has a token for less than this. */
    RegistryResponse insufficient(RegistryRequest request) {
        return refusal("the token does not allow this", with(challenge(request), "insufficient_scope"));
    }

    /** At the token endpoint, where only Basic helps. */
    RegistryResponse basic() {
        return refusal("authentication required", basic);
    }

    /** RFC 6750 section 3.1; Basic has no errors. */
    private static Challenge with(Challenge challenge, String error) {
        return challenge.isScheme("Bearer") ? challenge.with(ERROR, error) : challenge;
    }

    private Challenge challenge(RegistryRequest request) {
        if (service.isEmpty()) {
            return basic;
        }
        String realm = request.client().base().toASCIIString() + Operation.Token.PATH;
        return Challenge.bearer(realm, service, request.operation().scopes());
    }

    private static RegistryResponse refusal(String message, Challenge challenge) {
        return RegistryResponse.of(ErrorCode.UNAUTHORIZED.because(message))
                .mapHeaders(headers -> headers.and(HeaderNames.WWW_AUTHENTICATE, challenge.toString())
                        .and(HeaderNames.DOCKER_DISTRIBUTION_API_VERSION, "registry/2.0"));
    }
}
