package io.github.registryproxy.login;

import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Date;
import java.util.Set;

/** Issuer, audience, expiry (which must be there) and not-before of a token, by our clock. */
final class Claims extends DefaultJWTClaimsVerifier<SecurityContext> {
    private final InstantSource clock;

    Claims(String issuer, String audience, Duration skew, InstantSource clock) {
        super(audience, new JWTClaimsSet.Builder().issuer(issuer).build(), Set.of("exp"));
        setMaxClockSkew((int) skew.toSeconds());
        this.clock = clock;
    }

    @Override
    protected Date currentTime() {
        return Date.from(clock.instant());
    }
}
