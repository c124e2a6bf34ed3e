package io.github.registryproxy.login;

import io.github.registryproxy.Identity;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Tokens written down in the configuration, for machines: shown as a bearer token, or as the password to any name, which is
 * how {@code docker login} shows one. Each is compared in constant time, and all of them always.
 *
 * <pre>{@code
 * StaticTokens.builder().token(new Identity("ci", Set.of("builders")), System.getenv("CI_TOKEN")).build();
 * }</pre>
 */
public final class StaticTokens implements Authenticator {
    /** A token has at least so many characters: fewer can be guessed. */
    public static final int SHORTEST = 16;

    private final List<Token> tokens;

    private record Token(Identity identity, byte[] hash) {}

    private StaticTokens(List<Token> tokens) {
        this.tokens = List.copyOf(tokens);
    }

    public static Builder builder() {
        return new Builder();
    }

    @Override
    public Optional<Identity> identify(Proof proof) {
        String shown;
        if (proof instanceof Proof.Bearer bearer) {
            shown = bearer.token();
        } else if (proof instanceof Proof.Password login) {
            shown = login.password();
        } else {
            return Optional.empty();
        }
        byte[] hash = hash(shown);
        Optional<Identity> found = Optional.empty();
        for (Token token : tokens) {
            if (MessageDigest.isEqual(token.hash, hash)) {
                found = Optional.of(token.identity);
            }
        }
        return found;
    }

    private static byte[] hash(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Collects tokens. */
    public static final class Builder {
        private final List<Token> tokens = new ArrayList<>();

        private Builder() {}

        /**
         * Adds one.
         *
         * @param token at least {@link #SHORTEST} characters, from a random generator; a secret
         */
        public Builder token(Identity identity, String token) {
            Objects.requireNonNull(identity, "identity");
            if (token.length() < SHORTEST) {
                throw new IllegalArgumentException("the token of " + identity.name() + " is shorter than " + SHORTEST
                        + " characters: expected one from a random generator");
            }
            byte[] hash = hash(token);
            if (tokens.stream().anyMatch(known -> MessageDigest.isEqual(known.hash, hash))) {
                throw new IllegalArgumentException("the token of " + identity.name() + " is another's as well");
            }
            tokens.add(new Token(identity, hash));
            return this;
        }

        public StaticTokens build() {
            return new StaticTokens(tokens);
        }
    }
}
