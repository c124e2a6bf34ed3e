package io.github.registryproxy.auth;

import static io.github.registryproxy.auth.TestRegistry.BASIC;
import static io.github.registryproxy.auth.TestRegistry.basic;
import static io.github.registryproxy.auth.TestRegistry.bearerAt;
import static io.github.registryproxy.auth.TestRegistry.pull;
import static io.github.registryproxy.auth.TestRegistry.request;
import static io.github.registryproxy.auth.TestRegistry.unauthorized;
import static io.github.registryproxy.auth.TestServer.header;
import static io.github.registryproxy.auth.TestServer.response;
import static io.github.registryproxy.auth.TestServer.status;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.RegistryError;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.transport.AddressRefusedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpstreamAuthTest {
    private static final String FOREIGN_TOKEN = "repository:other/secret:pull";

    private TestRegistry world;

    @BeforeEach
    void start() throws IOException {
        world = new TestRegistry();
    }

    @AfterEach
    void every_response_was_closed_and_never_two_were_open() {
        assertEquals(0, world.open.get());
        assertEquals(0, world.openAtCall.get());
        world.close();
    }

    @Test
    void a_bearer_challenge_is_answered_with_a_token_for_its_scope() throws IOException {
        UpstreamAuth auth = world.auth(basic()).build();
        assertEquals(200, world.status(auth, pull("team/app")));
        assertEquals(List.of("", "Bearer tok-1"), authorizations());
        RecordedRequest question = world.realm.last();
        assertEquals("/token?service=fake&scope=repository:team/app:pull", question.getTarget());
        assertEquals(BASIC, header(question, "Authorization"));
    }

    @Test
    void bug_2_a_configured_password_reaches_a_bearer_only_registry_through_the_token_exchange() throws IOException {
        assertEquals(200, world.status(world.auth(basic()).build(), pull("app")));
        assertFalse(world.registry.heard().contains("Basic "));
    }

    @Test
    void bug_3_an_open_registry_needs_no_challenge() throws IOException {
        world.registry.answering(request -> response(200, "open"));
        assertEquals(200, world.status(world.auth(basic()).build(), pull("app")));
        assertEquals(List.of(""), authorizations());
    }

    @Test
    void bug_8_the_query_a_realm_already_has_is_kept() throws IOException {
        world.registry.answering(request ->
                world.answer(request, "Bearer realm=\"" + world.realm.url("/token?k=1&x=%2f") + "\",service=\"fake\""));
        assertEquals(200, world.status(world.auth(basic()).build(), pull("app")));
        assertEquals(
                "/token?k=1&x=%2f&service=fake&scope=repository:app:pull",
                world.realm.last().getTarget());
    }

    @Test
    void once_known_the_scheme_needs_no_bare_request_and_the_token_is_used_again() throws IOException {
        UpstreamAuth auth = world.auth(basic()).build();
        world.status(auth, pull("app"));
        world.status(auth, pull("app"));
        world.status(auth, pull("other"));
        assertEquals(List.of("", "Bearer tok-1", "Bearer tok-1", "Bearer tok-2"), authorizations());
        assertEquals(2, world.realm.seen().size());
    }

    @Test
    void bug_17_a_realm_that_moves_is_followed_without_a_restart() throws IOException {
        UpstreamAuth auth = world.auth(basic())
                .trustedRealms(TrustedRealms.of(
                        world.registry.origin(), List.of(world.realm.origin(), world.stranger.origin())))
                .build();
        assertEquals(200, world.status(auth, pull("app")));
        world.realm.answering(request -> status(500));
        world.tokens.clear();
        world.registry.answering(request -> world.answer(request, bearerAt(world.stranger, request)));
        assertEquals(200, world.status(auth, pull("app")));
        assertEquals(200, world.status(auth, pull("new")));
        assertEquals(2, world.stranger.seen().size());
    }

    @Test
    void basic_is_answered_and_remembered() throws IOException {
        world.registry.answering(request -> header(request, "Authorization").equals(BASIC)
                ? status(200)
                : unauthorized("Basic realm=\"My Registry\""));
        UpstreamAuth auth = world.auth(basic()).build();
        assertEquals(200, world.status(auth, pull("app")));
        assertEquals(200, world.status(auth, pull("app")));
        assertEquals(List.of("", BASIC, BASIC), authorizations());
    }

    @Test
    void one_upstream_may_want_basic_here_and_bearer_there() throws IOException {
        world.registry.answering(request -> TestRegistry.repository(request).equals("plain")
                ? header(request, "Authorization").equals(BASIC) ? status(200) : unauthorized("Basic realm=\"x\"")
                : world.answer(request, world.bearer(request)));
        UpstreamAuth auth = world.auth(basic()).build();
        for (String name : List.of("plain", "app", "plain", "app")) {
            assertEquals(200, world.status(auth, pull(name)), name);
        }
        assertTrue(world.registry.seen().size() <= 8);
    }

    @Test
    void anonymous_gets_a_token_without_saying_who_asks() throws IOException {
        assertEquals(200, world.status(world.auth(Credentials.anonymous()).build(), pull("app")));
        assertEquals("", header(world.realm.last(), "Authorization"));
    }

    @Test
    void a_header_goes_to_the_registry_with_the_first_request_and_never_to_a_realm() throws IOException {
        UpstreamAuth auth = world.auth(Credentials.bearer("static-token")).build();
        assertEquals(401, world.status(auth, pull("app")));
        assertEquals(List.of("Bearer static-token"), authorizations());
        assertEquals(0, world.realm.seen().size());
    }

    @Test
    void c06_what_a_client_sends_as_authorization_goes_nowhere() throws IOException {
        RegistryRequest request = pull("app").withHeaders(h -> h.and("Authorization", "Basic Q0xJRU5U"));
        assertEquals(200, world.status(world.auth(basic()).build(), request));
        assertFalse((world.registry.heard() + world.realm.heard()).contains("Q0xJRU5U"));
    }

    @Test
    void an_identity_token_is_exchanged_by_post() throws IOException {
        UpstreamAuth auth = world.auth(Credentials.identityToken("refresh-me")).build();
        assertEquals(200, world.status(auth, pull("app")));
        RecordedRequest question = world.realm.last();
        assertEquals("POST", question.getMethod());
        assertEquals(
                "grant_type=refresh_token&service=fake&client_id=registry-proxy&refresh_token=refresh-me&scope=repository:app:pull",
                question.getBody().utf8());
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 405})
    void bug_7_a_token_server_without_post_is_asked_by_get(int status) throws IOException {
        world.realm.answering(request -> request.getMethod().equals("POST")
                ? status(status)
                : header(request, "Authorization").startsWith("Basic ")
                        ? response(200, "{\"token\":\"static\"}")
                        : status(401));
        world.tokens.put("static", List.of("repository:app:pull"));
        UpstreamAuth auth = world.auth(Credentials.identityToken("refresh-me")).build();
        assertEquals(200, world.status(auth, pull("app")));
    }

    @Test
    void bug_6_a_ping_asks_for_a_token_without_scope() throws IOException {
        assertEquals(200, world.status(world.auth(basic()).build(), request("GET", "/v2/")));
        assertEquals("/token?service=fake", world.realm.last().getTarget());
    }

    @Test
    void a_push_asks_for_pull_and_push() throws IOException {
        world.status(world.auth(basic()).build(), request("POST", "/v2/app/blobs/uploads/"));
        assertEquals(
                "/token?service=fake&scope=repository:app:pull,push",
                world.realm.last().getTarget());
    }

    @Test
    void a_mount_asks_for_its_source_as_well_one_parameter_each() throws IOException {
        String digest = "sha256:" + "a".repeat(64);
        world.status(
                world.auth(basic()).build(), request("POST", "/v2/app/blobs/uploads/?mount=" + digest + "&from=base"));
        assertEquals(
                "/token?service=fake&scope=repository:app:pull,push&scope=repository:base:pull",
                world.realm.last().getTarget());
    }

    @Test
    void a_challenge_that_wants_more_of_the_same_repository_gets_the_union_and_is_remembered() throws IOException {
        world.registry.answering(request -> {
            String token = header(request, "Authorization").replace("Bearer ", "");
            boolean enough =
                    world.tokens.getOrDefault(token, List.of()).stream().anyMatch(s -> s.contains("metadata_read"));
            return enough
                    ? status(200)
                    : unauthorized("Bearer realm=\"" + world.realm.url("/token")
                            + "\",scope=\"repository:app:metadata_read\",error=\"insufficient_scope\"");
        });
        UpstreamAuth auth = world.auth(basic()).build();
        assertEquals(200, world.status(auth, pull("app")));
        assertEquals(
                "/token?scope=repository:app:pull,metadata_read",
                world.realm.last().getTarget());
        assertEquals(200, world.status(auth, pull("app")));
        assertEquals(3, world.registry.seen().size());
        assertEquals(1, world.realm.seen().size());
    }

    @Test
    void a_challenge_cannot_make_the_proxy_ask_for_another_repository() throws IOException {
        world.registry.answering(request -> world.answer(
                request,
                "Bearer realm=\"" + world.realm.url("/token") + "\",scope=\"repository:app:pull " + FOREIGN_TOKEN
                        + " registry:catalog:*\""));
        assertEquals(200, world.status(world.auth(basic()).build(), pull("app")));
        assertEquals("/token?scope=repository:app:pull", world.realm.last().getTarget());
    }

    @Test
    void an_unknown_endpoint_below_a_repository_may_ask_for_that_one() throws IOException {
        world.registry.answering(request -> header(request, "Authorization").isEmpty()
                ? unauthorized("Bearer realm=\"" + world.realm.url("/token") + "\",scope=\"repository:app:pull "
                        + FOREIGN_TOKEN + "\"")
                : status(200));
        assertEquals(200, world.status(world.auth(basic()).build(), request("GET", "/v2/app/_ext/thing")));
        assertEquals("/token?scope=repository:app:pull", world.realm.last().getTarget());
    }

    @Test
    void a_cached_token_that_is_refused_is_dropped_fetched_once_and_tried_once() throws IOException {
        UpstreamAuth auth = world.auth(basic()).build();
        world.status(auth, pull("app"));
        world.tokens.clear();
        assertEquals(200, world.status(auth, pull("app")));
        assertEquals(List.of("", "Bearer tok-1", "Bearer tok-1", "Bearer tok-2"), authorizations());
    }

    @Test
    void an_old_token_that_is_forbidden_is_renewed_once_a_young_one_is_not() throws IOException {
        AtomicLong now = new AtomicLong();
        UpstreamAuth auth =
                world.auth(basic()).clocks(InstantSource.system(), now::get).build();
        world.status(auth, pull("app"));
        world.registry.answering(request -> status(403));
        assertEquals(403, world.status(auth, pull("app")));
        assertEquals(403, world.status(auth, pull("app")));
        assertEquals(1, world.realm.seen().size());
        world.registry.answering(request -> world.answer(request, world.bearer(request)));
        world.status(auth, pull("app"));
        now.addAndGet(Duration.ofSeconds(30).toNanos());
        world.registry.answering(request -> status(403));
        int before = world.registry.seen().size();
        assertEquals(403, world.status(auth, pull("app")));
        assertEquals(2, world.registry.seen().size() - before);
    }

    @Test
    void a_registry_that_is_never_convinced_is_asked_three_times_at_most_and_answers_for_itself() throws IOException {
        world.registry.answering(request -> unauthorized(world.bearer(request)));
        UpstreamAuth auth = world.auth(basic()).build();
        assertEquals(401, world.status(auth, pull("app")));
        assertTrue(
                world.registry.seen().size() <= 3, () -> world.registry.seen().size() + " requests");
        assertTrue(world.realm.seen().size() <= 2);
    }

    @Test
    void a_registry_that_wants_more_each_time_is_asked_three_times() throws IOException {
        world.registry.answering(request -> unauthorized("Bearer realm=\"" + world.realm.url("/token")
                + "\",scope=\"repository:app:more" + world.registry.seen().size() + "\""));
        assertEquals(401, world.status(world.auth(basic()).build(), pull("app")));
        assertEquals(3, world.registry.seen().size());
        assertEquals(2, world.realm.seen().size());
    }

    @Test
    void rotated_credentials_work_without_a_restart() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        CredentialsProvider rotating = new CredentialsProvider() {
            private volatile Credentials now = Credentials.basic("ci", "yesterday");

            @Override
            public Credentials get() {
                return now;
            }

            @Override
            public void rejected(Credentials credentials) {
                asked.incrementAndGet();
                now = basic();
            }
        };
        UpstreamAuth auth = world.auth(basic()).credentials(rotating).build();
        assertEquals(200, world.status(auth, pull("app")));
        assertEquals(1, asked.get());
        assertEquals(2, world.realm.seen().size());
    }

    @Test
    void rotated_basic_credentials_work_without_a_restart() throws IOException {
        world.registry.answering(request ->
                header(request, "Authorization").equals(BASIC) ? status(200) : unauthorized("Basic realm=\"x\""));
        AtomicInteger asked = new AtomicInteger();
        CredentialsProvider rotating =
                () -> asked.getAndIncrement() == 0 ? Credentials.basic("ci", "yesterday") : basic();
        assertEquals(200, world.status(world.auth(basic()).credentials(rotating).build(), pull("app")));
        assertEquals(3, world.registry.seen().size());
    }

    @Test
    void credentials_the_token_server_refuses_are_denied_without_naming_it() throws IOException {
        RegistryError error =
                refusal(world.auth(Credentials.basic("ci", "wrong-word")).build(), pull("app"));
        assertEquals(ErrorCode.DENIED, error.code());
        assertEquals(403, error.status());
        assertFalse(error.message().contains("127.0.0.1"));
        assertFalse(error.message().contains("wrong-word"));
    }

    @Test
    void a_body_that_can_be_read_once_is_sent_only_when_the_scheme_is_known() throws IOException {
        UpstreamAuth auth = world.auth(basic()).build();
        assertEquals(200, world.status(auth, upload()));
        assertEquals("GET", world.registry.seen().get(0).getMethod());
        assertEquals(List.of("", "Bearer tok-1"), authorizations());
        assertEquals("chunk", world.registry.seen().get(1).getBody().utf8());
    }

    @Test
    void a_body_that_was_read_is_not_sent_again() throws IOException {
        world.registry.answering(
                request -> request.getMethod().equals("GET") ? status(200) : unauthorized(world.bearer(request)));
        assertEquals(401, world.status(world.auth(basic()).build(), upload()));
        assertEquals(2, world.registry.seen().size());
    }

    @Test
    void a_token_that_is_refused_with_such_a_body_is_not_used_again() throws IOException {
        UpstreamAuth auth = world.auth(basic()).build();
        assertEquals(200, world.status(auth, upload()));
        world.registry.answering(request -> header(request, "Authorization").equals("Bearer tok-1")
                ? unauthorized(world.bearer(request))
                : status(202));
        assertEquals(401, world.status(auth, upload()));
        assertEquals(202, world.status(auth, upload()));
    }

    @Test
    void such_a_body_is_not_spent_when_there_is_no_token() throws IOException {
        world.realm.answering(request -> status(500));
        assertEquals(502, refusal(world.auth(basic()).build(), upload()).status());
        assertEquals(
                List.of("GET"),
                world.registry.seen().stream().map(RecordedRequest::getMethod).toList());
    }

    @Test
    void an_open_registry_is_probed_once() throws IOException {
        world.registry.answering(request -> status(200));
        UpstreamAuth auth = world.auth(basic()).build();
        world.status(auth, upload());
        world.status(auth, upload());
        assertEquals(3, world.registry.seen().size());
    }

    @Test
    void e01_a_realm_on_a_foreign_host_gets_nothing() throws IOException {
        world.registry.answering(request -> world.answer(request, bearerAt(world.stranger, request)));
        for (Credentials credentials : List.of(basic(), Credentials.identityToken("refresh-me"))) {
            RegistryError error = refusal(world.auth(credentials).build(), pull("app"));
            assertEquals(502, error.status());
            assertEquals(ErrorCode.UNAVAILABLE, error.code());
        }
        assertEquals(0, world.stranger.seen().size());
    }

    @Test
    void a_foreign_realm_of_one_repository_does_not_harm_the_others() throws IOException {
        world.registry.answering(request -> world.answer(
                request,
                TestRegistry.repository(request).equals("evil")
                        ? bearerAt(world.stranger, request)
                        : world.bearer(request)));
        UpstreamAuth auth = world.auth(basic()).build();
        assertEquals(502, refusal(auth, pull("evil")).status());
        assertEquals(200, world.status(auth, pull("app")));
        assertEquals(200, world.status(auth, pull("evil")), "with a token of the realm that is trusted");
        assertEquals(0, world.stranger.seen().size());
    }

    @Test
    void anonymous_may_ask_an_unlisted_realm_where_the_address_policy_allows() throws IOException {
        world.registry.answering(request -> world.answer(request, bearerAt(world.stranger, request)));
        assertEquals(200, world.status(world.auth(Credentials.anonymous()).build(), pull("app")));
        assertEquals("", header(world.stranger.last(), "Authorization"));
        UpstreamAuth strict = world.auth(Credentials.anonymous())
                .unlistedAddresses((host, address) -> {
                    throw new AddressRefusedException("private");
                })
                .build();
        assertEquals(502, refusal(strict, pull("app")).status());
        assertEquals(1, world.stranger.seen().size());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            value = {
                "Bearer realm=\"http://169.254.169.254/latest/meta-data/\"",
                "Bearer realm=\"file:///etc/passwd\"",
                "Bearer realm=\"/token\"",
                "Bearer realm=\"http://127.0.0.1/%0d%0aX-Injected: 1\"",
                "Bearer realm=\"http://127.0.0.1/%0d%0aX-Injected\"",
                "Bearer realm=\"http://ci@127.0.0.1/token\"",
                "Bearer realm=\"http://127.0.0.1/token#x\"",
                "Bearer realm=\"\"",
            })
    void e02_e03_realms_that_must_not_be_contacted_are_502(String challenge) throws IOException {
        world.registry.answering(request -> unauthorized(challenge));
        assertEquals(502, refusal(world.auth(basic()).build(), pull("app")).status());
        assertEquals(1, world.registry.seen().size());
    }

    @Test
    void e02_a_realm_that_is_the_registry_itself_gives_no_token() throws IOException {
        world.registry.answering(request -> request.getTarget().startsWith("/v2/?")
                ? response(200, "{}")
                : unauthorized("Bearer realm=\"" + world.registry.url("/v2/") + "\",service=\"fake\""));
        assertEquals(502, refusal(world.auth(basic()).build(), pull("app")).status());
    }

    @Test
    void e02_a_401_without_a_challenge_comes_back_as_it_is() throws IOException {
        world.registry.answering(request -> unauthorized());
        assertEquals(401, world.status(world.auth(basic()).build(), pull("app")));
        assertEquals(1, world.registry.seen().size());
    }

    @Test
    void e04_bug_4_unquoted_lower_case_and_several_challenges_work() throws IOException {
        String realm = world.realm.url("/token");
        for (String[] challenges : new String[][] {
            {"Bearer realm=" + realm + ",service=fake"},
            {"bearer REALM=\"" + realm + "\" , service=\"fake\""},
            {"Basic realm=\"x\", Bearer realm=\"" + realm + "\",service=\"fake\""},
            {"Basic realm=\"My Registry\"", "Negotiate", "Bearer realm=\"" + realm + "\""},
        }) {
            world.registry.answering(request -> world.answer(request, challenges));
            assertEquals(200, world.status(world.auth(basic()).build(), pull("app")), challenges[0]);
        }
        assertFalse(world.registry.heard().contains("Basic "));
    }

    @ParameterizedTest
    @CsvSource({
        "500, '', 502", "503, '', 502", "404, '', 502", "403, '', 403", "401, '', 403", "307, '', 502",
        "200, '', 502", "200, <html>, 502", "200, {}, 502", "200, token=abc, 502", "200, '[]', 502", "429, '', 429"
    })
    void e06_broken_token_endpoints_are_not_asked_again_and_again(int status, String body, int expected)
            throws IOException {
        world.realm.answering(request -> response(status, body, "Location", world.stranger.url("/token")));
        UpstreamAuth auth = world.auth(basic()).build();
        assertEquals(expected, refusal(auth, pull("app")).status());
        assertTrue(world.realm.seen().size() <= 2);
        assertTrue(world.registry.seen().size() <= 2);
        assertEquals(0, world.stranger.seen().size());
    }

    @Test
    void e06_a_token_endpoint_that_breaks_later_is_asked_no_more_often() throws IOException {
        UpstreamAuth auth = world.auth(basic()).build();
        world.status(auth, pull("app"));
        int registry = world.registry.seen().size();
        world.realm.answering(request -> status(500));
        assertEquals(502, refusal(auth, pull("other")).status());
        assertEquals(3, world.realm.seen().size());
        assertEquals(1, world.registry.seen().size() - registry);
    }

    @Test
    void e06_a_wrong_scope_leads_to_no_loop() throws IOException {
        world.realm.answering(request -> response(200, "{\"token\":\"foreign\",\"expires_in\":300}"));
        world.tokens.put("foreign", List.of(FOREIGN_TOKEN));
        assertEquals(401, world.status(world.auth(basic()).build(), pull("app")));
        assertEquals(2, world.registry.seen().size());
        assertEquals(1, world.realm.seen().size());
    }

    @Test
    void e06_an_endless_token_is_cut() throws IOException {
        world.realm.answering(request -> response(200, "{\"token\":\"tok\",\"more\":\"" + "A".repeat(2 << 20) + "\"}"));
        assertEquals(502, refusal(world.auth(basic()).build(), pull("app")).status());
        assertEquals(1, world.realm.seen().size());
    }

    @Test
    void e06_a_silent_token_server_is_504_after_one_try() throws IOException {
        try (TestRegistry slow = new TestRegistry(new TestTransport(Duration.ofMillis(500)))) {
            slow.realm.answering(request -> new mockwebserver3.MockResponse.Builder()
                    .onResponseStart(mockwebserver3.SocketEffect.Stall.INSTANCE)
                    .build());
            RegistryError error = refusal(slow, slow.auth(basic()).build(), pull("app"));
            assertEquals(504, error.status());
            assertEquals(1, slow.realm.seen().size());
        }
    }

    @Test
    void e06_a_token_server_that_is_gone_is_502() throws IOException {
        world.realm.close();
        assertEquals(502, refusal(world.auth(basic()).build(), pull("app")).status());
    }

    @ParameterizedTest
    @CsvSource({"429, 7, 429, 7", "503, 120, 503, 120", "429, 99999999999, 429, 86400", "429, soon, 429, -1"})
    void e06_retry_after_is_passed_on_within_a_day(int status, String wait, int expected, long seconds)
            throws IOException {
        world.realm.answering(request -> status(status, "Retry-After", wait));
        RegistryError error = refusal(world.auth(basic()).build(), pull("app"));
        assertEquals(expected, error.status());
        assertEquals(seconds, error.retryAfter().map(Duration::toSeconds).orElse(-1L));
        assertEquals(1, world.realm.seen().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ",\"expires_in\":0",
                ",\"expires_in\":-1",
                ",\"expires_in\":60,\"issued_at\":\"2020-01-01T00:00:00Z\"",
            })
    void e08_a_token_without_life_serves_one_request_and_is_not_kept(String life) throws IOException {
        world.setLife(life);
        UpstreamAuth auth = world.auth(basic()).build();
        assertEquals(200, world.status(auth, pull("app")));
        assertEquals(200, world.status(auth, pull("app")));
        assertEquals(List.of("", "Bearer tok-1", "Bearer tok-2"), authorizations());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"token\":\"t\"}", "{\"access_token\":\"t\"}", "{\"token\":\"\",\"access_token\":\"t\"}"})
    void e08_a_missing_life_time_is_a_minute(String document) throws IOException {
        AtomicLong now = new AtomicLong();
        world.realm.answering(request -> response(200, document));
        world.tokens.put("t", List.of("repository:app:pull"));
        UpstreamAuth auth =
                world.auth(basic()).clocks(InstantSource.system(), now::get).build();
        world.status(auth, pull("app"));
        now.addAndGet(Duration.ofSeconds(45).toNanos());
        assertEquals(200, world.status(auth, pull("app")));
        assertEquals(1, world.realm.seen().size());
        now.addAndGet(Duration.ofSeconds(15).toNanos());
        assertEquals(200, world.status(auth, pull("app")));
        assertEquals(2, world.realm.seen().size());
    }

    @Test
    void e10_a_token_is_used_only_for_the_repository_it_was_made_for() throws IOException {
        UpstreamAuth auth = world.auth(basic()).build();
        for (int round = 0; round < 2; round++) {
            for (String name : List.of("a", "b", "a/b", "c")) {
                assertEquals(200, world.status(auth, pull(name)));
            }
        }
        for (RecordedRequest request : world.registry.seen()) {
            String token = header(request, "Authorization").replace("Bearer ", "");
            String scope = "repository:" + TestRegistry.repository(request) + ":pull";
            assertTrue(token.isEmpty() || world.tokens.get(token).equals(List.of(scope)), scope);
        }
        assertEquals(4, world.realm.seen().size());
    }

    @Test
    void secrets_are_in_no_text() {
        Credentials all = basic();
        String text = all + " " + Credentials.header("Bearer planted-word") + Credentials.identityToken("planted-word")
                + new Token("planted-word", 0, 0, 0)
                + Proof.basic((Credentials.Basic) all)
                + TokenCache.Key.of(
                        "http://r",
                        all,
                        new TokenQuestion(
                                new Realm(URI.create("http://r/t?sig=planted-word")),
                                java.util.Optional.empty(),
                                List.of()));
        assertFalse(text.contains("planted-word"), text);
    }

    private static RegistryRequest upload() {
        byte[] chunk = "chunk".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        return request("PATCH", "/v2/app/blobs/uploads/7")
                .withBody(Body.of(new ByteArrayInputStream(chunk), OptionalLong.of(chunk.length)));
    }

    private RegistryError refusal(UpstreamAuth auth, RegistryRequest request) {
        return refusal(world, auth, request);
    }

    private static RegistryError refusal(TestRegistry world, UpstreamAuth auth, RegistryRequest request) {
        return assertThrows(RegistryException.class, () -> world.status(auth, request))
                .error();
    }

    private List<String> authorizations() {
        return world.registry.seen().stream()
                .map(request -> header(request, "Authorization"))
                .collect(Collectors.toList());
    }
}
