package io.github.registryproxy.login;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.github.registryproxy.Identity;
import io.github.registryproxy.protocol.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class AccessTokensTest {
    private static final Optional<Identity> ALICE = Optional.of(new Identity("alice", Set.of("dev")));
    private static final List<Scope> PULL = Scope.parseAll("repository:team/app:pull registry:catalog:*");

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final byte[] key = key(1);
    private final AccessTokens tokens = with(key);

    private static byte[] key(int seed) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) seed);
        return key;
    }

    private AccessTokens with(byte[] key) {
        return AccessTokens.builder()
                .service("r.example")
                .key(key)
                .clock(() -> now)
                .build();
    }

    private AccessTokens.State state(String token) {
        return tokens.check(token).state();
    }

    private String kid() throws Exception {
        return SignedJWT.parse(tokens.issue(ALICE, PULL).token()).getHeader().getKeyID();
    }

    private JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer("r.example")
                .audience("r.example")
                .subject("mallory")
                .notBeforeTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)));
    }

    private static String signed(JWSHeader header, JWTClaimsSet claims, byte[] key) throws Exception {
        SignedJWT jwt = new SignedJWT(header, claims);
        jwt.sign(new MACSigner(key));
        return jwt.serialize();
    }

    private JWSHeader.Builder header() throws Exception {
        return new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(kid());
    }

    @Test
    void a_token_says_again_who_may_what() {
        AccessTokens.Checked checked = tokens.check(tokens.issue(ALICE, PULL).token());
        assertEquals(new AccessTokens.Checked(AccessTokens.State.GOOD, ALICE, PULL), checked);
    }

    @Test
    void a_token_for_nobody_known_is_nobody_s() {
        assertEquals(
                Optional.empty(),
                tokens.check(tokens.issue(Optional.empty(), PULL).token()).who());
    }

    @Test
    void what_we_sign_by_hand_counts_so_that_the_forgeries_below_fail_for_their_own_reason() throws Exception {
        assertEquals(AccessTokens.State.GOOD, state(signed(header().build(), claims().build(), key)));
    }

    @Test
    void another_key_is_not_ours_under_whichever_id() throws Exception {
        String other = with(key(2)).issue(ALICE, PULL).token();
        assertEquals(AccessTokens.State.NOT_OURS, state(other));
        assertEquals(AccessTokens.State.NOT_OURS, state(signed(header().build(), claims().build(), key(2))));
    }

    @Test
    void an_unknown_key_id_or_none_is_not_ours() throws Exception {
        for (String id : new String[] {"other", null}) {
            JWSHeader header =
                    new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(id).build();
            assertEquals(AccessTokens.State.NOT_OURS, state(signed(header, claims().build(), key)));
        }
    }

    @Test
    void a_token_ends_with_its_time() {
        String token = tokens.issue(ALICE, PULL).token();
        now = now.plusSeconds(299);
        assertEquals(AccessTokens.State.GOOD, state(token));
        now = now.plusSeconds(1);
        assertEquals(AccessTokens.State.EXPIRED, state(token));
        assertEquals(List.of(), tokens.check(token).scopes());
    }

    @Test
    void a_token_without_an_end_or_from_the_future_does_not_count() throws Exception {
        JWTClaimsSet endless = claims().expirationTime(null).build();
        JWTClaimsSet always = claims().notBeforeTime(null).build();
        JWTClaimsSet future =
                claims().notBeforeTime(Date.from(now.plusSeconds(60))).build();
        for (JWTClaimsSet claims : List.of(endless, always, future)) {
            assertEquals(AccessTokens.State.NOT_OURS, state(signed(header().build(), claims, key)));
        }
    }

    @Test
    void another_audience_or_issuer_is_not_ours() throws Exception {
        for (JWTClaimsSet claims : List.of(
                claims().audience("other.example").build(),
                claims().audience(List.of("r.example", "other.example")).build(),
                claims().audience((String) null).build(),
                claims().issuer("other.example").build())) {
            assertEquals(AccessTokens.State.NOT_OURS, state(signed(header().build(), claims, key)));
        }
    }

    @Test
    void an_embedded_key_signs_nothing() throws Exception {
        RSAKey own = new RSAKeyGenerator(2048).keyID(kid()).generate();
        SignedJWT rsa = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .keyID(kid())
                        .jwk(own.toPublicJWK())
                        .build(),
                claims().build());
        rsa.sign(new RSASSASigner(own));
        assertEquals(AccessTokens.State.NOT_OURS, state(rsa.serialize()));
        OctetSequenceKey secret = new OctetSequenceKey.Builder(key(3)).build();
        assertThrows(
                IllegalArgumentException.class,
                () -> new JWSHeader.Builder(JWSAlgorithm.HS256).jwk(secret).build());
    }

    @Test
    void another_algorithm_or_none_is_not_ours() throws Exception {
        String hs384 = signed(
                new JWSHeader.Builder(JWSAlgorithm.HS384).keyID(kid()).build(),
                claims().build(),
                Arrays.copyOf(key, 48));
        assertEquals(AccessTokens.State.NOT_OURS, state(hs384));
        assertEquals(AccessTokens.State.NOT_OURS, state(new PlainJWT(claims().build()).serialize()));
    }

    @Test
    void a_critical_field_that_we_do_not_know_is_not_passed_over() throws Exception {
        JWSHeader header = header().criticalParams(Set.of("x-limits"))
                .customParam("x-limits", "none")
                .build();
        assertEquals(AccessTokens.State.NOT_OURS, state(signed(header, claims().build(), key)));
    }

    @Test
    void a_changed_byte_or_anything_else_is_not_ours() {
        String token = tokens.issue(ALICE, PULL).token();
        int dot = token.indexOf('.');
        String other =
                token.substring(0, dot + 5) + (token.charAt(dot + 5) == 'A' ? 'B' : 'A') + token.substring(dot + 6);
        for (String text : List.of(other, token + "x", "", ".", "..", "a.b.c", "{}", token.substring(0, dot) + "..")) {
            assertEquals(AccessTokens.State.NOT_OURS, state(text), text);
        }
    }

    @Test
    void while_keys_change_both_count() {
        String before = tokens.issue(ALICE, PULL).token();
        AccessTokens next = AccessTokens.builder()
                .service("r.example")
                .key(key(2))
                .alsoAccept(key)
                .clock(() -> now)
                .build();
        assertEquals(AccessTokens.State.GOOD, next.check(before).state());
        assertEquals(
                AccessTokens.State.GOOD,
                next.check(next.issue(ALICE, PULL).token()).state());
        assertEquals(AccessTokens.State.NOT_OURS, state(next.issue(ALICE, PULL).token()));
    }

    @Test
    void without_a_key_tokens_end_with_the_process() {
        AccessTokens one = AccessTokens.builder().build();
        AccessTokens two = AccessTokens.builder().build();
        String token = one.issue(ALICE, PULL).token();
        assertEquals(AccessTokens.State.GOOD, one.check(token).state());
        assertEquals(AccessTokens.State.NOT_OURS, two.check(token).state());
    }

    @Test
    void a_short_key_and_a_short_life_are_refused() {
        assertThrows(
                IllegalArgumentException.class, () -> AccessTokens.builder().key(new byte[31]));
        assertThrows(
                IllegalArgumentException.class, () -> AccessTokens.builder().lifetime(Duration.ofSeconds(59)));
        assertThrows(
                IllegalArgumentException.class, () -> AccessTokens.builder().service("a \"b\""));
    }
}
