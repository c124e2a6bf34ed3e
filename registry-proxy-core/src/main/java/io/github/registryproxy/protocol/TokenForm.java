package io.github.registryproxy.protocol;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * The form of a token request by POST: distribution project, "OAuth2 Token Authentication". Its fields hold secrets.
 *
 * @param fields in order
 */
public record TokenForm(Query fields) {
    /** No form is larger, in bytes. */
    public static final int LARGEST = 64 * 1024;

    /** The media type it travels with. */
    public static final String MEDIA_TYPE = "application/x-www-form-urlencoded";

    private static final String SCOPE = "scope";

    public TokenForm {
        Objects.requireNonNull(fields, "fields");
    }

    /** The form of these bytes; NAME_INVALID (400) where an escape or a character is not legal. */
    public static TokenForm parse(byte[] body) {
        return new TokenForm(Query.parse(new String(body, StandardCharsets.ISO_8859_1)));
    }

    /** What is asked for, whether in one field, as the specification wants it, or in several. */
    public List<Scope> scopes() {
        return fields.all(SCOPE).stream()
                .flatMap(value -> Scope.parseAll(value).stream())
                .toList();
    }

    /** With these scopes in one field, or without the field where there are none. */
    public TokenForm withScopes(List<Scope> scopes) {
        Query others = fields.without(SCOPE::equals);
        return new TokenForm(scopes.isEmpty() ? others : others.and(SCOPE, Scope.render(scopes)));
    }

    /** With every scope mapped; text that is no scope goes. */
    public TokenForm mapScopes(UnaryOperator<Scope> f) {
        return withScopes(scopes().stream().map(f).toList());
    }

    public byte[] render() {
        return fields.render().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The names of the fields alone. */
    @Override
    public String toString() {
        return "TokenForm[" + fields + "]";
    }
}
