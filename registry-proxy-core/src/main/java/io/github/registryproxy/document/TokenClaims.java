package io.github.registryproxy.document;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/** Claims of a JSON Web Token (RFC 7519), read without verification: good for ending something early, never for more. */
public final class TokenClaims {
    private static final int LONGEST = 16 * 1024;

    private TokenClaims() {}

    /** The {@code exp} claim; empty where the text is not a token in compact form, or names no end. */
    public static Optional<Instant> expiry(String token) {
        int first = token.indexOf('.');
        int second = token.indexOf('.', first + 1);
        if (first <= 0 || second < 0 || token.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            JsonNode expiry = Json.read(Base64.getUrlDecoder().decode(token.substring(first + 1, second)))
                    .path("exp");
            return expiry.isNumber() ? Optional.of(Instant.ofEpochSecond(expiry.asLong())) : Optional.empty();
        } catch (IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }
}
