package io.github.registryproxy.tests.parity;

import static io.github.registryproxy.tests.parity.ScriptedRegistry.answer;
import static io.github.registryproxy.tests.parity.ScriptedRegistry.json;
import static io.github.registryproxy.tests.parity.ScriptedRegistry.manifest;
import static io.github.registryproxy.tests.parity.ScriptedRegistry.status;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Challenge;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.testing.Reply;
import io.github.registryproxy.tests.HandlerServer;
import io.github.registryproxy.tests.parity.ScriptedRegistry.Asked;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.SequenceInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import mockwebserver3.MockResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users of serverless-registry-proxy rely on, and get here too. */
class ParityTest {
    private static final String SECRET = "planted-0f-the-proxy";
    private static final String KEY = "{\n  \"type\": \"service_account\",\n  \"private_key\": \"" + SECRET + "\"\n}\n";

    @TempDir
    private static Path dir;

    private static ScriptedRegistry registry;
    private static Servers servers;

    @BeforeAll
    static void listen() throws IOException {
        registry = new ScriptedRegistry();
        servers = new Servers(
                Map.of("REGISTRY_HOST", registry.at(""), "REPO_PREFIX", "team/a", "PORT", "0", "HOST", "127.0.0.1"));
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
    @DisplayName("Config: the same variables, and the options of the README with its spelling")
    class Config {
        @Test
        void registry_prefix_host_and_port_are_read_from_the_environment() throws IOException {
            registry.on("GET /v2/team/a/app/manifests/1", manifest());

            assertEquals(200, servers.with().get("/v2/app/manifests/1").status());
        }

        @Test
        void the_options_are_understood_also_as_registeryHost() throws IOException {
            registry.on("GET /v2/team/b/app/manifests/1", manifest());

            for (String spelling : List.of("-registryHost", "-registeryHost")) {
                try (RunningServer server = RunningServer.start(
                        Map.of(), spelling, registry.at(""), "-repoPrefix", "team/b", "-port", "0")) {
                    assertEquals(200, server.get("/v2/app/manifests/1").status(), spelling);
                }
            }
        }

        @Test
        void without_a_registry_it_does_not_start_and_says_what_is_missing() throws Exception {
            RunningServer.End end = RunningServer.refused(Map.of("PORT", "0", "REPO_PREFIX", "team"));

            assertEquals(2, end.code());
            assertEquals(1, end.said().size(), end.said()::toString);
            assertTrue(end.said().get(0).contains("REGISTRY_HOST"), end.said()::toString);
        }

        @Test
        void any_value_disables_browser_redirects() throws IOException {
            RunningServer server = servers.with("DISABLE_BROWSER_REDIRECTS", "false");

            assertEquals(404, server.get("/app", "Accept", "text/html").status());
        }

        @Test
        void the_auth_header_wins_over_the_key_file() throws IOException {
            Path key = Files.writeString(dir.resolve("losing-key.json"), KEY);
            RunningServer server =
                    servers.with("AUTH_HEADER", "Bearer " + SECRET, "GOOGLE_APPLICATION_CREDENTIALS", key.toString());
            registry.on("GET /v2/team/a/app/manifests/1", manifest());

            assertEquals(200, server.get("/v2/app/manifests/1").status());

            assertEquals(
                    List.of("Bearer " + SECRET),
                    registry.askedOnce("GET /v2/team/a/app/manifests/1").all("Authorization"));
        }

        @Test
        void a_certificate_and_its_key_make_it_https() throws Exception {
            PemIdentity identity = PemIdentity.make(dir);
            RunningServer server = servers.with(
                    "TLS_CERT", identity.certificate().toString(),
                    "TLS_KEY", identity.key().toString());
            registry.on("GET /v2/team/a/app/manifests/1", manifest());
            HttpClient client =
                    HttpClient.newBuilder().sslContext(identity.trusting()).build();

            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create("https://" + server.host() + "/v2/app/manifests/1"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());

            assertEquals(ScriptedRegistry.MANIFEST, answer.body());
        }
    }

    @Nested
    @DisplayName("Path map: /v2/X is /v2/PREFIX/X at the registry")
    class PathMap {
        @Test
        void a_repository_is_asked_for_below_the_prefix_at_the_registrys_own_host() throws IOException {
            registry.on("GET /v2/team/a/lib/app/manifests/1", manifest());

            Reply reply = servers.with().get("/v2/lib/app/manifests/1");

            assertEquals(ScriptedRegistry.MANIFEST, Wire.text(reply));
            assertEquals(
                    List.of(registry.host()),
                    registry.askedOnce("GET /v2/team/a/lib/app/manifests/1").all("Host"));
        }

        @Test
        void the_base_gets_no_prefix() throws IOException {
            registry.on("GET /v2/", json("{}"));

            assertEquals(200, servers.with().get("/v2/").status());

            assertEquals(List.of("GET /v2/"), registry.lines());
        }

        @Test
        void the_query_is_kept() throws IOException {
            registry.on("GET /v2/team/a/app/tags/list", json("{\"name\":\"team/a/app\",\"tags\":[]}"));

            servers.with().get("/v2/app/tags/list?n=5&last=a%2Bb&trace=7");

            Asked asked = registry.askedOnce("GET /v2/team/a/app/tags/list");
            assertEquals(List.of("5"), asked.fields("n"));
            assertEquals(List.of("a+b"), asked.fields("last"));
            assertEquals(List.of("7"), asked.fields("trace"));
        }
    }

    @Nested
    @DisplayName("Key file: Basic _json_key with the file")
    class KeyFile {
        @Test
        void the_key_is_the_password_of_json_key_at_the_registry() throws IOException {
            Path key = Files.writeString(dir.resolve("key.json"), KEY);
            RunningServer server = servers.with("GOOGLE_APPLICATION_CREDENTIALS", key.toString());
            registry.on(
                    "GET /v2/team/a/app/manifests/1",
                    asked -> asked.all("Authorization").isEmpty()
                            ? status(401, "WWW-Authenticate", "Basic realm=\"GCR\"")
                            : manifest());

            Reply first = server.get("/v2/app/manifests/1");
            Reply second = server.get("/v2/app/manifests/1");

            assertEquals(200, first.status());
            assertEquals(200, second.status());
            List<Asked> asked = registry.asked("GET /v2/team/a/app/manifests/1");
            assertEquals(3, asked.size(), "once learnt, the key is sent at once");
            for (Asked call : asked.subList(1, 3)) {
                String login = Wire.userAndPassword(call.all("Authorization").get(0));
                assertTrue(login.startsWith("_json_key:{"), login);
                assertEquals(withoutSpace("_json_key:" + KEY), withoutSpace(login));
            }
            assertFalse((Wire.all(first) + Wire.all(second)).contains(SECRET));
        }

        @Test
        void a_registry_that_gives_tokens_gets_the_key_at_its_token_server_alone() throws IOException {
            Path key = Files.writeString(dir.resolve("key-for-tokens.json"), KEY);
            registry.on(
                            "GET /v2/team/a/app/manifests/1",
                            asked -> asked.all("Authorization").equals(List.of("Bearer t1"))
                                    ? manifest()
                                    : unauthorized("gcr.io"))
                    .on("GET /token", json("{\"token\":\"t1\"}"));

            Reply reply = servers.with("GOOGLE_APPLICATION_CREDENTIALS", key.toString())
                    .get("/v2/app/manifests/1");

            assertEquals(200, reply.status());
            String login = registry.askedOnce("GET /token").all("Authorization").get(0);
            assertTrue(Wire.userAndPassword(login).startsWith("_json_key:{"), login);
            for (Asked asked : registry.asked("GET /v2/team/a/app/manifests/1")) {
                assertFalse(asked.all("Authorization").contains(login), asked::toString);
            }
        }

        private static String withoutSpace(String text) {
            return text.replaceAll("\\s", "");
        }
    }

    @Nested
    @DisplayName("Realm rewrite: clients are shown /_token here")
    class RealmRewrite {
        @Test
        void the_realm_is_ours_and_the_service_is_the_registrys() throws IOException {
            registry.on("GET /v2/", unauthorized("registry.example"));
            RunningServer server = servers.with();

            Reply reply = server.get("/v2/");

            assertEquals(401, reply.status());
            Challenge challenge = Wire.bearer(reply);
            assertEquals(
                    "http://" + server.host() + "/_token",
                    challenge.parameter("realm").orElseThrow());
            assertEquals("registry.example", challenge.parameter("service").orElseThrow());
            assertFalse(Wire.all(reply).contains(registry.host()), () -> Wire.all(reply));
        }
    }

    @Nested
    @DisplayName("/_token: proxied to the registry's realm")
    class TokenEndpoint {
        @Test
        void scopes_get_the_prefix_and_the_clients_own_login_is_passed_on() throws IOException {
            registry.on("GET /v2/", unauthorized("registry.example")).on("GET /token", json("{\"token\":\"t1\"}"));

            Reply reply = servers.with()
                    .get(
                            "/_token?service=registry.example&account=me&scope=repository:app:pull,push",
                            "Authorization",
                            Wire.basic("me", "mine"));

            assertEquals(200, reply.status());
            assertTrue(Wire.text(reply).contains("\"t1\""), () -> Wire.text(reply));
            Asked asked = registry.askedOnce("GET /token");
            assertEquals(List.of("repository:team/a/app:pull,push"), asked.fields("scope"));
            assertEquals(List.of("registry.example"), asked.fields("service"));
            assertEquals(List.of("me"), asked.fields("account"));
            assertEquals(List.of(Wire.basic("me", "mine")), asked.all("Authorization"));
        }

        @Test
        void the_injected_secret_is_never_sent_to_a_realm() throws IOException {
            RunningServer server = servers.with("AUTH_HEADER", "Bearer " + SECRET);
            registry.on("GET /v2/", unauthorized("registry.example"))
                    .on("GET /v2/team/a/app/manifests/1", unauthorized("registry.example"))
                    .on("GET /token", json("{\"token\":\"t1\"}"));

            Reply refused = server.get("/v2/app/manifests/1");
            Reply token = server.get("/_token?scope=repository:app:pull");

            assertEquals(403, refused.status());
            assertEquals(404, token.status());
            assertEquals(List.of(), registry.asked("GET /token"));
            assertFalse((Wire.all(refused) + Wire.all(token)).contains(SECRET));
        }

        @Test
        void what_the_client_was_given_is_passed_to_the_registry() throws IOException {
            registry.on("GET /v2/team/a/app/manifests/1", manifest());

            servers.with().get("/v2/app/manifests/1", "Authorization", "Bearer t1");

            assertEquals(
                    List.of("Bearer t1"),
                    registry.askedOnce("GET /v2/team/a/app/manifests/1").all("Authorization"));
        }
    }

    @Nested
    @DisplayName("Browser redirect: what is no registry path is 307 to the registry's pages")
    class BrowserRedirect {
        @Test
        void a_browser_is_sent_to_the_repository_at_the_registry() throws IOException {
            Reply reply = servers.with().get("/lib/app", "Accept", "text/html,application/xhtml+xml,*/*;q=0.8");

            assertEquals(307, reply.status());
            assertEquals(registry.at("/team/a/lib/app"), Wire.header(reply, "Location"));
            assertEquals(List.of(), registry.lines());
        }

        @Test
        void a_registry_without_scheme_is_behind_https() throws IOException {
            RunningServer server = servers.with("REGISTRY_HOST", "gcr.io", "REPO_PREFIX", "project");

            Reply reply = server.get("/app", "Accept", "text/html");

            assertEquals("https://gcr.io/project/app", Wire.header(reply, "Location"));
        }

        @Test
        void registry_paths_and_the_token_endpoint_are_not_redirected() throws IOException {
            registry.on("GET /v2/", unauthorized("registry.example"))
                    .on("GET /token", json("{\"token\":\"t1\"}"))
                    .on("GET /v2/team/a/app/manifests/1", manifest());
            RunningServer server = servers.with();

            assertEquals(401, server.get("/v2/", "Accept", "text/html").status());
            assertEquals(
                    200,
                    server.get("/v2/app/manifests/1", "Accept", "text/html").status());
            assertEquals(200, server.get("/_token", "Accept", "text/html").status());
        }
    }

    @Nested
    @DisplayName("User-Agent: our product and the custom domain stand before the client's")
    class UserAgent {
        @Test
        void the_registry_learns_by_which_domain_the_client_came() throws IOException {
            registry.on("GET /v2/team/a/app/manifests/1", manifest());
            RunningServer server = servers.with();

            server.getAt("r.example.com", "/v2/app/manifests/1", "User-Agent", "docker/27.0 go/1.22");

            List<String> agents =
                    registry.askedOnce("GET /v2/team/a/app/manifests/1").all("User-Agent");
            assertEquals(1, agents.size(), agents::toString);
            String expected =
                    "registry-proxy/\\S+ customDomain/r\\.example\\.com:" + server.port() + " docker/27\\.0 go/1\\.22";
            assertTrue(agents.get(0).matches(expected), agents::toString);
        }
    }

    @Nested
    @DisplayName("AR fix: GET, 302 and a relative Location become the registry's absolute URL")
    class ArtifactRegistry {
        @Test
        void a_blobs_relative_redirect_leads_past_the_proxy() throws IOException {
            String digest =
                    Digest.of(Digest.Algorithm.SHA256, Wire.bytes("layer")).toString();
            registry.on(
                    "GET /v2/team/a/app/blobs/" + digest,
                    status(302, "Location", "/artifacts-downloads/namespaces/x/downloads/AB=?sig=1%2F2"));

            Reply reply = servers.with().get("/v2/app/blobs/" + digest);

            assertEquals(302, reply.status());
            assertEquals(
                    registry.at("/artifacts-downloads/namespaces/x/downloads/AB=?sig=1%2F2"),
                    Wire.header(reply, "Location"));
        }
    }

    @Nested
    @DisplayName("Streaming: at once, without hop-by-hop fields, with X-Forwarded-For, stateless")
    class Streaming {
        @Test
        void a_blob_begins_to_arrive_before_the_registry_has_sent_it_all() throws Exception {
            byte[] blob = new byte[2_000_000];
            Arrays.fill(blob, (byte) 'x');
            String digest = Digest.of(Digest.Algorithm.SHA256, blob).toString();
            CountDownLatch release = new CountDownLatch(1);
            try (HandlerServer slow = new HandlerServer(request -> RegistryResponse.of(
                            200,
                            Headers.of("Content-Type", "application/octet-stream"),
                            Body.of(half(blob, release), OptionalLong.of(blob.length))));
                    RunningServer server = RunningServer.start(
                            Map.of("REGISTRY_HOST", slow.base().toString(), "PORT", "0"))) {
                HttpResponse<InputStream> answer = HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(
                                                URI.create("http://" + server.host() + "/v2/app/blobs/" + digest))
                                        .build(),
                                HttpResponse.BodyHandlers.ofInputStream());
                try (InputStream body = answer.body()) {
                    byte[] begin = body.readNBytes(100_000);
                    release.countDown();
                    byte[] rest = body.readNBytes(blob.length);

                    assertArrayEquals(Arrays.copyOf(blob, 100_000), begin);
                    assertEquals(blob.length - begin.length, rest.length);
                }
            }
        }

        /** The second half waits for the latch. */
        private static InputStream half(byte[] content, CountDownLatch release) {
            int middle = content.length / 2;
            InputStream waiting = new InputStream() {
                @Override
                public int read() throws IOException {
                    try {
                        release.await();
                        return -1;
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        throw new InterruptedIOException();
                    }
                }
            };
            return new SequenceInputStream(
                    new SequenceInputStream(new ByteArrayInputStream(content, 0, middle), waiting),
                    new ByteArrayInputStream(content, middle, content.length - middle));
        }

        @Test
        void hop_by_hop_fields_end_at_the_proxy_in_both_directions() throws IOException {
            MockResponse hops = manifest()
                    .newBuilder()
                    .addHeader("Connection", "OCI-Hop")
                    .addHeader("OCI-Hop", "1")
                    .addHeader("OCI-Kept", "1")
                    .addHeader("Keep-Alive", "timeout=5")
                    .addHeader("Proxy-Authenticate", "Basic realm=\"hop\"")
                    .build();
            registry.on("GET /v2/team/a/app/manifests/1", hops);

            Reply reply = servers.with()
                    .get(
                            "/v2/app/manifests/1",
                            "Connection",
                            "OCI-Hop",
                            "OCI-Hop",
                            "1",
                            "OCI-Kept",
                            "1",
                            "Proxy-Authorization",
                            "Basic eDp5",
                            "TE",
                            "trailers",
                            "Keep-Alive",
                            "timeout=5");

            okhttp3.Headers sent =
                    registry.askedOnce("GET /v2/team/a/app/manifests/1").headers();
            for (String name : List.of("OCI-Hop", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "TE")) {
                assertEquals(List.of(), sent.values(name), name);
                assertEquals(List.of(), reply.headers().all(name), name);
            }
            assertEquals(List.of("1"), sent.values("OCI-Kept"));
            assertEquals(List.of("1"), reply.headers().all("OCI-Kept"));
        }

        @Test
        void the_registry_learns_the_clients_address_from_us_and_not_from_the_client() throws IOException {
            registry.on("GET /v2/team/a/app/manifests/1", manifest());
            RunningServer server = servers.with();

            server.get("/v2/app/manifests/1", "X-Forwarded-For", "203.0.113.9");

            assertEquals(
                    List.of("127.0.0.1"),
                    registry.askedOnce("GET /v2/team/a/app/manifests/1").all("X-Forwarded-For"));
        }

        @Test
        void behind_a_trusted_proxy_the_registry_learns_the_address_that_this_one_vouches_for() throws IOException {
            registry.on("GET /v2/team/a/app/manifests/1", manifest());

            servers.with("TRUSTED_PROXIES", "127.0.0.0/8")
                    .get("/v2/app/manifests/1", "X-Forwarded-For", "203.0.113.9, 198.51.100.7");

            assertEquals(
                    List.of("198.51.100.7"),
                    registry.askedOnce("GET /v2/team/a/app/manifests/1").all("X-Forwarded-For"));
        }

        @Test
        void clients_get_no_state_to_keep() throws IOException {
            registry.on(
                    "GET /v2/team/a/app/manifests/1",
                    manifest().newBuilder().addHeader("Set-Cookie", "a=b").build());

            Reply reply = servers.with().get("/v2/app/manifests/1", "Cookie", "c=d");

            assertEquals(List.of(), reply.headers().all("Set-Cookie"));
            assertEquals(
                    List.of(),
                    registry.askedOnce("GET /v2/team/a/app/manifests/1").all("Cookie"));
        }
    }

    private static MockResponse unauthorized(String service) {
        String challenge = "Bearer realm=\"" + registry.at("/token") + "\",service=\"" + service + "\"";
        return answer(401, "", "WWW-Authenticate", challenge);
    }
}
