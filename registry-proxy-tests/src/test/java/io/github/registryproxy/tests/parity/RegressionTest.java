package io.github.registryproxy.tests.parity;

import static io.github.registryproxy.tests.parity.ScriptedRegistry.answer;
import static io.github.registryproxy.tests.parity.ScriptedRegistry.json;
import static io.github.registryproxy.tests.parity.ScriptedRegistry.manifest;
import static io.github.registryproxy.tests.parity.ScriptedRegistry.status;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.Headers;
import io.github.registryproxy.protocol.Challenge;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.testing.Reply;
import io.github.registryproxy.tests.HandlerServer;
import io.github.registryproxy.tests.SocketClient;
import io.github.registryproxy.tests.parity.ScriptedRegistry.Asked;
import io.github.registryproxy.transport.JdkTransport;
import io.github.registryproxy.transport.Transport;
import io.github.registryproxy.upstream.HttpUpstream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import mockwebserver3.MockResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users of serverless-registry-proxy ran into, by number, and what they get here instead. */
class RegressionTest {
    private static final String SECRET = "planted-0f-the-proxy";
    private static final String PREFIX = "team/a";
    private static final String BLOB = "a layer";
    private static final String DIGEST =
            Digest.of(Digest.Algorithm.SHA256, Wire.bytes(BLOB)).toString();

    @TempDir
    private static Path dir;

    private static ScriptedRegistry registry;
    private static Servers servers;

    @BeforeAll
    static void listen() throws IOException {
        registry = new ScriptedRegistry();
        servers = new Servers(
                Map.of("REGISTRY_HOST", registry.at(""), "REPO_PREFIX", PREFIX, "PORT", "0", "HOST", "127.0.0.1"));
    }

    @AfterAll
    static void stop() {
        servers.close();
        registry.close();
    }

    @BeforeEach
    void forget() {
        registry.forget();
    }

    @Nested
    @DisplayName("1: anonymous writes reached the registry with the injected secret")
    class Writes {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "DELETE /v2/app/manifests/1",
                    "DELETE /v2/app/blobs/sha256:0000000000000000000000000000000000000000000000000000000000000000",
                    "POST /v2/app/blobs/uploads/",
                    "PATCH /v2/app/blobs/uploads/7",
                    "PUT /v2/app/blobs/uploads/7?digest=sha256:0000000000000000000000000000000000000000000000000000000000000000",
                    "PUT /v2/app/manifests/1"
                })
        void a_write_is_refused_and_the_registry_not_asked(String request) throws IOException {
            RunningServer server = servers.with("AUTH_HEADER", "Bearer " + SECRET);
            String[] words = request.split(" ");

            Reply reply = server.send(words[0], words[1]);

            assertEquals(405, reply.status());
            assertTrue(Wire.text(reply).contains("\"UNSUPPORTED\""), () -> Wire.text(reply));
            assertEquals(List.of(), registry.lines());
        }

        @Test
        void where_writes_are_enabled_they_carry_the_clients_own_login() throws IOException {
            registry.on("DELETE /v2/team/a/app/manifests/1", status(202));

            Reply reply = servers.with("ENABLE_PUSH", "true")
                    .send("DELETE", "/v2/app/manifests/1", "Authorization", "Bearer theirs");

            assertEquals(202, reply.status());
            assertEquals(
                    List.of("Bearer theirs"),
                    registry.askedOnce("DELETE /v2/team/a/app/manifests/1").all("Authorization"));
        }
    }

    @Nested
    @DisplayName("2: a registry that accepts only tokens could not be served with a secret")
    class TokensOnly {
        @Test
        void a_configured_login_is_exchanged_for_a_token_and_the_clients_is_not_used() throws IOException {
            RunningServer server = servers.with("REGISTRY_USERNAME", "me", "REGISTRY_PASSWORD", SECRET);
            registry.on(
                            "GET /v2/team/a/app/manifests/1",
                            asked -> asked.all("Authorization").equals(List.of("Bearer t1"))
                                    ? manifest()
                                    : unauthorized(",scope=\"repository:team/a/app:pull\""))
                    .on(
                            "GET /token",
                            asked -> asked.all("Authorization").equals(List.of(Wire.basic("me", SECRET)))
                                    ? json("{\"token\":\"t1\"}")
                                    : status(401));

            Reply reply = server.get("/v2/app/manifests/1", "Authorization", "Bearer theirs");

            assertEquals(200, reply.status());
            assertEquals(
                    List.of("repository:team/a/app:pull"),
                    registry.askedOnce("GET /token").fields("scope"));
            for (Asked asked : registry.asked()) {
                assertFalse(asked.all("Authorization").contains("Bearer theirs"), asked::toString);
            }
        }
    }

    @Nested
    @DisplayName("3: refused to start in front of an open or unreachable registry")
    class Start {
        @Test
        void an_open_registry_is_served_without_any_challenge() throws IOException {
            registry.on("GET /v2/", json("{}")).on("GET /v2/team/a/app/manifests/1", manifest());

            try (RunningServer server = servers.fresh()) {
                Reply base = server.get("/v2/");

                assertEquals(200, base.status());
                assertEquals(List.of(), base.headers().all("WWW-Authenticate"));
                assertEquals(200, server.get("/v2/app/manifests/1").status());
            }
        }

        @Test
        void a_registry_that_comes_later_is_served_then() throws IOException {
            int port;
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = free.getLocalPort();
            }
            try (RunningServer server = servers.fresh("REGISTRY_HOST", "http://127.0.0.1:" + port)) {
                assertEquals(200, server.get("/readyz").status());
                assertEquals(502, server.get("/v2/app/manifests/1").status());
                assertEquals(
                        502, server.get("/_token?scope=repository:app:pull").status());
                try (ScriptedRegistry late = new ScriptedRegistry(port)) {
                    late.on("GET /v2/", challenge(late.at("/token"), ""))
                            .on("GET /token", json("{\"token\":\"t1\"}"))
                            .on("GET /v2/team/a/app/manifests/1", manifest());
                    assertEquals(200, server.get("/v2/app/manifests/1").status());
                    assertEquals(
                            200, server.get("/_token?scope=repository:app:pull").status());
                }
            }
        }
    }

    @Nested
    @DisplayName(
            "4: a Basic realm was taken for an address, an unquoted realm ended the process, one header hid another")
    class Challenges {
        @Test
        void a_basic_realm_is_a_text_for_people_and_passes() throws IOException {
            registry.on("GET /v2/", status(401, "WWW-Authenticate", "Basic realm=\"My Registry\""));

            try (RunningServer server = servers.fresh()) {
                Reply base = server.get("/v2/");
                Reply token = server.get("/_token?scope=repository:app:pull");

                assertEquals(401, base.status());
                assertEquals(
                        List.of("Basic realm=\"My Registry\""), base.headers().all("WWW-Authenticate"));
                assertEquals(404, token.status());
                assertTrue(Wire.text(token).contains("\"UNSUPPORTED\""), () -> Wire.text(token));
            }
        }

        @Test
        void an_unquoted_realm_is_understood() throws IOException {
            registry.on(
                            "GET /v2/",
                            status(401, "WWW-Authenticate", "Bearer realm=" + registry.at("/token") + ",service=s"))
                    .on("GET /token", json("{\"token\":\"t1\"}"));

            try (RunningServer server = servers.fresh()) {
                Challenge challenge = Wire.bearer(server.get("/v2/"));

                assertEquals(
                        "http://" + server.host() + "/_token",
                        challenge.parameter("realm").orElseThrow());
                assertEquals("s", challenge.parameter("service").orElseThrow());
                assertEquals(
                        200, server.get("/_token?scope=repository:app:pull").status());
            }
        }

        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void basic_and_bearer_are_both_kept(boolean oneLine) throws IOException {
            String basic = "Basic realm=\"My Registry\"";
            String bearer = "Bearer realm=\"" + registry.at("/token") + "\",service=\"s\"";
            registry.on(
                    "GET /v2/",
                    oneLine
                            ? status(401, "WWW-Authenticate", basic + ", " + bearer)
                            : status(401, "WWW-Authenticate", basic, "WWW-Authenticate", bearer));
            RunningServer server = servers.with();

            Reply reply = server.get("/v2/");

            List<Challenge> challenges = Wire.challenges(reply.headers());
            assertEquals(2, challenges.size(), () -> Wire.all(reply));
            assertTrue(challenges.get(0).isScheme("Basic"));
            assertEquals("My Registry", challenges.get(0).parameter("realm").orElseThrow());
            assertEquals(
                    "http://" + server.host() + "/_token",
                    Wire.bearer(reply).parameter("realm").orElseThrow());
        }
    }

    @Nested
    @DisplayName("5: only the first scope survived")
    class ManyScopes {
        @Test
        void repeated_and_space_separated_scopes_are_all_mapped_in_order() throws IOException {
            tokens();

            servers.with()
                    .get("/_token?service=s&scope=repository:one:pull"
                            + "&scope=repository:two:pull%20repository:x/three:pull,push");

            List<String> scopes = registry.askedOnce("GET /token").fields("scope").stream()
                    .flatMap(value -> Arrays.stream(value.split(" ")))
                    .toList();
            assertEquals(
                    List.of(
                            "repository:team/a/one:pull",
                            "repository:team/a/two:pull",
                            "repository:team/a/x/three:pull,push"),
                    scopes);
        }
    }

    @Nested
    @DisplayName("6: a token request without scope (docker login) was 502")
    class NoScope {
        @Test
        void it_is_forwarded_without_scope() throws IOException {
            tokens();

            Reply reply = servers.with()
                    .get("/_token?account=me&client_id=docker", "Authorization", Wire.basic("me", "mine"));

            assertEquals(200, reply.status());
            Asked asked = registry.askedOnce("GET /token");
            assertEquals(List.of(), asked.fields("scope"));
            assertEquals(List.of("me"), asked.fields("account"));
            assertEquals(List.of(Wire.basic("me", "mine")), asked.all("Authorization"));
        }
    }

    @Nested
    @DisplayName("7: OAuth2 POST to the token endpoint was 502")
    class TokenByPost {
        private static final String FORM = "grant_type=password&service=s&client_id=docker&username=me&password=mine"
                + "&scope=repository%3Aone%3Apull+repository%3Atwo%3Apull";

        @Test
        void the_form_goes_to_the_realm_with_all_its_scopes_mapped() throws IOException {
            tokens();
            registry.on("POST /token", json("{\"access_token\":\"t2\",\"refresh_token\":\"r\"}"));

            Reply reply = servers.with().post("/_token", FORM, "Content-Type", "application/x-www-form-urlencoded");

            assertEquals(200, reply.status());
            assertTrue(Wire.text(reply).contains("\"t2\""), () -> Wire.text(reply));
            Asked asked = registry.askedOnce("POST /token");
            assertEquals(List.of("repository:team/a/one:pull repository:team/a/two:pull"), asked.formFields("scope"));
            assertEquals(List.of("mine"), asked.formFields("password"));
            assertEquals(List.of("password"), asked.formFields("grant_type"));
            assertEquals("", asked.query());
        }

        @ParameterizedTest
        @ValueSource(ints = {404, 405})
        void where_the_realm_takes_none_the_client_learns_it_and_asks_by_get(int status) throws IOException {
            tokens();
            registry.on("POST /token", status(status));
            RunningServer server = servers.with();

            Reply post = server.post("/_token", FORM, "Content-Type", "application/x-www-form-urlencoded");
            Reply get = server.get("/_token?service=s&scope=repository:one:pull");

            assertEquals(status, post.status());
            assertEquals(200, get.status());
        }
    }

    @Nested
    @DisplayName("8: a query in the realm was dropped")
    class RealmWithQuery {
        @Test
        void the_realms_query_and_the_clients_are_merged() throws IOException {
            registry.on(
                            "GET /v2/",
                            status(401, "WWW-Authenticate", "Bearer realm=\"" + registry.at("/token?k=1") + "\""))
                    .on("GET /token", json("{\"token\":\"t1\"}"));

            try (RunningServer server = servers.fresh()) {
                server.get("/_token?k=2&scope=repository:app:pull");
            }

            Asked asked = registry.askedOnce("GET /token");
            assertEquals(List.of("1"), asked.fields("k"), "the realm's own field wins");
            assertEquals(List.of("repository:team/a/app:pull"), asked.fields("scope"));
        }
    }

    @Nested
    @DisplayName("9: a challenge's scope was not mapped back, so its echo had the prefix twice")
    class ChallengeScope {
        @ParameterizedTest
        @ValueSource(strings = {"foo", "team/a/foo", "team/a/team/a/foo"})
        void a_client_that_echoes_the_challenge_gets_a_token_for_the_repository_it_asked_for(String name)
                throws IOException {
            String upstream = PREFIX + "/" + name;
            registry.on(
                            "GET /v2/" + upstream + "/manifests/1",
                            unauthorized(",scope=\"repository:" + upstream + ":pull\""))
                    .on("GET /token", json("{\"token\":\"t1\"}"));
            RunningServer server = servers.with();

            Challenge challenge = Wire.bearer(server.get("/v2/" + name + "/manifests/1"));
            String scope = challenge.parameter("scope").orElseThrow();
            server.get("/_token?service=s&scope=" + scope);

            assertEquals("repository:" + name + ":pull", scope);
            assertEquals(
                    List.of("repository:" + upstream + ":pull"),
                    registry.askedOnce("GET /token").fields("scope"));
        }
    }

    @Nested
    @DisplayName("10: Locations of HEAD 302, of 307 and of uploads led to the proxy, or had the prefix twice")
    class LocationFields {
        @Test
        void a_redirected_head_is_answered() throws IOException {
            registry.on("HEAD /v2/team/a/app/blobs/" + DIGEST, status(302, "Location", "/storage/x"))
                    .on("HEAD /storage/x", answer(200, BLOB));

            Reply reply = servers.with().send("HEAD", "/v2/app/blobs/" + DIGEST);

            assertEquals(200, reply.status());
            assertEquals(Integer.toString(BLOB.length()), Wire.header(reply, "Content-Length"));
            assertEquals(List.of(), reply.headers().all("Location"));
        }

        @ParameterizedTest
        @ValueSource(ints = {301, 302, 303, 307, 308})
        void a_blobs_relative_redirect_becomes_absolute_whatever_its_status(int status) throws IOException {
            registry.on("GET /v2/team/a/app/blobs/" + DIGEST, status(status, "Location", "../../storage/x?sig=1"));

            Reply reply = servers.with().get("/v2/app/blobs/" + DIGEST);

            assertEquals(status, reply.status());
            assertEquals(registry.at("/v2/team/a/storage/x?sig=1"), Wire.header(reply, "Location"));
        }

        @Test
        void a_redirected_manifest_is_followed_and_not_shown() throws IOException {
            registry.on("GET /v2/team/a/app/manifests/1", status(307, "Location", "/elsewhere/1"))
                    .on("GET /elsewhere/1", manifest());

            Reply reply = servers.with().get("/v2/app/manifests/1");

            assertEquals(200, reply.status());
            assertEquals(ScriptedRegistry.MANIFEST, Wire.text(reply));
        }

        @ParameterizedTest
        @ValueSource(strings = {"/v2/team/a/app/blobs/uploads/7?_state=x%2By", "ABSOLUTE", "7?_state=x%2By"})
        void an_uploads_location_leads_through_the_proxy_to_the_same_session(String form) throws IOException {
            String there = "/v2/team/a/app/blobs/uploads/7";
            String location = form.equals("ABSOLUTE") ? registry.at(there + "?_state=x%2By") : form;
            registry.on("POST /v2/team/a/app/blobs/uploads/", status(202, "Location", location))
                    .on("PUT " + there, status(201, "Location", "/v2/team/a/app/blobs/" + DIGEST));
            RunningServer server = servers.with("ENABLE_PUSH", "true");

            Reply started = server.send("POST", "/v2/app/blobs/uploads/");
            String here = Wire.header(started, "Location");
            Reply finished = server.send("PUT", path(here) + "&digest=" + DIGEST);

            assertEquals(202, started.status());
            assertTrue(path(here).startsWith("/v2/app/blobs/uploads/"), here);
            assertEquals(201, finished.status());
            Asked put = registry.askedOnce("PUT " + there);
            assertEquals(List.of("x+y"), put.fields("_state"));
            assertEquals(List.of(DIGEST), put.fields("digest"));
            assertTrue(Wire.header(finished, "Location").endsWith("/v2/app/blobs/" + DIGEST), () -> Wire.all(finished));
            assertFalse((Wire.all(started) + Wire.all(finished)).contains(PREFIX));
        }

        /** Artifact Registry's are outside /v2/, on another path of the same host. */
        @Test
        void an_uploads_location_of_another_shape_leads_through_the_proxy_too() throws IOException {
            String there = "/artifacts-uploads/namespaces/x/uploads/AB%3D";
            registry.on("POST /v2/team/a/app/blobs/uploads/", status(202, "Location", there + "?upload_id=1"))
                    .on("PUT " + there, status(201));
            RunningServer server = servers.with("ENABLE_PUSH", "true");

            Reply started = server.send("POST", "/v2/app/blobs/uploads/");
            String here = path(Wire.header(started, "Location"));
            Reply finished = server.send("PUT", here + (here.contains("?") ? "&" : "?") + "digest=" + DIGEST);

            assertTrue(here.startsWith("/v2/app/blobs/uploads/"), here);
            assertEquals(201, finished.status());
            Asked put = registry.askedOnce("PUT " + there);
            assertEquals(List.of("1"), put.fields("upload_id"));
            assertEquals(List.of(DIGEST), put.fields("digest"));
        }

        @Test
        void a_pushed_manifest_is_found_under_the_clients_name() throws IOException {
            registry.on(
                    "PUT /v2/team/a/app/manifests/1", status(201, "Location", "/v2/team/a/app/manifests/" + DIGEST));

            Reply reply = servers.with("ENABLE_PUSH", "true").send("PUT", "/v2/app/manifests/1");

            assertEquals(201, reply.status());
            assertTrue(path(Wire.header(reply, "Location")).startsWith("/v2/app/manifests/"), () -> Wire.all(reply));
        }

        private static String path(String location) {
            URI uri = URI.create(location);
            return uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
        }
    }

    @Nested
    @DisplayName("11: Link and the name in lists leaked the prefix")
    class Lists {
        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void a_list_is_in_the_clients_names_and_its_link_can_be_followed(boolean absolute) throws IOException {
            String next = (absolute ? registry.at("") : "") + "/v2/team/a/app/tags/list?n=1&last=1";
            registry.on(
                    "GET /v2/team/a/app/tags/list",
                    asked -> asked.fields("last").isEmpty()
                            ? json("{\"name\":\"team/a/app\",\"tags\":[\"1\"]}", "Link", "<" + next + ">; rel=\"next\"")
                            : json("{\"name\":\"team/a/app\",\"tags\":[\"2\"]}"));
            RunningServer server = servers.with();

            Reply first = server.get("/v2/app/tags/list?n=1");
            String link = Wire.header(first, "Link");
            Reply second = server.get(link.substring(link.indexOf('<') + 1, link.indexOf('>')));

            assertEquals("{\"name\":\"app\",\"tags\":[\"1\"]}", Wire.text(first));
            assertEquals("{\"name\":\"app\",\"tags\":[\"2\"]}", Wire.text(second));
            assertFalse((Wire.all(first) + Wire.all(second)).contains(PREFIX));
            assertEquals(2, registry.asked("GET /v2/team/a/app/tags/list").size());
        }
    }

    @Nested
    @DisplayName("11, errors: they name repositories as well")
    class ErrorDocuments {
        @Test
        void an_error_is_in_the_clients_names() throws IOException {
            String error = "{\"errors\":[{\"code\":\"NAME_UNKNOWN\",\"message\":\"repository team/a/app not found\","
                    + "\"detail\":{\"name\":\"team/a/app\"}}]}";
            registry.on("GET /v2/team/a/app/tags/list", answer(404, error, "Content-Type", "application/json"));

            Reply reply = servers.with().get("/v2/app/tags/list");

            assertEquals(404, reply.status());
            assertTrue(Wire.text(reply).contains("\"NAME_UNKNOWN\""), () -> Wire.text(reply));
            assertTrue(Wire.text(reply).contains("repository app not found"), () -> Wire.text(reply));
            assertFalse(Wire.all(reply).contains(PREFIX), () -> Wire.all(reply));
        }
    }

    @Nested
    @DisplayName("12: a mount's source had no prefix, and the catalog got one")
    class MountAndCatalog {
        @Test
        void a_mounts_source_is_mapped() throws IOException {
            registry.on(
                    "POST /v2/team/a/app/blobs/uploads/", status(201, "Location", "/v2/team/a/app/blobs/" + DIGEST));

            Reply reply = servers.with("ENABLE_PUSH", "true")
                    .send("POST", "/v2/app/blobs/uploads/?mount=" + DIGEST + "&from=lib/bar");

            assertEquals(201, reply.status());
            Asked asked = registry.askedOnce("POST /v2/team/a/app/blobs/uploads/");
            assertEquals(List.of("team/a/lib/bar"), asked.fields("from"));
            assertEquals(List.of(DIGEST), asked.fields("mount"));
        }

        @Test
        void the_catalog_is_refused_unless_it_is_enabled() throws IOException {
            Reply reply = servers.with().get("/v2/_catalog");

            assertEquals(405, reply.status());
            assertTrue(Wire.text(reply).contains("\"UNSUPPORTED\""), () -> Wire.text(reply));
            assertEquals(List.of(), registry.lines());
        }

        @Test
        void an_enabled_catalog_lists_our_names_and_no_others() throws IOException {
            registry.on(
                    "GET /v2/_catalog",
                    json("{\"repositories\":[\"team/a/app\",\"team/a/lib/x\",\"team/ab\",\"team/b/secret\"]}"));

            Reply reply = servers.with("ENABLE_CATALOG", "true").get("/v2/_catalog");

            assertEquals("{\"repositories\":[\"app\",\"lib/x\"]}", Wire.text(reply));
            assertEquals(List.of("GET /v2/_catalog"), registry.lines());
        }
    }

    @Nested
    @DisplayName("13: the realm was always https and whatever Host said")
    class PublicAddress {
        @Test
        void the_realm_has_the_scheme_and_host_of_the_public_url() throws IOException {
            registry.on("GET /v2/", unauthorized(""));

            Reply reply = servers.with("PUBLIC_URL", "https://r.example.com").getAt("evil.example", "/v2/");

            assertEquals("https://r.example.com/_token", realm(reply));
            assertFalse(Wire.all(reply).contains("evil"), () -> Wire.all(reply));
        }

        @Test
        void without_a_public_url_a_plain_http_client_gets_an_http_realm() throws IOException {
            registry.on("GET /v2/", unauthorized(""));
            RunningServer server = servers.with();

            assertEquals("http://localhost:" + server.port() + "/_token", realm(server.get("/v2/")));
        }

        @Test
        void a_host_that_is_not_listed_is_refused_and_not_echoed() throws IOException {
            registry.on("GET /v2/", unauthorized(""));
            RunningServer server = servers.with("ALLOWED_HOSTS", "r.example.com,localhost");

            Reply refused = server.getAt("evil.example", "/v2/");

            assertEquals(421, refused.status());
            assertFalse(Wire.all(refused).contains("evil"), () -> Wire.all(refused));
            assertEquals(List.of(), registry.lines());
            assertEquals(401, server.getAt("r.example.com", "/v2/").status());
        }

        @Test
        void forwarding_fields_count_when_a_trusted_proxy_says_them() throws IOException {
            registry.on("GET /v2/", unauthorized(""));
            String[] forwarded = {
                "X-Forwarded-Proto", "https", "X-Forwarded-Host", "r.example.com", "X-Forwarded-For", "198.51.100.7"
            };
            RunningServer trusting = servers.with("TRUSTED_PROXIES", "127.0.0.0/8");
            RunningServer other = servers.with();

            assertEquals("https://r.example.com/_token", realm(trusting.get("/v2/", forwarded)));
            assertEquals("http://localhost:" + other.port() + "/_token", realm(other.get("/v2/", forwarded)));
        }

        private static String realm(Reply reply) {
            return Wire.bearer(reply).parameter("realm").orElseThrow();
        }
    }

    @Nested
    @DisplayName("14: every other path, also /healthz and by POST, was 307 to the registry")
    class OtherPaths {
        private static final String BROWSER = "text/html";

        @Test
        void health_is_answered_here() throws IOException {
            RunningServer server = servers.with();

            for (String probe : List.of("/healthz", "/readyz")) {
                Reply reply = server.get(probe, "Accept", BROWSER);
                assertEquals(200, reply.status(), probe);
                assertFalse(Wire.all(reply).contains(PREFIX), () -> Wire.all(reply));
            }
            assertEquals(List.of(), registry.lines());
        }

        @ParameterizedTest
        @ValueSource(strings = {"POST", "PUT", "DELETE", "HEAD", "OPTIONS"})
        void only_get_is_redirected(String method) throws IOException {
            Reply reply = servers.with().send(method, "/app", "Accept", BROWSER);

            assertTrue(reply.status() == 404 || reply.status() == 405, () -> Wire.all(reply));
            assertFalse(Wire.all(reply).contains(PREFIX), () -> Wire.all(reply));
            assertEquals(List.of(), registry.lines());
        }

        @ParameterizedTest
        @ValueSource(strings = {"*/*", "application/json", ""})
        void only_browsers_are_redirected(String accept) throws IOException {
            Reply reply = servers.with().get("/app", "Accept", accept);

            assertEquals(404, reply.status());
            assertFalse(Wire.all(reply).contains(PREFIX), () -> Wire.all(reply));
        }

        @Test
        void the_target_can_be_set() throws IOException {
            RunningServer server = servers.with("BROWSER_REDIRECT_TARGET", "https://hub.example.com/r/team");

            Reply reply = server.get("/app", "Accept", BROWSER);

            assertEquals("https://hub.example.com/r/team/app", Wire.header(reply, "Location"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"//evil.example/", "/%2F/evil.example", "/..//evil.example", "/\\evil.example"})
        void nobody_is_redirected_to_a_place_of_his_own_choice(String target) throws IOException {
            Reply reply = servers.with().get(target, "Accept", BROWSER);

            String location = reply.headers().first("Location").orElse(registry.at("/"));
            assertTrue(location.startsWith(registry.at("/")), location);
            assertFalse(location.contains("evil"), location);
        }
    }

    @Nested
    @DisplayName("15: the registry was always https, slashes in the prefix were kept, and $ in it expanded")
    class Upstream {
        @Test
        void an_http_registry_with_a_port_is_served() throws IOException {
            registry.on("GET /v2/team/a/app/manifests/1", manifest());

            assertEquals(200, servers.with().get("/v2/app/manifests/1").status());
            assertEquals(
                    List.of(registry.host()),
                    registry.askedOnce("GET /v2/team/a/app/manifests/1").all("Host"));
        }

        @Test
        void slashes_around_the_prefix_do_not_count() throws IOException {
            registry.on("GET /v2/team/a/app/manifests/1", manifest());

            RunningServer server = servers.with("REPO_PREFIX", "/team/a/");

            assertEquals(200, server.get("/v2/app/manifests/1").status());
        }

        @Test
        void a_prefix_is_taken_literally() throws IOException {
            registry.on("GET /v2/a.b/app/tags/list", json("{\"name\":\"a.b/app\",\"tags\":[]}"))
                    .on("GET /v2/a.b/axb/app/tags/list", json("{\"name\":\"a.b/axb/app\",\"tags\":[]}"));
            RunningServer server = servers.with("REPO_PREFIX", "a.b");

            assertTrue(Wire.text(server.get("/v2/app/tags/list")).contains("\"app\""));
            assertTrue(Wire.text(server.get("/v2/axb/app/tags/list")).contains("\"axb/app\""));
        }

        @ParameterizedTest
        @ValueSource(strings = {"team/$1", "team/${HOME}", "team/../other", "team//a", "Team"})
        void a_prefix_outside_the_grammar_is_refused_at_the_start(String prefix) throws Exception {
            RunningServer.End end =
                    RunningServer.refused(Map.of("REGISTRY_HOST", registry.at(""), "REPO_PREFIX", prefix, "PORT", "0"));

            assertEquals(2, end.code());
            assertEquals(1, end.said().size(), end.said()::toString);
            assertTrue(end.said().get(0).contains("REPO_PREFIX"), end.said()::toString);
        }
    }

    @Nested
    @DisplayName("16: a%2Fb became a/b, and only the router kept paths below the prefix")
    class Paths {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "/v2/a%2Fb/manifests/1",
                    "/v2/a%2fb/manifests/1",
                    "/v2/app/manifests/..%2F..%2Fother",
                    "/v2/../other/manifests/1",
                    "/v2/%2e%2e/other/manifests/1",
                    "/v2/app/../../other/manifests/1",
                    "/v2/app/..;/..;/other/manifests/1",
                    "/v2//app/manifests/1",
                    "/v2/./app/manifests/1",
                    "/v2/app\\..\\other/manifests/1",
                    "/v2/App/manifests/1",
                    "/v2/app/manifests/$1",
                    "/v2/app/blobs/sha256:zz",
                    "/v2/app%00/manifests/1"
                })
        void what_is_outside_the_grammar_is_refused_and_the_registry_not_asked(String target) throws IOException {
            Reply reply = servers.with().get(target);

            assertTrue(reply.status() == 400 || reply.status() == 404, () -> Wire.all(reply));
            assertEquals(List.of(), registry.lines());
        }
    }

    @Nested
    @DisplayName("17: the realm was learnt once; no time-outs, no orderly end, no probes, no login but a fixed one")
    class Operations {
        @Test
        void a_realm_that_moves_is_followed() throws IOException {
            RunningServer server = servers.with();
            tokens();
            assertEquals(401, server.get("/v2/").status());
            assertEquals(200, server.get("/_token?scope=repository:app:pull").status());

            registry.forget();
            registry.on("GET /v2/", challenge(registry.at("/moved"), "")).on("GET /moved", json("{\"token\":\"t2\"}"));
            Reply gone = server.get("/_token?scope=repository:app:pull");
            Reply found = server.get("/_token?scope=repository:app:pull");

            assertNotEquals(200, gone.status());
            assertTrue(Wire.text(found).contains("\"t2\""), () -> Wire.all(found));
        }

        @Test
        void a_challenge_with_another_realm_is_enough_for_it_to_be_followed() throws IOException {
            RunningServer server = servers.with();
            tokens();
            server.get("/v2/");

            registry.on("GET /v2/team/a/app/manifests/1", challenge(registry.at("/moved"), ""))
                    .on("GET /moved", json("{\"token\":\"t2\"}"));
            server.get("/v2/app/manifests/1");
            Reply token = server.get("/_token?scope=repository:app:pull");

            assertTrue(Wire.text(token).contains("\"t2\""), () -> Wire.all(token));
        }

        @Test
        void a_password_in_a_file_may_change_while_it_runs() throws IOException {
            Path password = Files.writeString(dir.resolve("password"), "one");
            registry.on(
                    "GET /v2/team/a/app/manifests/1",
                    asked -> asked.all("Authorization").equals(List.of(Wire.basic("me", "second")))
                            ? manifest()
                            : status(401, "WWW-Authenticate", "Basic realm=\"r\""));
            try (RunningServer server =
                    servers.fresh("REGISTRY_USERNAME", "me", "REGISTRY_PASSWORD_FILE", password.toString())) {
                assertEquals(403, server.get("/v2/app/manifests/1").status());

                Files.writeString(password, "second");

                assertEquals(200, server.get("/v2/app/manifests/1").status());
            }
        }

        @Test
        void a_registry_that_accepts_and_says_nothing_is_504() throws IOException {
            try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                    Transport transport = JdkTransport.builder()
                            .headTimeout(Duration.ofMillis(200))
                            .build();
                    HttpUpstream upstream = HttpUpstream.to(URI.create("http://127.0.0.1:" + silent.getLocalPort()))
                            .transport(transport)
                            .build();
                    HandlerServer server = new HandlerServer(upstream);
                    SocketClient client = new SocketClient(server.base(), () -> {})) {
                Reply reply = client.send("GET", "/v2/app/manifests/1", Headers.EMPTY, Body.empty());

                assertEquals(504, reply.status());
            }
        }

        @Test
        void told_to_stop_it_ends_what_runs_and_exits_with_0() throws Exception {
            CountDownLatch release = new CountDownLatch(1);
            CountDownLatch running = new CountDownLatch(1);
            registry.on("GET /v2/team/a/app/manifests/1", asked -> {
                running.countDown();
                await(release);
                return manifest();
            });
            try (RunningServer server = servers.fresh()) {
                CompletableFuture<Reply> pull = CompletableFuture.supplyAsync(() -> {
                    try {
                        return server.get("/v2/app/manifests/1");
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                });
                await(running);

                server.terminate();
                server.await(Pattern.compile("told to stop"));
                release.countDown();

                assertEquals(200, pull.get(30, TimeUnit.SECONDS).status());
                assertEquals(0, server.exitCode());
            }
        }

        private static void await(CountDownLatch latch) {
            try {
                if (!latch.await(30, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("nothing came");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    @Nested
    @DisplayName("18: clients that reach only the custom domain failed on redirected blobs; others wanted the redirect")
    class Delivery {
        @Test
        void by_default_the_client_follows() throws IOException {
            try (ScriptedRegistry storage = redirectingTo()) {
                Reply reply = servers.with().get("/v2/app/blobs/" + DIGEST, "Authorization", "Bearer theirs");

                assertEquals(307, reply.status());
                assertEquals(storage.at("/blob?sig=1"), Wire.header(reply, "Location"));
                assertEquals(List.of(), storage.lines());
            }
        }

        @Test
        void in_stream_delivery_the_client_sees_one_host_and_storage_sees_no_login() throws IOException {
            try (ScriptedRegistry storage = redirectingTo()) {
                Reply reply = servers.with("BLOB_DELIVERY", "stream")
                        .get("/v2/app/blobs/" + DIGEST, "Authorization", "Bearer theirs");

                assertEquals(200, reply.status());
                assertEquals(BLOB, Wire.text(reply));
                assertFalse(Wire.all(reply).contains(storage.host()), () -> Wire.all(reply));
                assertEquals(List.of(), storage.askedOnce("GET /blob").all("Authorization"));
                assertEquals(
                        List.of("Bearer theirs"),
                        registry.askedOnce("GET /v2/team/a/app/blobs/" + DIGEST).all("Authorization"));
            }
        }

        private static ScriptedRegistry redirectingTo() throws IOException {
            ScriptedRegistry storage = new ScriptedRegistry();
            storage.on("GET /blob", answer(200, BLOB));
            registry.on("GET /v2/team/a/app/blobs/" + DIGEST, status(307, "Location", storage.at("/blob?sig=1")));
            return storage;
        }
    }

    /** A registry with a token server. */
    private static void tokens() {
        registry.on("GET /v2/", unauthorized("")).on("GET /token", json("{\"token\":\"t1\"}"));
    }

    private static MockResponse unauthorized(String more) {
        return challenge(registry.at("/token"), more);
    }

    private static MockResponse challenge(String realm, String more) {
        return status(401, "WWW-Authenticate", "Bearer realm=\"" + realm + "\",service=\"s\"" + more);
    }
}
