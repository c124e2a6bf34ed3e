package io.github.registryproxy.upstream;

import io.github.registryproxy.auth.Credentials;
import io.github.registryproxy.auth.CredentialsProvider;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The ways a proxy comes to be let in upstream; all that is secret about them has one word in it. */
enum PlantedLogin {
    /** Nobody: tokens for the asking. */
    ANONYMOUS(Credentials.anonymous()),
    /** A password that the registry itself takes. */
    BASIC(Credentials.basic("keeper", PlantedLogin.PASSWORD)),
    /** A field as it is. */
    HEADER(Credentials.header(PlantedLogin.HEADER_VALUE)),
    /** A password that a token server takes. */
    TOKEN(Credentials.basic("keeper", PlantedLogin.PASSWORD)),
    /** A refresh token that a token server takes. */
    IDENTITY(Credentials.identityToken(PlantedLogin.REFRESH_TOKEN)),
    /** The client's own password, at the token server, through the proxy. */
    CLIENT(null);

    static final String WORD = "PLANTED";
    static final String PASSWORD = "PLANTED-password-1d7";
    static final String HEADER_VALUE = "Bearer PLANTED-header-2c9";
    static final String REFRESH_TOKEN = "PLANTED-refresh-3f1";
    static final String CLIENT_PASSWORD = "PLANTED-of-the-client-4a8";
    static final String COOKIE = "PLANTED-cookie-5e2";
    static final String TOKENS = "PLANTED-token-";

    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/_-]{12,}");

    private final @Nullable Credentials credentials;

    PlantedLogin(@Nullable Credentials credentials) {
        this.credentials = credentials;
    }

    /** Those of the proxy; empty where clients bring theirs. */
    Optional<CredentialsProvider> provider() {
        return Optional.ofNullable(credentials).map(CredentialsProvider::of);
    }

    boolean isByToken() {
        return this != BASIC && this != HEADER;
    }

    static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /** Whether any of the secrets is in there: as it is, escaped, or in base64. */
    static boolean isIn(String text) {
        String plain = text + "\n" + unescaped(text);
        StringBuilder all = new StringBuilder(plain);
        Matcher run = BASE64.matcher(plain);
        while (run.find()) {
            String coded = run.group().replace('-', '+').replace('_', '/');
            for (int skipped = 0; skipped < 4; skipped++) {
                String part = coded.substring(skipped, skipped + (coded.length() - skipped) / 4 * 4);
                all.append('\n').append(new String(Base64.getDecoder().decode(part), StandardCharsets.ISO_8859_1));
            }
        }
        return all.indexOf(WORD) >= 0;
    }

    private static String unescaped(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException e) {
            return ""; // a stray percent sign: nothing was escaped
        }
    }
}
