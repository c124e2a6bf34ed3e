package io.github.registryproxy.login;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.github.registryproxy.Identity;
import io.github.registryproxy.transport.Transport;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * JSON Web Tokens of an OpenID provider (RFC 7519, RFC 9068): shown as a bearer token, or as the password to any name, which is
 * how {@code docker login} shows one. Signature, issuer, audience, expiry and not-before are checked, by keys of the provider
 * alone: what a token brings along (jwk, jku, x5c) is not looked at.
 *
 * <pre>{@code
 * JwtBearer.builder("https://id.example.com", "registry")
 *         .keys(URI.create("https://id.example.com/jwks"), transport)
 *         .groupsClaim("groups")
 *         .build();
 * }</pre>
 */
public final class JwtBearer implements Authenticator {
    private static final Logger LOG = System.getLogger(JwtBearer.class.getName());
    private static final int LONGEST = 16 * 1024;

    private final DefaultJWTProcessor<SecurityContext> processor;
    private final String nameClaim;
    private final @Nullable String groupsClaim;
    private final BooleanSupplier hasKeys;

    private JwtBearer(Builder builder, JWKSource<SecurityContext> keys) {
        this.nameClaim = builder.nameClaim;
        this.groupsClaim = builder.groupsClaim;
        this.hasKeys = builder.hasKeys;
        this.processor = new DefaultJWTProcessor<>();
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(builder.algorithms, keys));
        // RFC 9068 has a type of its own for access tokens; others leave it away.
        processor.setJWSTypeVerifier(
                new DefaultJOSEObjectTypeVerifier<>(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
        processor.setJWTClaimsSetVerifier(
                new Claims(builder.issuer, builder.audience, builder.clockSkew, builder.clock));
    }

    /**
     * @param issuer what {@code iss} must be, to the letter
     * @param audience what must be among {@code aud}: this registry, not somebody else's
     */
    public static Builder builder(String issuer, String audience) {
        return new Builder(issuer, audience);
    }

    /** @throws IOException when the provider's keys cannot be had */
    @Override
    public Optional<Identity> identify(Proof proof) throws IOException {
        String token;
        if (proof instanceof Proof.Bearer bearer) {
            token = bearer.token();
        } else if (proof instanceof Proof.Password login && looksLikeOne(login.password())) {
            token = login.password();
        } else {
            return Optional.empty();
        }
        if (token.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            return Optional.of(identity(processor.process(token, null)));
        } catch (KeySourceException e) {
            if (e instanceof RateLimitReachedException && hasKeys.getAsBoolean()) {
                // It names a key that is not known, and we asked a moment ago.
                return Optional.empty();
            }
            throw new IOException("the keys of the identity provider cannot be had", e);
        } catch (ParseException | BadJOSEException | JOSEException | IllegalArgumentException e) {
            // The client learns nothing of why; the operator may.
            LOG.log(Level.DEBUG, "a token was refused", e);
            return Optional.empty();
        }
    }

    private static boolean looksLikeOne(String password) {
        return password.startsWith("ey")
                && password.chars().filter(c -> c == '.').count() == 2;
    }

    private Identity identity(JWTClaimsSet claims) throws ParseException {
        String name = claims.getStringClaim(nameClaim);
        if (name == null) {
            throw new ParseException("no claim " + nameClaim, 0);
        }
        return new Identity(name, groups(claims));
    }

    private Set<String> groups(JWTClaimsSet claims) throws ParseException {
        Object value = groupsClaim == null ? null : claims.getClaim(groupsClaim);
        if (value == null) {
            return Set.of();
        }
        if (value instanceof String one) {
            return Set.of(one);
        }
        List<String> several = claims.getStringListClaim(Objects.requireNonNull(groupsClaim));
        return several == null ? Set.of() : Set.copyOf(several);
    }

    /** What to require, and where the keys are. */
    public static final class Builder {
        private final String issuer;
        private final String audience;
        private Set<JWSAlgorithm> algorithms = Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256);
        private Duration clockSkew = Duration.ofSeconds(60);
        private InstantSource clock = InstantSource.system();
        private String nameClaim = "sub";
        private @Nullable String groupsClaim;
        private @Nullable KeySource keys;
        private BooleanSupplier hasKeys = () -> true;

        @FunctionalInterface
        private interface KeySource {
            JWKSource<SecurityContext> open() throws IOException;
        }

        private Builder(String issuer, String audience) {
            this.issuer = required("issuer", issuer);
            this.audience = required("audience", audience);
        }

        /**
         * Keys at an address (RFC 7517): kept, asked for again when they get old or a token names one that is not known, and
         * used a while longer when they cannot be had. Nothing is asked before the first token comes.
         *
         * @param url https, or http on a loopback address
         * @param transport stays the caller's
         */
        public Builder keys(URI url, Transport transport) {
            return keys(new PublishedKeys(url, transport));
        }

        Builder keys(PublishedKeys published) {
            keys = published::source;
            hasKeys = published::fetched;
            return this;
        }

        /** Keys in a file (RFC 7517), read once. */
        public Builder keys(Path file) {
            keys = () -> PublishedKeys.of(file);
            return this;
        }

        /**
         * The algorithms that count, by their names in RFC 7518. Default: RS256 and ES256.
         *
         * @throws IllegalArgumentException for what needs no private key to sign: none, HS256 and its like
         */
        public Builder algorithms(String... names) {
            Set<JWSAlgorithm> known = Set.of(
                    JWSAlgorithm.RS256,
                    JWSAlgorithm.RS384,
                    JWSAlgorithm.RS512,
                    JWSAlgorithm.PS256,
                    JWSAlgorithm.PS384,
                    JWSAlgorithm.PS512,
                    JWSAlgorithm.ES256,
                    JWSAlgorithm.ES384,
                    JWSAlgorithm.ES512);
            for (String name : names) {
                if (!known.contains(new JWSAlgorithm(name))) {
                    throw new IllegalArgumentException(
                            "algorithm " + name + ": expected RS, PS or ES with 256, 384 or 512");
                }
            }
            if (names.length == 0) {
                throw new IllegalArgumentException("without an algorithm no token counts");
            }
            algorithms = Set.of(names).stream().map(JWSAlgorithm::new).collect(Collectors.toSet());
            return this;
        }

        /** How far clocks may differ, up to 5 minutes. Default: 60 seconds. */
        public Builder clockSkew(Duration most) {
            if (most.isNegative() || most.compareTo(Duration.ofMinutes(5)) > 0) {
                throw new IllegalArgumentException("clockSkew takes 0 to 5 minutes, not " + most);
            }
            clockSkew = most;
            return this;
        }

        /** The claim that holds the name. Default: {@code sub}, the one that providers never give to another. */
        public Builder nameClaim(String claim) {
            nameClaim = required("nameClaim", claim);
            return this;
        }

        /** The claim that holds the groups, a text or a list of them. Default: none. */
        public Builder groupsClaim(String claim) {
            groupsClaim = required("groupsClaim", claim);
            return this;
        }

        /** Another clock. */
        public Builder clock(InstantSource other) {
            clock = Objects.requireNonNull(other, "other");
            return this;
        }

        /**
         * @throws IOException when a file of keys cannot be read
         * @throws IllegalArgumentException when it holds no keys, or a private one
         */
        public JwtBearer build() throws IOException {
            if (keys == null) {
                throw new IllegalStateException("no keys: call keys(url, transport) or keys(file) before build()");
            }
            return new JwtBearer(this, keys.open());
        }

        private static String required(String name, String value) {
            if (value.isBlank()) {
                throw new IllegalArgumentException(name + " is empty");
            }
            return value;
        }
    }
}
