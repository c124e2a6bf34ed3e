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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A login of the proxy's own, over sockets. */
final class LoginTest {
    private static final String HASH = "$2y$05$fiQXjb5vDTnBW1aSlzlI5O/VSi/aA4akL7XE41OUFDfa1xK5Laqlu";
    private static final String ALICE = "Authorization: Basic "
            + Base64.getEncoder().encodeToString("alice:sesam öffne dich".getBytes(StandardCharsets.UTF_8)) + "\r\n";

    private final MockWebServer registry = new MockWebServer();

    @TempDir
    private Path dir;

    private Facade facade;
    private ProxyServer server;

    @BeforeEach
    void listen() throws IOException {
        registry.start(InetAddress.getLoopbackAddress(), 0);
    }

    @AfterEach
    void stop() {
        server.drain();
        facade.close();
        registry.close();
    }

    private void start(String... more) throws Exception {
        Path users = Files.writeString(dir.resolve("users"), "alice:" + HASH + "\n");
        Map<String, String> settings = new HashMap<>(Map.of(
                "HOST",
                "127.0.0.1",
                "PORT",
                "0",
                "REGISTRY_HOST",
                "http://127.0.0.1:" + registry.getPort(),
                "HTPASSWD_FILE",
                users.toString()));
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        SettingSource environment = SettingSource.environment(settings);
        facade = Facade.of(environment);
        server = new ProxyServer(Listener.of(environment), Servlets.of(facade));
        server.start();
    }

    private String ask(String line, String fields) throws IOException {
        return Wire.ask(
                server.port(), line + " HTTP/1.1\r\nHost: r.example\r\nConnection: close\r\n" + fields + "\r\n");
    }

    @Test
    void strangers_are_sent_to_our_token_endpoint_and_the_registry_hears_nothing() throws Exception {
        start("PUBLIC_URL", "https://r.example.com");
        String answer = ask("GET /v2/", "");
        assertTrue(answer.startsWith("HTTP/1.1 401 "), answer);
        assertTrue(
                answer.contains(
                        "WWW-Authenticate: Bearer realm=\"https://r.example.com/_token\",service=\"registry-proxy\"\r\n"),
                answer);
        assertEquals(0, registry.getRequestCount());
    }

    @Test
    void a_login_here_is_not_shown_to_the_registry_even_if_it_asks() throws Exception {
        start("LOGIN_MODE", "basic");
        registry.enqueue(new MockResponse.Builder()
                .code(401)
                .addHeader("WWW-Authenticate", "Basic realm=\"r\"")
                .build());
        ask("GET /v2/app/tags/list", ALICE);
        assertNull(registry.takeRequest().getHeaders().get("Authorization"));
        assertEquals(1, registry.getRequestCount());
    }

    @Test
    void a_push_without_right_is_answered_before_its_body() throws Exception {
        start();
        for (String framing : new String[] {"Content-Length: 1000", "Transfer-Encoding: chunked"}) {
            for (String line : new String[] {"PUT /v2/app/manifests/1", "PATCH /v2/app/blobs/uploads/7"}) {
                String push = framing + "\r\nExpect: 100-continue\r\n";
                String stranger = ask(line, push);
                assertTrue(stranger.startsWith("HTTP/1.1 401 "), stranger);
                String alice = ask(line, push + ALICE);
                assertTrue(alice.startsWith("HTTP/1.1 403 "), alice);
                assertFalse((stranger + alice).contains("100 Continue"), stranger + alice);
            }
        }
        assertEquals(0, registry.getRequestCount());
    }

    @Test
    void a_client_that_asks_too_often_is_told_to_wait() throws Exception {
        start("RATE_LIMIT", "1");
        int refused = 0;
        for (int i = 0; i < 300 && refused == 0; i++) {
            String answer = ask("GET /v2/app/manifests/x%20y", ALICE);
            refused += answer.startsWith("HTTP/1.1 429 ") && answer.contains("Retry-After: ") ? 1 : 0;
        }
        assertEquals(1, refused);
    }
}
