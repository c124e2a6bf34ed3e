package io.github.registryproxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.facade.Facade;
import io.github.registryproxy.facade.Listener;
import io.github.registryproxy.facade.SiteConfiguration;
import io.github.registryproxy.metrics.Metrics;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.server.config.ConfigurationFile;
import io.github.registryproxy.testing.FakeRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files that are shipped, and others, over sockets. */
class SiteTest {
    private static final Path SHIPPED = Path.of("config");
    private static final byte[] LAYER = "a layer".getBytes(StandardCharsets.UTF_8);

    private final FakeRegistry upstream = new FakeRegistry();
    private final HttpClient client = HttpClient.newHttpClient();
    private final ProxyServer registry = new ProxyServer(
            new Listener(Optional.of("127.0.0.1"), 0, Optional.empty(), Duration.ZERO, 20), Servlets.of(upstream));

    @TempDir
    private Path dir;

    private Facade facade;
    private ProxyServer server;

    @BeforeEach
    void listen() throws Exception {
        registry.start();
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.drain();
            facade.close();
        }
        registry.drain();
    }

    private Map<String, String> environment() {
        return Map.of(
                "PORT",
                "0",
                "DATA_DIR",
                dir.resolve("data").toString(),
                "UPSTREAM",
                "http://127.0.0.1:" + registry.port());
    }

    private void start(Path file) throws Exception {
        SiteConfiguration said = new ConfigurationFile(file, environment()).read();
        facade = Facade.of(Metrics.NONE, said);
        server = new ProxyServer(said.listener(), Servlets.of(facade));
        server.start();
    }

    private void start(String yaml) throws Exception {
        start(Files.writeString(dir.resolve("site.yaml"), yaml));
    }

    private HttpResponse<String> ask(String method, String target, String... fields) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + target))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .header("Accept", "*/*");
        for (int i = 0; i < fields.length; i += 2) {
            request.header(fields[i], fields[i + 1]);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private int status(String target) throws Exception {
        return ask("GET", target).statusCode();
    }

    @Test
    void facade_yaml_serves_the_upstream_under_its_own_name_and_keeps_what_is_pulled() throws Exception {
        upstream.image("app", "1", LAYER);
        start(SHIPPED.resolve("facade.yaml"));

        assertEquals(200, status("/v2/app/manifests/1"));
        assertEquals(200, status("/v2/app/manifests/1"));
        assertEquals(
                1,
                upstream.requestLines().stream()
                        .filter(line -> line.contains("/manifests/"))
                        .count());
        assertEquals(403, ask("POST", "/v2/app/blobs/uploads/").statusCode());
        assertEquals(405, ask("GET", "/v2/_catalog").statusCode());
    }

    @Test
    void mirror_yaml_serves_by_ns_and_without() throws Exception {
        upstream.image("library/alpine", "3", LAYER);
        start(SHIPPED.resolve("mirror.yaml"));

        assertEquals(200, status("/v2/"));
        assertEquals(200, status("/v2/library/alpine/manifests/3"));
        HttpResponse<String> named = ask("GET", "/v2/library/alpine/manifests/3?ns=docker.io");
        assertEquals(200, named.statusCode());
        assertEquals("docker.io", named.headers().firstValue("OCI-Namespace").orElseThrow());
        int before = upstream.requests().size();
        assertEquals(404, status("/v2/library/alpine/manifests/3?ns=evil.example"));
        assertEquals(before, upstream.requests().size());
    }

    @Test
    void release_tags_yaml_serves_releases_and_what_they_lead_to() throws Exception {
        Digest release = upstream.image("app", "release-1", LAYER);
        Digest dev = upstream.image("app", "dev", "unfinished".getBytes(StandardCharsets.UTF_8));
        upstream.image("app", "release-2-rc1", "rc".getBytes(StandardCharsets.UTF_8));
        start(SHIPPED.resolve("release-tags.yaml"));

        assertEquals(200, status("/v2/app/manifests/release-1"));
        assertEquals(200, status("/v2/app/manifests/" + release));
        assertEquals(404, status("/v2/app/manifests/dev"));
        assertEquals(404, status("/v2/app/manifests/release-2-rc1"));
        assertEquals(404, status("/v2/app/manifests/" + dev));
    }

    @Test
    void team_registry_yaml_hosts_and_proxies() throws Exception {
        upstream.image("library/alpine", "3", LAYER);
        start(SHIPPED.resolve("team-registry.yaml"));

        assertEquals(200, status("/v2/"));
        push("app", "1");
        assertEquals(200, status("/v2/app/manifests/1"));
        assertEquals("{\"repositories\":[\"app\"]}", ask("GET", "/v2/_catalog").body());
        assertEquals(0, upstream.requests().size(), "hosted names are never asked of an upstream");

        assertEquals(200, status("/v2/proxy/upstream/library/alpine/manifests/3"));
        assertEquals(200, status("/v2/proxy/upstream/library/alpine/manifests/3"));
        assertEquals(
                1,
                upstream.requestLines().stream()
                        .filter(line -> line.contains("/manifests/"))
                        .count());
        assertEquals(200, status("/v2/library/alpine/manifests/3?ns=upstream"));
        assertEquals(404, status("/v2/proxy/evil.example/app/manifests/1"));
        HttpResponse<String> refused = ask("POST", "/v2/proxy/upstream/app/blobs/uploads/");
        assertEquals(403, refused.statusCode());
        assertTrue(refused.body().contains("DENIED"), refused.body());
    }

    private void push(String repository, String tag) throws Exception {
        String blob = "{}";
        Digest digest = Digest.of(Digest.Algorithm.SHA256, blob.getBytes(StandardCharsets.UTF_8));
        HttpResponse<String> started = ask("POST", "/v2/" + repository + "/blobs/uploads/");
        assertEquals(202, started.statusCode(), started.body());
        URI location = URI.create("http://127.0.0.1:" + server.port())
                .resolve(started.headers().firstValue("Location").orElseThrow());
        String query = location.getRawQuery() == null ? "?" : "&";
        assertEquals(201, put(URI.create(location + query + "digest=" + digest), blob, "application/octet-stream"));
        String manifest = """
                {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":\
                "application/vnd.oci.empty.v1+json","digest":"DIGEST","size":2},"layers":[]}""".replace("DIGEST", digest.toString());
        URI target = URI.create("http://127.0.0.1:" + server.port() + "/v2/" + repository + "/manifests/" + tag);
        assertEquals(201, put(target, manifest, "application/vnd.oci.image.manifest.v1+json"));
    }

    private int put(URI target, String body, String type) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(target)
                .header("Content-Type", type)
                .PUT(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
    }

    private static final String VIRTUAL = """
            listen: {port: 0}
            upstreams:
              away: {address: "http://127.0.0.1:1"}
              hub: {address: "${UPSTREAM}", library: true}
            routes:
              - {repositories: mirror, upstreams: [away, hub]}
              - {repositories: strict, upstreams: [away, hub], on-error: stop}
              - {repositories: write, upstreams: hub, push: true}
              - {host: localhost, upstreams: hub, catalog: true}
            """;

    @Test
    void a_virtual_repository_is_served_by_the_next_where_one_is_away() throws Exception {
        upstream.image("library/alpine", "3", LAYER);
        start(VIRTUAL);

        assertEquals(200, status("/v2/mirror/alpine/manifests/3"));
        assertEquals(502, status("/v2/strict/alpine/manifests/3"));
        assertEquals(404, status("/v2/alpine/manifests/3"));
        assertEquals(403, ask("DELETE", "/v2/mirror/alpine/manifests/3").statusCode());
    }

    @Test
    void a_push_goes_by_the_clients_name_where_a_route_lets_it() throws Exception {
        start(VIRTUAL);

        push("write/app", "1");
        assertTrue(upstream.resolve("library/app", "1").isPresent());
        assertEquals(200, status("/v2/write/app/manifests/1"));
    }

    @Test
    void a_host_is_a_registry_of_its_own() throws Exception {
        upstream.image("library/alpine", "3", LAYER);
        start(VIRTUAL);

        URI target = URI.create("http://localhost:" + server.port() + "/v2/alpine/manifests/3");
        HttpRequest request =
                HttpRequest.newBuilder(target).header("Accept", "*/*").build();
        assertEquals(
                200, client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode());
        HttpRequest catalog = HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + "/v2/_catalog"))
                .build();
        HttpResponse<String> listed = client.send(catalog, HttpResponse.BodyHandlers.ofString());
        assertEquals("{\"repositories\":[\"library/alpine\"]}", listed.body());
    }

    @Test
    void a_change_takes_effect_and_leaves_alone_what_is_the_same() throws Exception {
        upstream.image("app", "1", LAYER);
        String one = """
                listen: {port: 0}
                store: {directory: "${DATA_DIR}"}
                upstreams: {hub: {address: "${UPSTREAM}"}}
                routes: [{repositories: a, upstreams: hub}]
                """;
        start(one);
        assertEquals(200, status("/v2/a/app/manifests/1"));
        assertEquals(404, status("/v2/b/app/manifests/1"));

        List<String> changes = change(one.replace("repositories: a", "repositories: b") + "hosted: {push: true}\n");

        assertEquals(List.of("routes changed", "hosted changed"), changes);
        assertEquals(404, status("/v2/a/app/manifests/1"));
        assertEquals(200, status("/v2/b/app/manifests/1"));
        assertEquals(
                1,
                upstream.requestLines().stream()
                        .filter(line -> line.contains("/manifests/"))
                        .count());
        push("own", "1");

        assertEquals(List.of("routes changed", "hosted changed"), change(one));
        assertFalse(facade.hosted().isPresent());
        assertEquals(404, status("/v2/own/manifests/1"));
    }

    private List<String> change(String yaml) throws Exception {
        Path file = Files.writeString(dir.resolve("site.yaml"), yaml);
        return facade.change(new ConfigurationFile(file, environment()).read());
    }

    @Test
    void a_login_keeps_its_tokens_when_its_rules_change() throws Exception {
        Path users = Files.writeString(
                dir.resolve("users"), "alice:$2y$05$fiQXjb5vDTnBW1aSlzlI5O/VSi/aA4akL7XE41OUFDfa1xK5Laqlu\n");
        String site = """
                listen: {port: 0}
                store: {directory: "${DATA_DIR}"}
                hosted: {push: true}
                login:
                  htpasswd: USERS
                  rules: [{who: anybody, allow: pull}]
                """.replace("USERS", users.toString());
        start(site);
        String token = token();
        assertEquals(200, ask("GET", "/v2/", "Authorization", "Bearer " + token).statusCode());

        assertEquals(
                List.of("login and limits changed"),
                change(site + "    " + "# one more\n" + "  anonymous-pull: true\n"));

        assertEquals(200, ask("GET", "/v2/", "Authorization", "Bearer " + token).statusCode());
        assertEquals(401, ask("POST", "/v2/app/blobs/uploads/").statusCode());
    }

    private String token() throws Exception {
        String challenge =
                ask("GET", "/v2/").headers().firstValue("WWW-Authenticate").orElseThrow();
        String realm = challenge.replaceAll(".*realm=\"([^\"]*)\".*", "$1");
        HttpResponse<String> granted =
                client.send(HttpRequest.newBuilder(URI.create(realm)).build(), HttpResponse.BodyHandlers.ofString());
        return granted.body().replaceAll(".*\"token\":\"([^\"]*)\".*", "$1");
    }
}
