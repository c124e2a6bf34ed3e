package io.github.registryproxy.login;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.github.registryproxy.Identity;
import io.github.registryproxy.protocol.Scope;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that this registry issues and takes: JSON Web Tokens with the {@code access} claim of the distribution project's
 * "Token Authentication Implementation", signed with HS256, since who issues them also checks them.
 *
 * <p>Without a key there is a random one for each start: tokens end with the process, and clients log in again by themselves.
 * Several instances share a key; to change it, add the new one by {@link Builder#alsoAccept}, then sign with it, then take the
 * old one away.
 */
public final class AccessTokens {
    /** How long a token lives unless told otherwise. */
    public static final Duration DEFAULT_LIFETIME = Duration.ofMinutes(5);

    private static final Duration SKEW = Duration.ofSeconds(10);
    private static final String GROUPS = "groups";
    private static final String ACCESS = "access";

    private final String service;
    private final Duration lifetime;
    private final InstantSource clock;
    private final Map<String, byte[]> keys;
    private final String current;

    /** What a token turned out to be. */
    enum State {
        GOOD,
        EXPIRED,
        NOT_OURS
    }

    /**
     * A token that was looked at.
     *
     * @param who empty for a token that was given to nobody known
     * @param scopes what it grants
     */
    record Checked(State state, Optional<Identity> who, List<Scope> scopes) {
        static final Checked NOT_OURS = new Checked(State.NOT_OURS, Optional.empty(), List.of());
    }

    /** A token on its way out; a secret. */
    record Issued(String token, Instant at, Duration lifetime) {
        @Override
        public String toString() {
            return "Issued[" + at + ", " + lifetime + "]";
        }
    }

    private AccessTokens(Builder builder) {
        this.service = builder.service;
        this.lifetime = builder.lifetime;
        this.clock = builder.clock;
        List<byte[]> all = new ArrayList<>();
        all.add(builder.key == null ? randomKey() : builder.key);
        all.addAll(builder.others);
        this.keys = new LinkedHashMap<>();
        all.forEach(key -> keys.put(id(key), key));
        this.current = id(all.get(0));
    }

    public static Builder builder() {
        return new Builder();
    }

    /** What challenges call this registry. */
    String service() {
        return service;
    }

    Issued issue(Optional<Identity> who, List<Scope> granted) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(service)
                .audience(service)
                .subject(who.map(Identity::name).orElse(""))
                .issueTime(Date.from(now))
                .notBeforeTime(Date.from(now))
                .expirationTime(Date.from(now.plus(lifetime)))
                .jwtID(UUID.randomUUID().toString())
                .claim(GROUPS, List.copyOf(who.map(Identity::groups).orElse(Set.of())))
                .claim(ACCESS, granted.stream().map(AccessTokens::entry).toList())
                .build();
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.HS256)
                .type(JOSEObjectType.JWT)
                .keyID(current)
                .build();
        try {
            SignedJWT jwt = new SignedJWT(header, claims);
            jwt.sign(new MACSigner(Objects.requireNonNull(keys.get(current))));
            return new Issued(jwt.serialize(), now, lifetime);
        } catch (JOSEException e) {
            throw new IllegalStateException("a key of 32 bytes signs", e);
        }
    }

    /** Looks at a token: the signature first, by the one algorithm and a key of ours, whatever the token says. */
    Checked check(String token) {
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            JWSHeader header = jwt.getHeader();
            byte[] key = header.getKeyID() == null ? null : keys.get(header.getKeyID());
            if (key == null || !JWSAlgorithm.HS256.equals(header.getAlgorithm()) || !jwt.verify(new MACVerifier(key))) {
                return Checked.NOT_OURS;
            }
            return check(jwt.getJWTClaimsSet());
        } catch (ParseException | JOSEException | IllegalStateException | IllegalArgumentException e) {
            // Not a token at all, for whichever of the many reasons: nobody's.
            return Checked.NOT_OURS;
        }
    }

    private Checked check(JWTClaimsSet claims) throws ParseException {
        Date expires = claims.getExpirationTime();
        Date from = claims.getNotBeforeTime();
        boolean ours =
                service.equals(claims.getIssuer()) && claims.getAudience().equals(List.of(service));
        Instant now = clock.instant();
        if (!ours || expires == null || from == null || now.plus(SKEW).isBefore(from.toInstant())) {
            return Checked.NOT_OURS;
        }
        if (!now.isBefore(expires.toInstant())) {
            return new Checked(State.EXPIRED, Optional.empty(), List.of());
        }
        String name = claims.getSubject() == null ? "" : claims.getSubject();
        List<String> groups = claims.getStringListClaim(GROUPS);
        Optional<Identity> who = name.isEmpty()
                ? Optional.empty()
                : Optional.of(new Identity(name, groups == null ? Set.of() : Set.copyOf(groups)));
        return new Checked(State.GOOD, who, scopes(claims.getClaim(ACCESS)));
    }

    private static Map<String, Object> entry(Scope scope) {
        return Map.of("type", scope.type(), "name", scope.name(), "actions", scope.actions());
    }

    private static List<Scope> scopes(@Nullable Object access) {
        List<Scope> scopes = new ArrayList<>();
        for (Object entry : access instanceof List<?> entries ? entries : List.of()) {
            if (entry instanceof Map<?, ?> map && map.get("actions") instanceof List<?> actions) {
                scopes.add(new Scope(
                        String.valueOf(map.get("type")),
                        String.valueOf(map.get("name")),
                        actions.stream().map(String::valueOf).toList()));
            }
        }
        return List.copyOf(scopes);
    }

    private static byte[] randomKey() {
        byte[] key = new byte[Builder.SHORTEST_KEY];
        new SecureRandom().nextBytes(key);
        return key;
    }

    /** Tells keys apart; public, so a hash of the whole key that nothing else is derived from. */
    private static String id(byte[] key) {
        return KeyedHash.by(key).of("registry-proxy key id").substring(0, 16);
    }

    /** How tokens are made. */
    public static final class Builder {
        /** In bytes: what HS256 asks for. */
        public static final int SHORTEST_KEY = 32;

        private String service = "registry-proxy";
        private Duration lifetime = DEFAULT_LIFETIME;
        private InstantSource clock = InstantSource.system();
        private byte @Nullable [] key;
        private final List<byte[]> others = new ArrayList<>();

        private Builder() {}

        /** Issuer and audience of the tokens, and the service that challenges name. Default: registry-proxy. */
        public Builder service(String name) {
            if (name.isEmpty() || !name.chars().allMatch(c -> c > 0x20 && c < 0x7f && c != '"' && c != '\\')) {
                throw new IllegalArgumentException("a service is visible ASCII without quotes and backslashes");
            }
            service = name;
            return this;
        }

        /** 60 seconds to a day: what a client takes for granted, and when it would be as good as a password. Default: 300 s. */
        public Builder lifetime(Duration time) {
            if (time.compareTo(Duration.ofSeconds(60)) < 0 || time.compareTo(Duration.ofDays(1)) > 0) {
                throw new IllegalArgumentException("lifetime takes 60 seconds to a day, not " + time);
            }
            lifetime = time;
            return this;
        }

        /** Signs and checks; at least {@link #SHORTEST_KEY} random bytes, copied. Default: random for each start. */
        public Builder key(byte[] secret) {
            key = checked(secret);
            return this;
        }

        /** Checks alone: the key before, or the one to come. */
        public Builder alsoAccept(byte[] secret) {
            others.add(checked(secret));
            return this;
        }

        /** Another clock. */
        public Builder clock(InstantSource other) {
            clock = Objects.requireNonNull(other, "other");
            return this;
        }

        public AccessTokens build() {
            return new AccessTokens(this);
        }

        private static byte[] checked(byte[] secret) {
            if (secret.length < SHORTEST_KEY) {
                throw new IllegalArgumentException("a key of " + secret.length + " bytes: expected " + SHORTEST_KEY
                        + " or more from a random generator");
            }
            return secret.clone();
        }
    }
}
