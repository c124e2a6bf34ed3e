package io.github.registryproxy.middleware;

import static io.github.registryproxy.auth.TestRegistry.BASIC;
import static io.github.registryproxy.auth.TestRegistry.pull;
import static io.github.registryproxy.auth.TestRegistry.request;
import static io.github.registryproxy.auth.TestRegistry.unauthorized;
import static io.github.registryproxy.auth.TestServer.header;
import static io.github.registryproxy.auth.TestServer.response;
import static io.github.registryproxy.auth.TestServer.status;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.auth.TestRegistry;
import io.github.registryproxy.auth.TestTransport;
import io.github.registryproxy.auth.TrustedRealms;
import io.github.registryproxy.transport.AddressRefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenGatewayTest {
    private static final String OURS = "http://proxy.example:8080/r/_token";

    private TestRegistry world;
    private RegistryProxy proxy;

    /** An answer, read and closed. */
    private record Answer(int status, io.github.registryproxy.Headers headers, String body) {}

    @BeforeEach
    void start() throws IOException {
        world = new TestRegistry();
        proxy = proxy(builder());
    }

    @AfterEach
    void every_response_was_closed() {
        assertEquals(0, world.open.get());
        world.close();
    }

    @Test
    void parity_the_realm_of_a_challenge_becomes_ours_service_and_scope_stay() throws IOException {
        Answer answer = ask(pull("team/app"));
        assertEquals(401, answer.status);
        assertEquals(
                List.of("Bearer realm=\"" + OURS + "\",service=\"fake\",scope=\"repository:team/app:pull\""),
                answer.headers.all("WWW-Authenticate"));
        assertTrue(answer.body.contains("UNAUTHORIZED"));
    }

    @Test
    void parity_the_token_endpoint_passes_the_clients_own_credentials_to_the_realm_found() throws IOException {
        ask(pull("app"));
        Answer answer = ask(withBasic(request(
                "GET",
                "/_token?service=fake&scope=repository:app:pull&account=ci&client_id=docker&offline_token=true")));
        assertEquals(200, answer.status);
        assertTrue(answer.body.contains("\"token\":\"tok-1\""));
        RecordedRequest question = world.realm.last();
        assertEquals(
                "/token?account=ci&client_id=docker&offline_token=true&service=fake&scope=repository:app:pull",
                question.getTarget());
        assertEquals(BASIC, header(question, "Authorization"));
        assertEquals(List.of("no-store"), answer.headers.all("Cache-Control"));
        assertEquals(List.of("application/json"), answer.headers.all("Content-Type"));
        assertEquals(2, answer.headers.size());
    }

    @Test
    void bug_3_the_realm_is_looked_for_when_the_first_client_needs_it() throws IOException {
        assertEquals(200, ask(request("GET", "/_token?scope=repository:app:pull")).status);
        assertEquals(200, ask(request("GET", "/_token?scope=repository:app:pull")).status);
        assertEquals(1, world.registry.seen().size());
        assertEquals("/v2/", world.registry.last().getTarget());
        assertEquals("", header(world.registry.last(), "Authorization"));
        assertEquals(
                "/token?service=fake&scope=repository:app:pull",
                world.realm.last().getTarget());
    }

    @Test
    void bug_3_an_open_registry_passes_and_gives_no_tokens() throws IOException {
        world.registry.answering(request -> response(200, "open"));
        assertEquals("open", ask(pull("app")).body);
        Answer answer = ask(request("GET", "/_token"));
        assertEquals(404, answer.status);
        assertTrue(answer.body.contains("UNSUPPORTED"));
    }

    @Test
    void bug_4_a_basic_realm_is_no_token_address_and_every_challenge_is_kept() throws IOException {
        world.registry.answering(request -> unauthorized(
                "Basic realm=\"My Registry\"",
                "Bearer realm=" + world.realm.url("/token") + ",service=fake",
                "Negotiate abc=="));
        assertEquals(
                List.of(
                        "Basic realm=\"My Registry\"",
                        "Bearer realm=\"" + OURS + "\",service=\"fake\"",
                        "Negotiate abc=="),
                ask(pull("app")).headers.all("WWW-Authenticate"));
        assertEquals(200, ask(request("GET", "/_token")).status);
    }

    @Test
    void bug_4_a_registry_with_basic_alone_passes_untouched() throws IOException {
        world.registry.answering(request -> unauthorized("Basic realm=\"My Registry\""));
        assertEquals(
                List.of("Basic realm=\"My Registry\""), ask(pull("app")).headers.all("WWW-Authenticate"));
        assertEquals(404, ask(request("GET", "/_token")).status);
    }

    @Test
    void bug_5_every_scope_survives_repeated_or_separated_by_spaces() throws IOException {
        ask(request("GET", "/_token?scope=repository:a:pull%20repository:b:pull&scope=repository:c:pull,push"));
        assertEquals(
                "/token?service=fake&scope=repository:a:pull&scope=repository:b:pull&scope=repository:c:pull,push",
                world.realm.last().getTarget());
    }

    @Test
    void bug_6_a_login_without_scope_is_forwarded_without_scope() throws IOException {
        assertEquals(200, ask(withBasic(request("GET", "/_token?account=ci&service=fake"))).status);
        assertEquals("/token?account=ci&service=fake", world.realm.last().getTarget());
    }

    @Test
    void bug_7_a_form_is_forwarded_by_post() throws IOException {
        String form = "grant_type=password&service=fake&client_id=docker&username=ci&password=w%2Bd&scope=";
        Answer answer = ask(post(form + "repository:a:pull%20registry:catalog:*%20repository:b:pull"));
        assertEquals(200, answer.status);
        RecordedRequest question = world.realm.last();
        assertEquals("POST", question.getMethod());
        assertEquals("/token", question.getTarget());
        assertEquals("application/x-www-form-urlencoded", header(question, "Content-Type"));
        assertEquals(
                form + "repository:a:pull%20repository:b:pull",
                question.getBody().utf8());
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 405})
    void bug_7_a_realm_without_post_tells_the_client_to_use_get(int status) throws IOException {
        world.realm.answering(request -> status(status));
        assertEquals(status, ask(post("grant_type=password")).status);
    }

    @Test
    void a_form_over_64_kib_goes_nowhere() throws IOException {
        assertEquals(413, ask(post("password=" + "x".repeat(64 * 1024))).status);
        assertEquals(0, world.realm.seen().size());
    }

    @Test
    void bug_8_the_query_of_the_realm_stays_and_wins() throws IOException {
        world.registry.answering(request -> unauthorized("Bearer realm=\"" + world.realm.url("/token?k=1") + "\""));
        ask(request("GET", "/_token?k=2&account=ci&scope=repository:a:pull"));
        assertEquals(
                "/token?k=1&account=ci&scope=repository:a:pull",
                world.realm.last().getTarget());
    }

    @Test
    void bug_13_the_realm_shown_is_the_address_the_client_knows_us_by() throws IOException {
        assertTrue(
                ask(pull("app")).headers.first("WWW-Authenticate").orElseThrow().contains(OURS));
    }

    @Test
    void bug_17_a_realm_that_moved_is_found_again() throws IOException {
        ask(request("GET", "/_token"));
        world.realm.answering(request -> status(503));
        assertEquals(502, ask(request("GET", "/_token")).status);
        world.registry.answering(request -> unauthorized(TestRegistry.bearerAt(world.stranger, request)));
        assertEquals(200, ask(request("GET", "/_token")).status);
        assertEquals(1, world.stranger.seen().size());
    }

    @Test
    void d11_scopes_that_nobody_mapped_are_dropped() throws IOException {
        ask(
                request(
                        "GET",
                        "/_token?scope=registry:catalog:*&scope=repository(plugin):x:pull&scope=repository:UP:pull&scope=junk&scope=repository:a:pull"));
        assertEquals(
                "/token?service=fake&scope=repository:a:pull",
                world.realm.last().getTarget());
        proxy = proxy(builder().allowCatalog(true));
        ask(request("GET", "/_token?scope=registry:catalog:*"));
        assertEquals(
                "/token?service=fake&scope=registry:catalog:*",
                world.realm.last().getTarget());
    }

    @Test
    void credentials_never_go_to_a_realm_nobody_listed() throws IOException {
        world.registry.answering(request -> unauthorized(TestRegistry.bearerAt(world.stranger, request)));
        for (RegistryRequest one : List.of(
                withBasic(request("GET", "/_token?scope=repository:a:pull")),
                request("GET", "/_token?refresh_token=s3cret"),
                post("grant_type=password&password=s3cret"))) {
            Answer answer = ask(one);
            assertEquals(403, answer.status);
            assertTrue(answer.body.contains("DENIED"));
            assertFalse(answer.body.contains("127.0.0.1"));
        }
        assertEquals(0, world.stranger.seen().size());
        assertEquals(200, ask(request("GET", "/_token?scope=repository:a:pull")).status);
        assertEquals("", header(world.stranger.last(), "Authorization"));
    }

    @Test
    void an_unlisted_realm_is_asked_only_where_the_address_policy_allows() throws IOException {
        world.registry.answering(request -> unauthorized(TestRegistry.bearerAt(world.stranger, request)));
        proxy = proxy(builder().unlistedAddresses((host, address) -> {
            throw new AddressRefusedException("private");
        }));
        assertEquals(502, ask(request("GET", "/_token")).status);
        assertEquals(0, world.stranger.seen().size());
    }

    @Test
    void a_hostile_challenge_of_one_repository_does_not_replace_a_trusted_realm() throws IOException {
        ask(pull("app"));
        world.registry.answering(request -> unauthorized(TestRegistry.bearerAt(world.stranger, request)));
        ask(pull("evil"));
        assertEquals(200, ask(withBasic(request("GET", "/_token"))).status);
        assertEquals(0, world.stranger.seen().size());
    }

    @ParameterizedTest
    @CsvSource({
        "200, <html>, 502",
        "200, {}, 502",
        "200, '[]', 502",
        "307, '', 502",
        "500, '', 502",
        "503, {}, 502",
        "401, {\"x\":1}, 401",
        "401, <html>, 401",
        "403, no, 403",
        "400, {\"error\":\"invalid_grant\"}, 400",
        "429, later, 429"
    })
    void answers_that_make_sense_pass_and_others_are_502(int status, String body, int expected) throws IOException {
        world.realm.answering(request -> response(
                status,
                body,
                "Location",
                world.stranger.url("/"),
                "Set-Cookie",
                "a=b",
                "Retry-After",
                "7",
                "WWW-Authenticate",
                "Basic realm=\"Their Login\"",
                "Content-Type",
                "text/html"));
        Answer answer = ask(request("GET", "/_token"));
        assertEquals(expected, answer.status);
        assertFalse(answer.headers.contains("Location"));
        assertFalse(answer.headers.contains("Set-Cookie"));
        assertFalse(answer.body.contains("<html>"));
        assertEquals(List.of("application/json"), answer.headers.all("Content-Type"));
        if (expected != 502) {
            assertEquals(List.of("7"), answer.headers.all("Retry-After"));
            assertEquals(List.of("Basic realm=\"Their Login\""), answer.headers.all("WWW-Authenticate"));
        }
        assertEquals(0, world.stranger.seen().size());
    }

    @Test
    void an_endless_token_answer_is_cut() throws IOException {
        world.realm.answering(request -> response(200, "{\"token\":\"tok\",\"more\":\"" + "A".repeat(2 << 20) + "\"}"));
        assertEquals(502, ask(request("GET", "/_token")).status);
    }

    @Test
    void a_silent_realm_is_504() throws IOException {
        try (TestRegistry slow = new TestRegistry(new TestTransport(Duration.ofMillis(500)))) {
            slow.realm.answering(request -> new mockwebserver3.MockResponse.Builder()
                    .onResponseStart(mockwebserver3.SocketEffect.Stall.INSTANCE)
                    .build());
            RegistryProxy impatient = RegistryProxy.builder()
                    .use(TokenGateway.builder(
                                    slow.transport,
                                    TrustedRealms.of(slow.registry.origin(), List.of(slow.realm.origin())))
                            .build())
                    .upstream(slow.wire())
                    .build();
            try (RegistryResponse response = impatient.handle(request("GET", "/_token"))) {
                assertEquals(504, response.status());
            }
        }
    }

    private TokenGateway.Builder builder() {
        return TokenGateway.builder(
                world.transport, TrustedRealms.of(world.registry.origin(), List.of(world.realm.origin())));
    }

    private RegistryProxy proxy(TokenGateway.Builder gateway) {
        return RegistryProxy.builder()
                .use(gateway.build())
                .upstream(world.wire())
                .build();
    }

    private Answer ask(RegistryRequest request) throws IOException {
        try (RegistryResponse response = proxy.handle(request)) {
            String body = new String(response.body().readAll(1 << 20), StandardCharsets.UTF_8);
            return new Answer(response.status(), response.headers(), body);
        }
    }

    private static RegistryRequest withBasic(RegistryRequest request) {
        return request.withHeaders(h -> h.and("Authorization", BASIC));
    }

    private static RegistryRequest post(String form) {
        return request("POST", "/_token").withBody(Body.of(form.getBytes(StandardCharsets.UTF_8)));
    }
}
