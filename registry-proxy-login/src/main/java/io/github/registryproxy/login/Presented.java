package io.github.registryproxy.login;

import io.github.registryproxy.Client;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.RegistryRequest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * What a request shows: a proof, none, or something that cannot be one.
 *
 * @param any whether there is anything at all; without a proof it is then a failed login, never nobody's request
 */
record Presented(boolean any, Optional<Proof> proof) {
    static final int LONGEST_NAME = 255;

    private static final int LONGEST = 16 * 1024;
    private static final Presented NOTHING = new Presented(false, Optional.empty());
    private static final Presented UNREADABLE = new Presented(true, Optional.empty());

    /** Authorization counts before a certificate: whoever sends it wants to be that. */
    static Presented by(RegistryRequest request) {
        List<String> fields = request.headers().all(HeaderNames.AUTHORIZATION);
        if (fields.isEmpty()) {
            return request.get(Client.CERTIFICATES)
                    .map(chain -> of(new Proof.Certificate(chain)))
                    .orElse(NOTHING);
        }
        String value = fields.get(0).strip();
        int blank = value.indexOf(' ');
        if (fields.size() > 1 || value.length() > LONGEST || blank < 0) {
            return UNREADABLE;
        }
        String scheme = value.substring(0, blank);
        String credentials = value.substring(blank + 1).strip();
        if (scheme.equalsIgnoreCase("Bearer")) {
            return credentials.isEmpty() ? UNREADABLE : of(new Proof.Bearer(credentials));
        }
        return scheme.equalsIgnoreCase("Basic") ? basic(credentials) : UNREADABLE;
    }

    /** RFC 7617: the first colon ends the name, the characters are UTF-8. */
    private static Presented basic(String credentials) {
        try {
            byte[] pair = Base64.getDecoder().decode(credentials);
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(pair))
                    .toString();
            int colon = text.indexOf(':');
            return colon < 0 ? UNREADABLE : password(text.substring(0, colon), text.substring(colon + 1));
        } catch (IllegalArgumentException | CharacterCodingException e) {
            // Not Base64, or not UTF-8: a login that nobody has.
            return UNREADABLE;
        }
    }

    static Presented password(String name, String password) {
        boolean usable = !name.isEmpty()
                && name.length() <= LONGEST_NAME
                && name.chars().noneMatch(Character::isISOControl)
                && password.length() <= LONGEST;
        return usable ? of(new Proof.Password(name, password)) : UNREADABLE;
    }

    private static Presented of(Proof proof) {
        return new Presented(true, Optional.of(proof));
    }
}
