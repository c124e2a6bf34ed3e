package io.github.registryproxy.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.cache.CallerRights.Kind;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Target;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallerRightsTest {
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
    private static final RepositoryName APP = new RepositoryName("app");
    private static final Digest DIGEST = Digest.parse("sha256:" + "a".repeat(64));

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5_000_000_000L);
    private final CallerRights rights =
            new CallerRights("hub", Duration.ofMinutes(15), nanos::get, Clock.fixed(NOW, ZoneOffset.UTC));

    private static RegistryRequest request(String path, String... headers) {
        return RegistryRequest.of(
                "GET",
                Target.parse("GET", path),
                Headers.of(headers),
                Body.empty(),
                new Client("192.0.2.7", URI.create("https://r.example.com")));
    }

    private static RegistryRequest from(String credential) {
        return request("/v2/app/blobs/" + DIGEST, HeaderNames.AUTHORIZATION, credential);
    }

    private Caller caller(String credential) {
        return rights.caller(from(credential), CacheAccess.SAME_CREDENTIAL);
    }

    private void grant(String credential) {
        rights.grant(caller(credential), from(credential), Kind.BLOB, APP, DIGEST);
    }

    private boolean mayRead(String credential) {
        return rights.mayRead(caller(credential), Kind.BLOB, APP, DIGEST);
    }

    private static String jwt(String claims) {
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        return "Bearer " + encoder.encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8)) + "."
                + encoder.encodeToString(claims.getBytes(StandardCharsets.UTF_8)) + ".c2ln";
    }

    private void refuse(Caller caller, String credential, int status) throws IOException {
        rights.watched(
                        caller,
                        asked -> RegistryResponse.of(
                                ErrorCode.DENIED.because("no").withStatus(status)))
                .handle(from(credential))
                .close();
    }

    @Test
    void a_right_is_for_one_credential_repository_digest_and_kind() {
        grant("Basic a");
        assertTrue(mayRead("Basic a"));
        assertFalse(mayRead("Basic b"));
        Caller caller = caller("Basic a");
        assertFalse(rights.mayRead(caller, Kind.MANIFEST, APP, DIGEST));
        assertFalse(rights.mayRead(caller, Kind.BLOB, new RepositoryName("other"), DIGEST));
        assertFalse(rights.mayRead(caller, Kind.BLOB, APP, Digest.parse("sha256:" + "b".repeat(64))));
    }

    @Test
    void a_right_ends_after_its_time_and_reading_does_not_prolong_it() {
        grant("Basic a");
        nanos.addAndGet(Duration.ofMinutes(14).toNanos());
        assertTrue(mayRead("Basic a"));
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        assertFalse(mayRead("Basic a"));
    }

    @Test
    void a_right_ends_with_the_token_that_it_was_given_for() {
        String token = jwt("{\"exp\":" + NOW.plusSeconds(60).getEpochSecond() + "}");
        grant(token);
        assertTrue(mayRead(token));
        nanos.addAndGet(Duration.ofSeconds(60).toNanos());
        assertFalse(mayRead(token));
    }

    @Test
    void a_token_that_has_ended_gives_no_right() {
        String token = jwt("{\"exp\":" + NOW.minusSeconds(1).getEpochSecond() + "}");
        grant(token);
        assertFalse(mayRead(token));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"exp\":99999999999}",
                "{\"exp\":1e300}",
                "{\"exp\":\"never\"}",
                "{}",
                "[]",
                "not json",
            })
    void no_token_prolongs_a_right(String claims) {
        grant(jwt(claims));
        assertTrue(mayRead(jwt(claims)));
        nanos.addAndGet(Duration.ofMinutes(15).toNanos());
        assertFalse(mayRead(jwt(claims)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer a.b", "Bearer ..", "Bearer a.%%.c", "Basic YTpi", "", "Bearer", "x"})
    void what_is_no_token_has_the_usual_end(String credential) {
        grant(credential);
        assertTrue(mayRead(credential));
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void a_refusal_ends_all_rights_of_that_credential_and_no_other_s(int status) throws IOException {
        grant("Basic a");
        grant("Basic b");
        refuse(caller("Basic a"), "Basic a", status);
        assertFalse(mayRead("Basic a"));
        assertTrue(mayRead("Basic b"));
        grant("Basic a");
        assertTrue(mayRead("Basic a"));
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 429, 500, 503})
    void another_status_ends_nothing(int status) throws IOException {
        grant("Basic a");
        refuse(caller("Basic a"), "Basic a", status);
        assertTrue(mayRead("Basic a"));
    }

    @Test
    void a_refusal_that_is_thrown_counts_too() {
        grant("Basic a");
        assertThrows(
                RuntimeException.class,
                () -> rights.watched(caller("Basic a"), asked -> {
                            throw ErrorCode.UNAUTHORIZED.because("no").asException();
                        })
                        .handle(from("Basic a")));
        assertFalse(mayRead("Basic a"));
    }

    @Test
    void an_answer_from_before_a_refusal_gives_no_right_after_it() throws IOException {
        Caller early = caller("Basic a");
        refuse(caller("Basic a"), "Basic a", 401);
        rights.grant(early, from("Basic a"), Kind.BLOB, APP, DIGEST);
        assertFalse(mayRead("Basic a"));
        assertFalse(caller("Basic a").isServedLike(early));
    }

    @Test
    void an_answer_from_before_a_removal_gives_no_right_after_it() {
        Caller early = caller("Basic a");
        grant("Basic a");
        rights.remove((repository, digest) -> repository.equals(APP));
        assertFalse(mayRead("Basic a"));
        rights.grant(early, from("Basic a"), Kind.BLOB, APP, DIGEST);
        assertFalse(mayRead("Basic a"));
        assertFalse(caller("Basic a").isServedLike(early));
    }

    @Test
    void a_version_check_without_credentials_ends_nothing() throws IOException {
        RegistryRequest ping = request("/v2/");
        RegistryRequest pull = request("/v2/app/blobs/" + DIGEST);
        Caller anonymous = rights.caller(pull, CacheAccess.SAME_CREDENTIAL);
        rights.grant(anonymous, pull, Kind.BLOB, APP, DIGEST);
        rights.watched(rights.caller(ping, CacheAccess.SAME_CREDENTIAL), asked -> RegistryResponse.of(401))
                .handle(ping)
                .close();
        assertTrue(rights.mayRead(anonymous, Kind.BLOB, APP, DIGEST));
    }

    @Test
    void recheck_remembers_nothing_and_shares_nothing() {
        Caller one = rights.caller(from("Basic a"), CacheAccess.RECHECK);
        rights.grant(one, from("Basic a"), Kind.BLOB, APP, DIGEST);
        assertFalse(rights.mayRead(one, Kind.BLOB, APP, DIGEST));
        assertFalse(mayRead("Basic a"));
        Caller two = rights.caller(from("Basic a"), CacheAccess.RECHECK);
        assertFalse(one.isServedLike(two));
        assertEquals(one.credential(), two.credential());
    }

    @Test
    void rights_are_bounded() {
        grant("Basic first");
        for (int i = 0; i < 10_001; i++) {
            grant("Basic " + i);
        }
        assertFalse(mayRead("Basic first"));
        assertTrue(mayRead("Basic 10000"));
        assertNotEquals(caller("Basic 1").credential(), caller("Basic 2").credential());
    }
}
