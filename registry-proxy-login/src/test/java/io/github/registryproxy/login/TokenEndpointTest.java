package io.github.registryproxy.login;

import static io.github.registryproxy.login.Requests.DIGEST;
import static io.github.registryproxy.login.Requests.as;
import static io.github.registryproxy.login.Requests.bearer;
import static io.github.registryproxy.login.Requests.get;
import static io.github.registryproxy.login.Requests.request;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.Identity;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.document.TokenGrant;
import io.github.registryproxy.login.Requests.Answer;
import io.github.registryproxy.policy.Rules;
import io.github.registryproxy.protocol.Access;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Scope;
import java.io.IOException;
import java.net.URLEncoder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class TokenEndpointTest {
    private static final String REALM = "Bearer realm=\"https://r.example:8443/mount/_token\",service=\"r.example\"";
    private static final String PULL = "/v2/team/app/manifests/1";

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final Requests registry = new Requests();
    private final List<String> audit = new ArrayList<>();
    private final AccessTokens tokens =
            AccessTokens.builder().service("r.example").clock(() -> now).build();
    private final AccessRules rules = AccessRules.builder()
            .allow(Who.anybody(), name -> name.value().startsWith("public/"), Access.PULL)
            .allow(Who.loggedIn(), Access.PULL)
            .allow(Who.group("ci"), name -> name.value().startsWith("team/"), Access.PUSH)
            .build();
    private final RequireLogin login = RequireLogin.builder(rules)
            .authenticator(proof ->
                    proof instanceof Proof.Password p && p.password().equals("rightrobot")
                            ? Optional.of(new Identity("robot", Set.of("ci", "x".repeat(200))))
                            : Optional.empty())
            .authenticator(Requests.people("alice"))
            .tokens(tokens)
            .audit((request, policy, rule) -> audit.add(rule))
            .build();

    private Answer ask(RegistryRequest request) throws IOException {
        return registry.ask(login, request);
    }

    private String token(String name, String... scopes) throws IOException {
        return ask(as(name, "right" + name, get("/_token?service=r.example&scope=" + String.join("&scope=", scopes))))
                .token();
    }

    private static RegistryRequest form(String... fields) {
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < fields.length; i += 2) {
            body.append(fields[i])
                    .append('=')
                    .append(URLEncoder.encode(fields[i + 1], UTF_8))
                    .append('&');
        }
        return request("POST", "/_token")
                .withBody(Body.of(body.substring(0, body.length() - 1).getBytes(UTF_8)));
    }

    @Test
    void without_a_token_clients_are_sent_here_by_the_address_they_came_by() throws IOException {
        assertEquals(REALM, ask(get("/v2/")).challenge());
        assertEquals(
                REALM + ",scope=\"repository:team/app:pull\"", ask(get(PULL)).challenge());
        assertEquals(
                REALM + ",scope=\"repository:team/app:pull,push repository:base:pull\"",
                ask(request("POST", "/v2/team/app/blobs/uploads/?from=base&mount=" + DIGEST))
                        .challenge());
        assertEquals(
                REALM + ",scope=\"registry:catalog:*\"",
                ask(get("/v2/_catalog")).challenge());
    }

    @Test
    void a_token_lets_one_do_what_was_asked_and_is_allowed() throws IOException {
        String token = token("alice", "repository:team/app:pull,push");
        assertEquals(200, ask(bearer(token, get(PULL))).status());
        assertEquals(
                Identity.of("alice"), registry.last().get(Identity.ATTRIBUTE).orElseThrow());
        assertFalse(registry.last().headers().contains("Authorization"));
        assertEquals(403, ask(bearer(token, request("PUT", PULL))).status(), "alice may not push");
        assertEquals(200, ask(bearer(token, get("/v2/"))).status());
    }

    @Test
    void the_answer_is_what_the_specification_says() throws IOException {
        Answer answer = ask(as("alice", "rightalice", get("/_token?scope=repository:team/app:pull,push")));
        assertEquals(200, answer.status());
        assertEquals("no-store", answer.headers().first("Cache-Control").orElse(""));
        assertEquals("application/json", answer.headers().first("Content-Type").orElse(""));
        TokenGrant grant = TokenGrant.parse(answer.body().getBytes(UTF_8), now).orElseThrow();
        assertEquals(Duration.ofSeconds(300), grant.lifetime());
        assertTrue(answer.body().contains("\"access_token\":\"" + answer.token() + "\""), answer.body());
        assertTrue(answer.body().contains("\"scope\":\"repository:team/app:pull\""), answer.body());
    }

    @Test
    void a_token_for_less_than_that_is_told_what_it_lacks() throws IOException {
        String pull = token("robot", "repository:team/app:pull");
        Answer answer = ask(bearer(pull, request("PUT", PULL)));
        assertEquals(401, answer.status());
        assertEquals(
                REALM + ",scope=\"repository:team/app:pull,push\",error=\"insufficient_scope\"", answer.challenge());
        assertEquals(401, ask(bearer(pull, get("/v2/team/other/manifests/1"))).status());
        assertEquals(List.of(), audit, "a client that needs another token was refused nothing");
        assertEquals(
                200,
                ask(bearer(token("robot", "repository:team/app:pull,push"), request("PUT", PULL)))
                        .status());
    }

    @Test
    void fewer_rights_than_asked_is_no_error() throws IOException {
        String token = token("alice", "repository:team/app:push", "registry:catalog:*", "repository:a:b:*");
        assertEquals(List.of(), tokens.check(token).scopes());
        token = token("robot", "repository:team/app:*", "repository:team/app:pull", "repository(plugin):p:pull");
        assertEquals(
                Scope.parseAll("repository:team/app:pull,push"),
                tokens.check(token).scopes());
        assertEquals(Set.of("ci"), tokens.check(token).who().orElseThrow().groups(), "groups that decide nothing");
    }

    @Test
    void what_the_rules_no_longer_allow_a_token_does_not_either() throws IOException {
        String token = tokens.issue(Optional.of(Identity.of("alice")), Scope.parseAll("repository:team/app:pull,push"))
                .token();
        assertEquals(403, ask(bearer(token, request("PUT", PULL))).status());
    }

    @Test
    void bad_credentials_are_401_by_get_and_by_post() throws IOException {
        Answer get = ask(as("alice", "wrong", get("/_token")));
        Answer post = ask(form("grant_type", "password", "username", "alice", "password", "wrong", "service", "s"));
        for (Answer answer : List.of(get, post)) {
            assertEquals(401, answer.status());
            assertEquals("Basic realm=\"registry\"", answer.challenge());
        }
        assertEquals(List.of("login of alice failed", "login of alice failed"), audit);
    }

    @Test
    void the_password_grant_gives_the_same_token() throws IOException {
        Answer answer = ask(form(
                "grant_type", "password",
                "username", "robot",
                "password", "rightrobot",
                "client_id", "containerd-client",
                "service", "r.example",
                "scope", "repository:team/app:pull,push repository:team/base:pull"));
        assertEquals(200, answer.status());
        assertEquals(
                Scope.parseAll("repository:team/app:pull,push repository:team/base:pull"),
                tokens.check(answer.token()).scopes());
    }

    @Test
    void other_grants_are_refused_as_oauth_wants_it() throws IOException {
        for (RegistryRequest request :
                List.of(form("grant_type", "refresh_token", "refresh_token", "x"), form("scope", "x"))) {
            Answer answer = ask(request);
            assertEquals(400, answer.status());
            assertTrue(answer.body().contains("\"error\":\"unsupported_grant_type\""), answer.body());
            assertTrue(answer.body().contains("UNSUPPORTED"), answer.body());
        }
    }

    @Test
    void a_form_has_an_end() throws IOException {
        RegistryRequest large = request("POST", "/_token").withBody(Body.of(new byte[70_000]));
        assertEquals(413, ask(large).status());
    }

    @Test
    void a_token_gives_no_token() throws IOException {
        assertEquals(
                401,
                ask(bearer(token("alice", "repository:team/app:pull"), get("/_token")))
                        .status());
    }

    @Test
    void an_expired_token_is_told_so_and_counts_as_no_failure() throws IOException {
        String token = token("alice", "repository:team/app:pull");
        now = now.plusSeconds(300);
        for (int i = 0; i < 20; i++) {
            Answer answer = ask(bearer(token, get(PULL)));
            assertEquals(401, answer.status());
            assertEquals(REALM + ",scope=\"repository:team/app:pull\",error=\"invalid_token\"", answer.challenge());
        }
        assertEquals(
                200,
                ask(bearer(token("alice", "repository:team/app:pull"), get(PULL)))
                        .status());
    }

    @Test
    void guessing_tokens_is_slowed_like_guessing_passwords() throws IOException {
        for (int i = 0; i < 10; i++) {
            assertEquals(401, ask(bearer("guess" + i, get(PULL))).status());
        }
        assertEquals(429, ask(bearer("guess", get(PULL))).status());
    }

    @Test
    void anybody_pulls_what_is_public_with_a_token_of_nobody_s_or_with_none() throws IOException {
        String open = "/v2/public/app/manifests/1";
        assertEquals(401, ask(get("/v2/")).status(), "or nobody who has a login would use it");
        String token = ask(get("/_token?scope=repository:public/app:pull,push&scope=repository:team/app:pull"))
                .token();
        assertEquals(
                Scope.parseAll("repository:public/app:pull"),
                tokens.check(token).scopes());
        assertEquals(200, ask(bearer(token, get(open))).status());
        assertEquals(Optional.empty(), registry.last().get(Identity.ATTRIBUTE));
        assertEquals(200, ask(bearer(token, get("/v2/"))).status());
        assertEquals(200, ask(get(open)).status());
        Answer answer = ask(bearer(token, get(PULL)));
        assertEquals(401, answer.status());
        assertTrue(answer.challenge().endsWith("error=\"insufficient_scope\""), answer.challenge());
    }

    @Test
    void nobody_gets_a_token_where_everything_needs_a_login() throws IOException {
        RequireLogin closed = RequireLogin.builder(
                        AccessRules.builder().allow(Who.loggedIn(), Access.PULL).build())
                .authenticator(Requests.people("alice"))
                .tokens(tokens)
                .build();
        assertEquals(
                401,
                registry.ask(closed, get("/_token?scope=repository:team/app:pull"))
                        .status());
    }

    @Test
    void a_mount_whose_source_the_token_is_not_for_asks_for_a_better_token() throws IOException {
        String token = token("robot", "repository:team/app:pull,push");
        RegistryRequest mount = request("POST", "/v2/team/app/blobs/uploads/?from=team/base&mount=" + DIGEST);
        Answer answer = ask(bearer(token, mount));
        assertEquals(401, answer.status());
        assertEquals(
                REALM
                        + ",scope=\"repository:team/app:pull,push repository:team/base:pull\",error=\"insufficient_scope\"",
                answer.challenge());
        assertTrue(registry.got.isEmpty(), "nothing was begun");
        token = token("robot", "repository:team/app:pull,push", "repository:team/base:pull");
        ask(bearer(token, mount));
        assertTrue(registry.last().operation() instanceof Operation.MountBlob);
    }

    @Test
    void a_mount_needs_no_scope_for_what_anybody_may_pull() throws IOException {
        RequireLogin login = RequireLogin.builder(AccessRules.builder()
                        .allow(Who.anybody(), Rules.ofRepositories("public/**"), Access.PULL)
                        .allow(Who.name("alice"), Rules.ofRepositories("team/**"), Access.PULL, Access.PUSH)
                        .build())
                .authenticator(Requests.people("alice"))
                .tokens(tokens)
                .build();
        String token = registry.ask(
                        login, as("alice", "rightalice", get("/_token?scope=repository:team/app:pull,push")))
                .token();
        RegistryRequest mount = request("POST", "/v2/team/app/blobs/uploads/?from=public/base&mount=" + DIGEST);
        assertEquals(200, registry.ask(login, bearer(token, mount)).status());
        assertTrue(registry.last().operation() instanceof Operation.MountBlob);
        assertEquals(
                200,
                registry.ask(login, bearer(token, get("/v2/public/base/manifests/1")))
                        .status(),
                "what anybody may pull needs no scope either");
        RegistryRequest hidden = request("POST", "/v2/team/app/blobs/uploads/?from=secret/base&mount=" + DIGEST);
        assertEquals(200, registry.ask(login, bearer(token, hidden)).status());
        assertTrue(registry.last().operation() instanceof Operation.StartUpload, "no scope would help");
    }

    @Test
    void basic_with_each_request_is_taken_as_well() throws IOException {
        assertEquals(200, ask(as("alice", "rightalice", get(PULL))).status());
    }

    @Test
    void first_64_scopes_of_a_request_are_granted() throws IOException {
        String[] scopes = new String[100];
        for (int i = 0; i < scopes.length; i++) {
            scopes[i] = "repository:team/app" + i + ":pull";
        }
        String token = token("alice", scopes);
        assertEquals(200, ask(bearer(token, get("/v2/team/app63/manifests/1"))).status());
        assertEquals(401, ask(bearer(token, get("/v2/team/app64/manifests/1"))).status());
    }
}
