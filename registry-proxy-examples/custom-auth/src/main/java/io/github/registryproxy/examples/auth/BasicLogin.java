package io.github.registryproxy.examples.auth;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** Name and password as a client sends them: RFC 7617. */
record BasicLogin(String name, String password) {
    private static final String SCHEME = "Basic ";
    private static final int LONGEST = 1024;

    /** Empty when the field is anything else. */
    static Optional<BasicLogin> parse(String authorization) {
        boolean basic = authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        if (!basic || authorization.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            byte[] decoded = Base64.getDecoder()
                    .decode(authorization.substring(SCHEME.length()).strip());
            String pair = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(decoded))
                    .toString();
            int colon = pair.indexOf(':');
            return colon <= 0
                    ? Optional.empty()
                    : Optional.of(new BasicLogin(pair.substring(0, colon), pair.substring(colon + 1)));
        } catch (IllegalArgumentException | CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** Without the password. */
    @Override
    public String toString() {
        return name;
    }
}
