package io.github.registryproxy.auth;

import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.RegistryRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one request carries to convince the upstream.
 *
 * @param authorization a secret; null for nothing
 * @param scheme that it answers; null for nothing and for a configured header
 * @param question the token is the answer to; null without a token
 * @param answer the token; null without one
 */
record Proof(
        @Nullable String authorization,
        @Nullable Scheme scheme,
        @Nullable TokenQuestion question,
        Tokens.@Nullable Answer answer) {
    static final Proof NONE = new Proof(null, null, null, null);

    static Proof header(Credentials.Header header) {
        return new Proof(header.value(), null, null, null);
    }

    static Proof basic(Credentials.Basic basic) {
        return new Proof(basic.authorization(), Scheme.BASIC, null, null);
    }

    static Proof token(Scheme scheme, TokenQuestion question, Tokens.Answer answer) {
        return new Proof(answer.token().authorization(), scheme, question, answer);
    }

    Optional<Scheme> learnt() {
        return Optional.ofNullable(scheme);
    }

    RegistryRequest on(RegistryRequest request) {
        String value = authorization;
        return value == null ? request : request.withHeaders(h -> h.with(HeaderNames.AUTHORIZATION, value));
    }

    @Override
    public String toString() {
        return authorization == null ? "Proof[none]" : "Proof[***]";
    }
}
