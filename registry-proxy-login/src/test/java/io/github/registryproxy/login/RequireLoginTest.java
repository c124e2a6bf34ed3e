package io.github.registryproxy.login;

import static io.github.registryproxy.login.Requests.DIGEST;
import static io.github.registryproxy.login.Requests.as;
import static io.github.registryproxy.login.Requests.bearer;
import static io.github.registryproxy.login.Requests.get;
import static io.github.registryproxy.login.Requests.request;
import static io.github.registryproxy.login.Requests.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.Identity;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.login.Requests.Answer;
import io.github.registryproxy.policy.Audit;
import io.github.registryproxy.protocol.Access;
import io.github.registryproxy.protocol.Operation;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RequireLoginTest {
    private static final String PULL = "/v2/team/app/manifests/1";

    private final Requests registry = new Requests();
    private final List<String> audit = new ArrayList<>();
    private final AtomicLong nanos = new AtomicLong();
    private final AccessRules rules = AccessRules.builder()
            .allow(Who.loggedIn(), name -> name.value().startsWith("team/"), Access.PULL)
            .allow(Who.name("bob"), name -> name.value().startsWith("team/"), Access.PUSH)
            .build();
    private final RequireLogin login = builder(rules).build();

    private RequireLogin.Builder builder(AccessRules some) {
        return RequireLogin.builder(some)
                .authenticator(Requests.people("alice", "bob"))
                .nanos(nanos::get)
                .audit((request, policy, rule) -> audit.add(Audit.line(request, policy, rule)));
    }

    private Answer ask(RegistryRequest request) throws IOException {
        return registry.ask(login, request);
    }

    private static RegistryRequest alice(RegistryRequest request) {
        return as("alice", "rightalice", request);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/v2/", PULL, "/v2/team/app/tags/list", "/v2/_catalog", "/", "/v2/team//app/manifests/1", "/v3/x"
            })
    void without_a_login_everything_is_401_and_the_registry_hears_nothing(String target) throws IOException {
        Answer answer = ask(get(target));
        assertEquals(401, answer.status());
        assertEquals("Basic realm=\"registry\"", answer.challenge());
        assertEquals(
                "registry/2.0",
                answer.headers().first("Docker-Distribution-API-Version").orElse(""));
        assertTrue(answer.body().contains("UNAUTHORIZED"), answer.body());
        assertEquals(List.of(), registry.got);
        assertEquals(List.of(), audit, "asking for a login is no refusal");
    }

    @Test
    void who_logged_in_passes_without_its_password() throws IOException {
        AtomicReference<Optional<Identity>> holder = new AtomicReference<>(Optional.empty());
        assertEquals(200, ask(alice(get(PULL)).with(Identity.HOLDER, holder)).status());
        assertFalse(registry.last().headers().contains("Authorization"));
        assertEquals(Optional.of(Identity.of("alice")), registry.last().get(Identity.ATTRIBUTE));
        assertEquals(Optional.of(Identity.of("alice")), holder.get());
        assertEquals(200, ask(alice(get("/v2/"))).status());
    }

    @Test
    void the_password_goes_on_when_somebody_wants_it() throws IOException {
        registry.ask(builder(rules).keepAuthorization(true).build(), alice(get(PULL)));
        assertTrue(registry.last().headers().contains("Authorization"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Basic YWxpY2U6d3Jvbmc=", "Basic bWFsbG9yeTpyaWdodGFsaWNl", "Basic !!!", "Basic", "Basic YWxpY2U=",
                "Basic //8=", "Bearer x", "Bearer  ", "Digest a", "rightalice"
            })
    void a_wrong_login_is_401_whatever_it_is(String authorization) throws IOException {
        Answer answer = ask(with(authorization, get(PULL)));
        assertEquals(401, answer.status());
        assertEquals("Basic realm=\"registry\"", answer.challenge());
        assertEquals(List.of(), registry.got);
        assertEquals(1, audit.size());
    }

    @Test
    void two_logins_are_none() throws IOException {
        RegistryRequest both = alice(get(PULL)).withHeaders(headers -> headers.and("Authorization", "Bearer x"));
        assertEquals(401, ask(both).status());
    }

    @Test
    void a_wrong_login_leaves_a_line_without_the_password() throws IOException {
        ask(as("alice", "hunter2", get(PULL)));
        assertEquals(
                List.of("REFUSED - 192.0.2.7 GET PullManifest team/app 1 RequireLogin login of alice failed"), audit);
    }

    @Test
    void a_read_that_is_not_allowed_looks_as_if_there_were_nothing() throws IOException {
        Answer answer = ask(alice(get("/v2/secret/app/manifests/1")));
        assertEquals(404, answer.status());
        assertTrue(answer.body().contains("NAME_UNKNOWN"), answer.body());
        assertEquals(
                List.of("REFUSED alice 192.0.2.7 GET PullManifest secret/app 1 RequireLogin no rule allows PULL"),
                audit);
        assertEquals(List.of(), registry.got);
        assertEquals(404, ask(alice(get("/api/v9"))).status());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /v2/team/app/blobs/uploads/",
                "PUT /v2/team/app/manifests/1",
                "DELETE /v2/team/app/manifests/1",
                "GET /v2/_catalog",
                "POST /api/v9"
            })
    void all_else_that_is_not_allowed_is_denied(String line) throws IOException {
        int blank = line.indexOf(' ');
        Answer answer = ask(alice(request(line.substring(0, blank), line.substring(blank + 1))));
        assertEquals(403, answer.status());
        assertTrue(answer.body().contains("DENIED"), answer.body());
        assertEquals(List.of(), registry.got);
    }

    @Test
    void the_body_of_a_push_without_right_is_not_read() throws IOException {
        Body body = Body.of(
                new InputStream() {
                    @Override
                    public int read() {
                        throw new AssertionError("read");
                    }
                },
                OptionalLong.of(1000));
        RegistryRequest push = request("PUT", "/v2/team/app/manifests/1").withBody(body);
        assertEquals(403, ask(alice(push)).status());
        assertEquals(401, ask(push).status());
        assertTrue(body.canBeOpened());
    }

    @Test
    void a_mount_from_where_one_may_not_read_becomes_an_upload() throws IOException {
        for (String from : new String[] {"&from=secret/app", ""}) {
            RegistryRequest mount = request("POST", "/v2/team/app/blobs/uploads/?mount=" + DIGEST + from);
            assertEquals(200, ask(as("bob", "rightbob", mount)).status());
            assertTrue(registry.last().operation() instanceof Operation.StartUpload, from);
            assertEquals("/v2/team/app/blobs/uploads/", registry.last().target().render());
        }
        RegistryRequest mount = request("POST", "/v2/team/app/blobs/uploads/?mount=" + DIGEST + "&from=team/base");
        ask(as("bob", "rightbob", mount));
        assertTrue(registry.last().operation() instanceof Operation.MountBlob);
    }

    @Test
    void after_ten_failures_of_an_address_not_even_the_right_password_is_looked_at() throws IOException {
        for (int i = 0; i < 10; i++) {
            assertEquals(401, ask(as("alice", "guess" + i, get(PULL))).status());
        }
        Answer answer = ask(alice(get(PULL)));
        assertEquals(429, answer.status());
        assertEquals("60", answer.headers().first("Retry-After").orElse(""));
        assertTrue(answer.body().contains("TOOMANYREQUESTS"), answer.body());
        assertEquals(11, audit.size());
        assertEquals(401, ask(get(PULL)).status(), "who shows nothing is asked as before");
        nanos.addAndGet(Duration.ofSeconds(61).toNanos());
        assertEquals(200, ask(alice(get(PULL))).status());
    }

    @Test
    void a_name_is_not_guessed_from_everywhere() throws IOException {
        RegistryRequest request = get(PULL);
        for (int i = 0; i < 100; i++) {
            Client client = new Client("198.51.100." + i, request.client().base());
            RegistryRequest from = RegistryRequest.of("GET", request.target(), request.headers(), Body.empty(), client);
            assertEquals(401, ask(as("alice", "guess", from)).status());
        }
        assertEquals(429, ask(alice(request)).status());
        assertEquals(200, ask(as("bob", "rightbob", request)).status());
    }

    @Test
    void what_cannot_be_checked_is_no_failure_of_the_client_s() throws IOException {
        RequireLogin away = RequireLogin.builder(rules)
                .authenticator(proof -> {
                    throw new IOException("away");
                })
                .build();
        for (int i = 0; i < 20; i++) {
            Answer answer = registry.ask(away, alice(get(PULL)));
            assertEquals(503, answer.status());
            assertTrue(answer.headers().contains("Retry-After"));
        }
    }

    @Test
    void the_certificate_of_the_connection_is_a_login() throws IOException {
        HeldCertificate robot =
                new HeldCertificate.Builder().commonName("robot").build();
        RequireLogin mutual =
                builder(rules).authenticator(ClientCertificate.commonName()).build();
        RegistryRequest shown = get(PULL).with(Client.CERTIFICATES, List.of(robot.certificate()));
        assertEquals(200, registry.ask(mutual, shown).status());
        assertEquals(
                "robot", registry.last().get(Identity.ATTRIBUTE).orElseThrow().name());
        RegistryRequest header = get(PULL).withHeaders(headers -> headers.and("X-SSL-Client-S-DN", "CN=robot"));
        assertEquals(401, registry.ask(mutual, header).status());
        for (int i = 0; i < 20; i++) {
            assertEquals(401, ask(shown).status(), "nobody asked for it here");
        }
        assertEquals(200, registry.ask(mutual, alice(shown)).status());
        assertEquals(
                "alice", registry.last().get(Identity.ATTRIBUTE).orElseThrow().name());
    }

    @Test
    void there_are_no_tokens_unless_we_give_some() throws IOException {
        assertEquals(
                404, ask(alice(get("/_token?scope=repository:team/app:pull"))).status());
        assertEquals(List.of(), registry.got);
        assertEquals(401, ask(bearer("x", get("/v2/"))).status());
    }

    @Test
    void what_cannot_work_is_refused_when_it_is_built() {
        assertThrows(
                IllegalStateException.class, () -> RequireLogin.builder(rules).build());
        AccessRules open =
                AccessRules.builder().allow(Who.anybody(), Access.PULL).build();
        assertThrows(IllegalStateException.class, () -> builder(open).build());
        assertThrows(IllegalArgumentException.class, () -> builder(rules).failures(0, Duration.ofMinutes(1)));
        assertThrows(IllegalArgumentException.class, () -> builder(rules).realm("a\"b"));
    }
}
