package io.github.registryproxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.facade.Facade;
import io.github.registryproxy.facade.Listener;
import io.github.registryproxy.facade.SettingSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.net.ssl.SSLContext;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole server over sockets: settings, container, servlet, chain, upstream. */
class ServeTest {
    private static final String SECRET = "planted-0f-the-proxy";

    private final MockWebServer registry = new MockWebServer();
    private final Log log = new Log();

    @TempDir
    private Path dir;

    private Facade facade;
    private ProxyServer server;

    @BeforeEach
    void listen() throws IOException {
        registry.start(InetAddress.getLoopbackAddress(), 0);
        Logger.getLogger("io.github.registryproxy").addHandler(log);
    }

    @AfterEach
    void stop() {
        server.drain();
        facade.close();
        registry.close();
        Logger.getLogger("io.github.registryproxy").removeHandler(log);
    }

    @Test
    void a_repository_is_served_under_its_own_name() throws Exception {
        start(Map.of("REPO_PREFIX", "team/a"));
        registry.enqueue(json("{\"name\":\"team/a/app\",\"tags\":[\"1\"]}"));

        HttpResponse<String> answer = get("/v2/app/tags/list");

        assertEquals("{\"name\":\"app\",\"tags\":[\"1\"]}", answer.body());
        assertEquals("/v2/team/a/app/tags/list", registry.takeRequest().getTarget());
    }

    @Test
    void writes_are_refused_unless_enabled() throws Exception {
        start(Map.of());

        assertEquals(405, send("DELETE", "/v2/app/manifests/1").statusCode());
        assertEquals(0, registry.getRequestCount());
    }

    @Test
    void writes_pass_when_enabled() throws Exception {
        start(Map.of("ENABLE_PUSH", "true"));
        registry.enqueue(new MockResponse.Builder().code(202).build());

        assertEquals(202, send("DELETE", "/v2/app/manifests/1").statusCode());
    }

    @Test
    void manifest_over_4_MiB_is_refused_before_the_registry_is_asked() throws Exception {
        start(Map.of("ENABLE_PUSH", "true"));
        HttpRequest push = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.port() + "/v2/app/manifests/1"))
                .header("Content-Type", "application/vnd.oci.image.manifest.v1+json")
                .PUT(HttpRequest.BodyPublishers.ofByteArray(new byte[4 * 1024 * 1024 + 1]))
                .build();
        registry.enqueue(new MockResponse.Builder().code(201).build());

        HttpResponse<String> answer = HttpClient.newHttpClient().send(push, HttpResponse.BodyHandlers.ofString());

        assertEquals(413, answer.statusCode());
        assertEquals(0, registry.getRequestCount());
    }

    @Test
    void the_catalog_is_refused_unless_enabled() throws Exception {
        start(Map.of());

        assertTrue(get("/v2/_catalog").statusCode() >= 400);
        assertEquals(0, registry.getRequestCount());
    }

    @Test
    void the_login_reaches_the_registry_and_nobody_else() throws Exception {
        start(Map.of("AUTH_HEADER", "Bearer " + SECRET, "REPO_PREFIX", "a"));
        registry.enqueue(json("{\"name\":\"a/app\",\"tags\":[]}"));
        registry.enqueue(
                new MockResponse.Builder().code(403).body("oops " + SECRET).build());

        HttpResponse<String> good = get("/v2/app/tags/list");
        HttpResponse<String> bad = get("/v2/app/manifests/1");

        assertEquals("Bearer " + SECRET, registry.takeRequest().getHeaders().get("Authorization"));
        assertFalse((good.headers().map() + good.body()).contains(SECRET));
        assertFalse((bad.headers().map() + bad.body()).contains(SECRET));
        assertFalse(log.lines.toString().contains(SECRET), log.lines::toString);
    }

    @Test
    void a_password_may_stand_in_a_file() throws Exception {
        Path password = Files.writeString(dir.resolve("password"), "one\n");
        start(Map.of("REGISTRY_USERNAME", "me", "REGISTRY_PASSWORD_FILE", password.toString()));
        registry.enqueue(unauthorized());
        registry.enqueue(json("{\"name\":\"app\",\"tags\":[]}"));

        assertEquals(200, get("/v2/app/tags/list").statusCode());

        registry.takeRequest();
        assertEquals("Basic bWU6b25l", registry.takeRequest().getHeaders().get("Authorization"));
    }

    @Test
    void without_a_login_clients_are_sent_to_the_proxys_own_token_endpoint() throws Exception {
        start(Map.of("PUBLIC_URL", "https://r.example.com"));
        registry.enqueue(new MockResponse.Builder()
                .code(401)
                .addHeader("WWW-Authenticate", "Bearer realm=\"" + registry.url("/token") + "\",service=\"s\"")
                .build());

        HttpResponse<String> challenged = get("/v2/");

        assertEquals(401, challenged.statusCode());
        String challenge = challenged.headers().firstValue("WWW-Authenticate").orElseThrow();
        assertTrue(challenge.contains("realm=\"https://r.example.com/_token\""), challenge);
    }

    @Test
    void browsers_are_sent_to_the_registry_and_clients_are_not() throws Exception {
        start(Map.of("REPO_PREFIX", "team"));

        HttpResponse<String> page = send("GET", "/app", "Accept", "text/html");
        HttpResponse<String> other = send("GET", "/app", "Accept", "application/json");

        assertEquals(307, page.statusCode());
        assertEquals(
                "http://127.0.0.1:" + registry.getPort() + "/team/app",
                page.headers().firstValue("Location").orElseThrow());
        assertEquals(404, other.statusCode());
    }

    @Test
    void a_host_outside_the_list_is_refused() throws Exception {
        start(Map.of("ALLOWED_HOSTS", "r.example.com"));

        String refused =
                Wire.ask(server.port(), "GET /v2/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");

        assertTrue(refused.startsWith("HTTP/1.1 421 "), refused);
        assertFalse(refused.contains("evil"), refused);
        assertTrue(Wire.ask(server.port(), "GET /healthz HTTP/1.1\r\nHost: 10.0.0.1\r\nConnection: close\r\n\r\n")
                .startsWith("HTTP/1.1 200 "));
    }

    @Test
    void it_starts_and_is_ready_while_the_registry_is_away() throws Exception {
        int nobody;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = closed.getLocalPort();
        }
        start(Map.of("REGISTRY_HOST", "http://127.0.0.1:" + nobody));

        assertEquals(200, get("/readyz").statusCode());
        HttpResponse<String> answer = get("/v2/app/manifests/1");
        assertEquals(502, answer.statusCode());
        assertFalse(answer.body().contains(Integer.toString(nobody)), answer.body());
    }

    @Test
    void https_is_served_with_the_given_certificate() throws Exception {
        HeldCertificate made = new HeldCertificate.Builder()
                .addSubjectAlternativeName("localhost")
                .build();
        Path certificate = Files.writeString(dir.resolve("own.crt"), made.certificatePem());
        Path key = Files.writeString(dir.resolve("own.key"), made.privateKeyPkcs8Pem());
        start(Map.of("TLS_CERT", certificate.toString(), "TLS_KEY", key.toString()));
        registry.enqueue(new MockResponse.Builder()
                .code(401)
                .addHeader("WWW-Authenticate", "Bearer realm=\"" + registry.url("/token") + "\"")
                .build());
        HttpClient client =
                HttpClient.newBuilder().sslContext(trusting(made.certificate())).build();

        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + "/v2/"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());

        assertEquals(401, answer.statusCode());
        String challenge = answer.headers().firstValue("WWW-Authenticate").orElseThrow();
        assertTrue(challenge.contains("\"https://localhost:" + server.port() + "/_token\""), challenge);
    }

    @Test
    void the_proxys_user_is_told_apart_from_the_clients() throws Exception {
        start(Map.of("REGISTRY_USERNAME", "me", "REGISTRY_PASSWORD", SECRET));
        registry.enqueue(json("{\"name\":\"app\",\"tags\":[]}"));

        send("GET", "/v2/app/tags/list", "Authorization", "Basic Y2xpZW50Og==");

        RecordedRequest asked = registry.takeRequest();
        assertNull(asked.getHeaders().get("Authorization"));
    }

    private void start(Map<String, String> environment) throws Exception {
        Map<String, String> all = new HashMap<>(Map.of(
                "REGISTRY_HOST", "http://127.0.0.1:" + registry.getPort(),
                "PORT", "0",
                "HOST", "127.0.0.1",
                "DRAIN_SECONDS", "5"));
        all.putAll(environment);
        SettingSource source = SettingSource.environment(all);
        facade = Facade.of(source);
        server = new ProxyServer(Listener.of(source), Servlets.of(facade));
        server.start();
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send("GET", path, "Accept", "*/*");
    }

    private HttpResponse<String> send(String method, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static MockResponse json(String body) {
        return new MockResponse.Builder()
                .addHeader("Content-Type", "application/json")
                .body(body)
                .build();
    }

    private static MockResponse unauthorized() {
        return new MockResponse.Builder()
                .code(401)
                .addHeader("WWW-Authenticate", "Basic realm=\"r\"")
                .build();
    }

    private static SSLContext trusting(X509Certificate certificate) {
        return new HandshakeCertificates.Builder()
                .addTrustedCertificate(certificate)
                .build()
                .sslContext();
    }

    /** What would be logged. */
    private static final class Log extends Handler {
        private final List<String> lines = new CopyOnWriteArrayList<>();
        private final LogLine format = new LogLine();

        @Override
        public void publish(LogRecord line) {
            lines.add(format.format(line));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
