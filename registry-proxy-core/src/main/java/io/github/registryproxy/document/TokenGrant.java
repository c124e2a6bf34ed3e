package io.github.registryproxy.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.registryproxy.protocol.Scope;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What a token server answers: distribution project, "Token Authentication Specification" and "OAuth2 Token
 * Authentication".
 *
 * @param token the value after {@code Bearer }; a secret
 * @param lifetime from receipt, at least zero; a minute where the server does not say
 */
public record TokenGrant(String token, Duration lifetime) {
    /** What the specification assumes where {@code expires_in} is missing. */
    public static final Duration DEFAULT_LIFETIME = Duration.ofSeconds(60);

    private static final int LONGEST = 64 * 1024;

    /**
     * The grant of a document; empty where it has no usable token.
     *
     * <p>An {@code issued_at} that lies before the receipt shortens the life; one in the future is a clock that goes ahead and
     * changes nothing.
     */
    public static Optional<TokenGrant> parse(byte[] json, Instant receipt) {
        JsonNode document = Json.read(json);
        String token = document.path("token").asText("");
        String value = token.isEmpty() ? document.path("access_token").asText("") : token;
        if (value.isEmpty() || value.length() > LONGEST || !value.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
            return Optional.empty();
        }
        JsonNode expires = document.path("expires_in");
        Duration life = expires.isIntegralNumber() && expires.canConvertToInt()
                ? Duration.ofSeconds(Math.max(0, expires.asInt()))
                : DEFAULT_LIFETIME;
        Duration gone =
                issuedAt(document).map(at -> Duration.between(at, receipt)).orElse(Duration.ZERO);
        Duration left = gone.isNegative() ? life : life.minus(gone);
        return Optional.of(new TokenGrant(value, left.isNegative() ? Duration.ZERO : left));
    }

    /** The document with the names in its {@code scope} mapped; empty where the bytes are no JSON object. */
    public static Optional<byte[]> mapScopes(byte[] json, UnaryOperator<Scope> f) {
        if (!(Json.read(json) instanceof ObjectNode document)) {
            return Optional.empty();
        }
        if (document.path("scope").isTextual()) {
            List<Scope> scopes = Scope.parseAll(document.path("scope").asText());
            document.put("scope", Scope.render(scopes.stream().map(f).toList()));
            return Optional.of(Json.write(document));
        }
        return Optional.of(json);
    }

    private static Optional<Instant> issuedAt(JsonNode document) {
        try {
            String text = document.path("issued_at").asText("");
            return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "TokenGrant[" + lifetime + "]";
    }
}
