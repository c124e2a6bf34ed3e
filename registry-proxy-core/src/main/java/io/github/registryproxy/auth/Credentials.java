package io.github.registryproxy.auth;

import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;

/** Who the proxy is to an upstream. Equal credentials share tokens; none of them prints its secret. */
public sealed interface Credentials {
    /** Nobody: tokens are asked for without saying who asks. */
    static Credentials anonymous() {
        return new Anonymous();
    }

    /** A user name and a password, or what the registry takes for one. */
    static Credentials basic(String username, String password) {
        return new Basic(username, password);
    }

    /** An Authorization value as it is. */
    static Credentials header(String value) {
        return new Header(value);
    }

    /** An Authorization value {@code Bearer token}. */
    static Credentials bearer(String token) {
        return new Header("Bearer " + token);
    }

    /** A refresh token, which a token server exchanges for access tokens. */
    static Credentials identityToken(String refreshToken) {
        return new IdentityToken(refreshToken);
    }

    /** Nobody. */
    record Anonymous() implements Credentials {}

    /**
     * RFC 7617: given to the registry, or to a token server among the {@link TrustedRealms}.
     *
     * @param username without a colon
     * @param password may be anything but control characters
     */
    record Basic(String username, String password) implements Credentials {
        public Basic {
            if (username.indexOf(':') >= 0 || hasControls(username)) {
                throw new IllegalArgumentException("a user name has no colon and no control character");
            }
            if (hasControls(password)) {
                throw new IllegalArgumentException("a password has no control character");
            }
        }

        /** The value of an Authorization field; a secret. */
        public String authorization() {
            byte[] pair = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
            return "Basic " + Base64.getEncoder().encodeToString(pair);
        }

        @Override
        public String toString() {
            return "Basic[" + username + "]";
        }
    }

    /**
     * Sent to the registry's own origin with every request, never to a token server.
     *
     * @param value of an Authorization field, scheme included
     */
    record Header(String value) implements Credentials {
        public Header {
            if (value.isBlank() || !Headers.isLegal(HeaderNames.AUTHORIZATION, value)) {
                throw new IllegalArgumentException("not a legal Authorization value");
            }
        }

        @Override
        public String toString() {
            return "Header[***]";
        }
    }

    /**
     * Given to a token server alone, by the refresh_token grant of "OAuth2 Token Authentication".
     *
     * @param refreshToken not used up by using it
     */
    record IdentityToken(String refreshToken) implements Credentials {
        public IdentityToken {
            Objects.requireNonNull(refreshToken, "refreshToken");
            if (refreshToken.isBlank() || hasControls(refreshToken)) {
                throw new IllegalArgumentException("not a refresh token");
            }
        }

        @Override
        public String toString() {
            return "IdentityToken[***]";
        }
    }

    private static boolean hasControls(String text) {
        return text.chars().anyMatch(c -> c < 0x20 || c == 0x7f);
    }
}
