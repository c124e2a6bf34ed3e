package io.github.registryproxy.login;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.github.registryproxy.Identity;
import io.github.registryproxy.transport.JdkTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JwtBearerTest {
    private static final Optional<Identity> ALICE = Optional.of(new Identity("alice", Set.of("dev", "ops")));

    private final MockWebServer provider = new MockWebServer();
    private JdkTransport transport;
    private volatile MockResponse keys = new MockResponse.Builder().code(503).build();
    private Instant now = Instant.now();
    private ECKey key;

    @TempDir
    private Path dir;

    @BeforeEach
    void start() throws Exception {
        transport = JdkTransport.builder().build();
        key = new ECKeyGenerator(Curve.P_256).keyID("one").generate();
        provider.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                return keys;
            }
        });
        provider.start(InetAddress.getLoopbackAddress(), 0);
        publish(key);
    }

    @AfterEach
    void stop() {
        transport.close();
        provider.close();
    }

    private void publish(JWK... some) {
        keys = new MockResponse.Builder()
                .addHeader("Content-Type", "application/jwk-set+json")
                .body(new JWKSet(List.of(some)).toString())
                .build();
    }

    private URI url() {
        return provider.url("/jwks").uri();
    }

    private JwtBearer.Builder builder() {
        return JwtBearer.builder("https://id.example", "registry")
                .keys(new PublishedKeys(url(), transport, Duration.ZERO))
                .groupsClaim("groups")
                .clock(() -> now);
    }

    private JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer("https://id.example")
                .audience(List.of("other", "registry"))
                .subject("alice")
                .claim("groups", List.of("dev", "ops"))
                .expirationTime(Date.from(now.plusSeconds(300)));
    }

    private static String signed(ECKey key, JWTClaimsSet claims) throws Exception {
        return signed(key, claims, new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()));
    }

    private static String signed(ECKey key, JWTClaimsSet claims, JWSHeader.Builder header) throws Exception {
        SignedJWT jwt = new SignedJWT(header.build(), claims);
        jwt.sign(new ECDSASigner(key));
        return jwt.serialize();
    }

    private static Optional<Identity> show(JwtBearer bearer, String token) throws IOException {
        return bearer.identify(new Proof.Bearer(token));
    }

    @Test
    void a_token_of_the_provider_names_somebody_and_groups() throws Exception {
        JwtBearer bearer = builder().build();
        String token = signed(key, claims().build());
        assertEquals(ALICE, show(bearer, token));
        assertEquals(ALICE, bearer.identify(new Proof.Password("oauth2", token)));
        assertEquals(1, provider.getRequestCount(), "keys are kept");
    }

    @Test
    void other_passwords_are_not_its_business_and_cost_nothing() throws Exception {
        assertEquals(Optional.empty(), builder().build().identify(new Proof.Password("alice", "a.b.c")));
        assertEquals(0, provider.getRequestCount());
    }

    @Test
    void the_name_may_stand_in_another_claim() throws Exception {
        JwtBearer bearer = builder().nameClaim("email").build();
        String token = signed(key, claims().claim("email", "a@example.com").build());
        assertEquals("a@example.com", show(bearer, token).orElseThrow().name());
        assertEquals(Optional.empty(), show(bearer, signed(key, claims().build())));
    }

    @Test
    void access_tokens_have_a_type_of_their_own() throws Exception {
        JWSHeader.Builder header = new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("one");
        JwtBearer bearer = builder().build();
        assertEquals(ALICE, show(bearer, signed(key, claims().build(), header.type(new JOSEObjectType("at+jwt")))));
        assertEquals(
                Optional.empty(),
                show(bearer, signed(key, claims().build(), header.type(new JOSEObjectType("logout+jwt")))));
    }

    @Test
    void forged_and_stale_tokens_are_nobody_s() throws Exception {
        JwtBearer bearer = builder().clockSkew(Duration.ofSeconds(30)).build();
        ECKey same = new ECKeyGenerator(Curve.P_256).keyID("one").generate();
        ECKey unknown = new ECKeyGenerator(Curve.P_256).keyID("two").generate();
        assertEquals(Optional.empty(), show(bearer, signed(same, claims().build())), "other key, known id");
        assertEquals(Optional.empty(), show(bearer, signed(unknown, claims().build())), "unknown id");
        assertEquals(
                Optional.empty(),
                show(
                        bearer,
                        signed(
                                same,
                                claims().build(),
                                new JWSHeader.Builder(JWSAlgorithm.ES256)
                                        .keyID("one")
                                        .jwk(same.toPublicJWK()))),
                "embedded key");
        assertEquals(
                Optional.empty(),
                show(
                        bearer,
                        signed(
                                same,
                                claims().build(),
                                new JWSHeader.Builder(JWSAlgorithm.ES256)
                                        .keyID("two")
                                        .jwkURL(URI.create("https://evil.example/jwks")))),
                "keys elsewhere");
        assertEquals(Optional.empty(), show(bearer, new PlainJWT(claims().build()).serialize()), "alg none");
        SignedJWT mac = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("one").build(), claims().build());
        mac.sign(new MACSigner(key.toPublicJWK().toJSONString()));
        assertEquals(Optional.empty(), show(bearer, mac.serialize()), "the public key as secret");
        assertEquals(Optional.empty(), show(bearer, "ey.not.one"), "no token");
        for (JWTClaimsSet claims : List.of(
                claims().expirationTime(Date.from(now.minusSeconds(31))).build(),
                claims().expirationTime(null).build(),
                claims().notBeforeTime(Date.from(now.plusSeconds(31))).build(),
                claims().audience("other").build(),
                claims().audience((String) null).build(),
                claims().issuer("https://id.example.evil").build(),
                claims().issuer(null).build(),
                claims().subject(null).build(),
                claims().subject("a\nb").build())) {
            assertEquals(Optional.empty(), show(bearer, signed(key, claims)), claims.toString());
        }
        assertEquals(
                ALICE,
                show(
                        bearer,
                        signed(
                                key,
                                claims().expirationTime(Date.from(now.minusSeconds(29)))
                                        .build())),
                "clocks differ");
    }

    @Test
    void an_algorithm_counts_when_it_is_listed() throws Exception {
        assertEquals(Optional.empty(), show(builder().algorithms("RS256").build(), signed(key, claims().build())));
        for (String symmetric : new String[] {"HS256", "none", "es256", ""}) {
            assertThrows(IllegalArgumentException.class, () -> builder().algorithms(symmetric));
        }
        assertThrows(IllegalArgumentException.class, () -> builder().algorithms());
    }

    @Test
    void a_new_key_is_found_when_a_token_names_it() throws Exception {
        JwtBearer bearer = builder().build();
        assertEquals(ALICE, show(bearer, signed(key, claims().build())));
        ECKey next = new ECKeyGenerator(Curve.P_256).keyID("two").generate();
        publish(next);
        assertEquals(ALICE, show(bearer, signed(next, claims().build())));
        assertEquals(Optional.empty(), show(bearer, signed(key, claims().build())), "the old one is gone");
    }

    @Test
    void strangers_do_not_make_us_ask_often() throws Exception {
        JwtBearer bearer = JwtBearer.builder("https://id.example", "registry")
                .keys(url(), transport)
                .groupsClaim("groups")
                .build();
        assertEquals(ALICE, show(bearer, signed(key, claims().build())));
        ECKey unknown = new ECKeyGenerator(Curve.P_256).keyID("two").generate();
        for (int i = 0; i < 20; i++) {
            assertEquals(Optional.empty(), show(bearer, signed(unknown, claims().build())));
        }
        assertTrue(provider.getRequestCount() <= 3, () -> provider.getRequestCount() + " questions");
        assertEquals(ALICE, show(bearer, signed(key, claims().build())));
    }

    @Test
    void a_provider_that_is_away_is_no_wrong_login() throws Exception {
        keys = new MockResponse.Builder().code(503).build();
        JwtBearer bearer = builder().build();
        String token = signed(key, claims().build());
        assertThrows(IOException.class, () -> show(bearer, token));
        publish(key);
        assertEquals(ALICE, show(bearer, token));
    }

    @Test
    void more_than_keys_can_be_is_not_read() throws Exception {
        keys = new MockResponse.Builder()
                .body("{\"keys\":[" + " ".repeat(300_000) + "]}")
                .build();
        String token = signed(key, claims().build());
        JwtBearer bearer = builder().build();
        assertThrows(IOException.class, () -> show(bearer, token));
    }

    @Test
    void a_redirect_to_keys_elsewhere_is_not_followed() throws Exception {
        keys = new MockResponse.Builder()
                .code(302)
                .addHeader("Location", "http://127.0.0.1:1/jwks")
                .build();
        String token = signed(key, claims().build());
        JwtBearer bearer = builder().build();
        assertThrows(IOException.class, () -> show(bearer, token));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://id.example/jwks", "ftp://127.0.0.1/jwks", "https://u:p@id.example/jwks", "jwks"})
    void keys_come_over_https_or_from_this_machine(String url) {
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> JwtBearer.builder("i", "a").keys(URI.create(url), transport))
                .getMessage();
        assertTrue(message.contains("expected https"), message);
    }

    @Test
    void keys_may_stand_in_a_file() throws Exception {
        Path file = dir.resolve("keys.json");
        Files.writeString(file, new JWKSet(key.toPublicJWK()).toString());
        assertEquals(ALICE, show(builder().keys(file).build(), signed(key, claims().build())));
        Files.writeString(file, new JWKSet(key).toString(false));
        assertTrue(assertThrows(
                        IllegalArgumentException.class,
                        () -> builder().keys(file).build())
                .getMessage()
                .contains("expected public keys alone"));
        Files.writeString(file, "-----BEGIN");
        assertThrows(IllegalArgumentException.class, () -> builder().keys(file).build());
        assertThrows(
                IllegalStateException.class, () -> JwtBearer.builder("i", "a").build());
    }

    @Test
    void token_over_16_KiB_is_not_read() throws Exception {
        JwtBearer people = builder().build();
        for (int padding : new int[] {8 * 1024, 16 * 1024}) {
            String token = signed(key, claims().claim("x", "x".repeat(padding)).build());
            Optional<Identity> expected = token.length() <= 16 * 1024 ? ALICE : Optional.empty();
            assertEquals(expected, people.identify(new Proof.Bearer(token)), () -> token.length() + " characters");
        }
    }
}
