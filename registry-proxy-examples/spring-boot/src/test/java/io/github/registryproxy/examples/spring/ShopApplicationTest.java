package io.github.registryproxy.examples.spring;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Identity;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.testing.FakeRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

class ShopApplicationTest {
    private static final FakeRegistry REGISTRY = new FakeRegistry();
    private static ConfigurableApplicationContext application;

    @BeforeAll
    static void start() {
        application = started(new SpringApplicationBuilder(ShopApplication.class)
                .initializers(context -> ((GenericApplicationContext) context)
                        .registerBean("upstream", RegistryHandler.class, () -> REGISTRY)));
    }

    private static ConfigurableApplicationContext started(SpringApplicationBuilder builder, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0",
                "--spring.security.user.name=alice",
                "--spring.security.user.password=wonderland",
                "--spring.security.user.roles=kitchen"));
        arguments.addAll(List.of(more));
        return builder.run(arguments.toArray(String[]::new));
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    @Test
    void an_image_is_pulled_by_who_logged_in_to_spring() throws Exception {
        byte[] layer = new byte[300_000];
        Digest manifest = REGISTRY.image("library/app", "1", layer);

        HttpResponse<byte[]> byTag = get("/v2/app/manifests/1", "alice:wonderland");

        assertEquals(200, byTag.statusCode());
        assertEquals(manifest, Digest.of(Digest.Algorithm.SHA256, byTag.body()));
        Digest blob = Digest.of(Digest.Algorithm.SHA256, layer);
        assertArrayEquals(
                layer, get("/v2/app/blobs/" + blob, "alice:wonderland").body());

        RegistryRequest seen = REGISTRY.requests().get(0);
        assertEquals(
                new Identity("alice", Set.of("ROLE_kitchen")),
                seen.get(Identity.ATTRIBUTE)
                        .map(who -> new Identity(who.name(), roles(who)))
                        .orElseThrow());
        assertFalse(seen.headers().contains(HeaderNames.AUTHORIZATION), "the registry behind sees the password");
    }

    /** Newer versions of Spring Security add how somebody logged in. */
    private static Set<String> roles(Identity who) {
        return who.groups().contains("ROLE_kitchen") ? Set.of("ROLE_kitchen") : Set.of();
    }

    @Test
    void who_did_not_log_in_is_challenged_in_the_words_of_the_protocol() throws Exception {
        for (String path : new String[] {"/v2/", "/v2/app/manifests/1", "/v2/_catalog"}) {
            for (String login : new String[] {"", "alice:wrong"}) {
                HttpResponse<byte[]> answer = get(path, login);

                assertEquals(401, answer.statusCode());
                assertEquals(
                        "Basic realm=\"images\", charset=\"UTF-8\"",
                        answer.headers().firstValue("WWW-Authenticate").orElseThrow());
                assertEquals(
                        "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"authentication required\"}]}",
                        new String(answer.body(), StandardCharsets.UTF_8));
            }
        }
    }

    @Test
    void an_answer_below_v2_has_no_cookie_and_says_nothing_to_browsers() throws Exception {
        REGISTRY.image("library/plain", "1", new byte[10]);

        HttpResponse<byte[]> answer = get("/v2/plain/manifests/1", "alice:wonderland");

        for (String name : new String[] {"Set-Cookie", "Cache-Control", "Pragma", "Expires", "X-Frame-Options"}) {
            assertTrue(answer.headers().firstValue(name).isEmpty(), name);
        }
    }

    @Test
    void a_push_is_refused_by_the_proxy_and_not_for_want_of_a_csrf_token() throws Exception {
        HttpResponse<byte[]> answer =
                send(request("/v2/app/blobs/uploads/", "alice:wonderland").POST(HttpRequest.BodyPublishers.noBody()));

        assertEquals(405, answer.statusCode());
    }

    @Test
    void the_application_s_own_pages_stay_as_they_were() throws Exception {
        assertEquals("12 apples\n", new String(get("/stock", "alice:wonderland").body(), StandardCharsets.UTF_8));
        HttpResponse<byte[]> stranger = send(request("/stock", "").header("Accept", "text/html"));
        assertEquals(302, stranger.statusCode());
        assertTrue(stranger.headers().firstValue("Location").orElseThrow().endsWith("/login"));
    }

    @Test
    void the_registry_of_the_properties_stands_behind() throws Exception {
        List<String> asked = new CopyOnWriteArrayList<>();
        HttpServer registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        registry.createContext("/", exchange -> {
            asked.add(exchange.getRequestURI().getPath());
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
        });
        registry.start();
        String url =
                "--images.registry=http://127.0.0.1:" + registry.getAddress().getPort();
        try (ConfigurableApplicationContext other = started(new SpringApplicationBuilder(ShopApplication.class), url)) {
            assertEquals(
                    404,
                    send(request(other, "/v2/app/manifests/1", "alice:wonderland"))
                            .statusCode());
        } finally {
            registry.stop(0);
        }
        assertEquals(List.of("/v2/library/app/manifests/1"), asked);
    }

    private static HttpResponse<byte[]> get(String path, String login) throws IOException, InterruptedException {
        return send(request(path, login));
    }

    private static HttpRequest.Builder request(String path, String login) {
        return request(application, path, login);
    }

    private static HttpRequest.Builder request(ConfigurableApplicationContext at, String path, String login) {
        String port = at.getEnvironment().getRequiredProperty("local.server.port");
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        return login.isEmpty()
                ? request
                : request.header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)));
    }

    private static HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }
}
