package io.github.registryproxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.metrics.Gauge;
import io.github.registryproxy.metrics.Metrics;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.server.config.ConfigurationFile;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sites that become others while they are served. */
class SiteChangeTest {
    private static final byte[] LAYER = "a layer".getBytes(StandardCharsets.UTF_8);
    private static final String ONE = """
            listen: {port: 0}
            store: {directory: "${DATA_DIR}"}
            upstreams: {hub: {address: "${UPSTREAM}"}}
            routes: [{repositories: a, upstreams: hub}]
            """;
    private static final String ALICE = "alice:$2y$05$fiQXjb5vDTnBW1aSlzlI5O/VSi/aA4akL7XE41OUFDfa1xK5Laqlu\n";

    /** What was measured last, by gauge and upstream. */
    private final Map<String, DoubleSupplier> measured = new ConcurrentHashMap<>();

    private final Metrics metrics = new Metrics() {
        @Override
        public void measure(Gauge gauge, String upstream, DoubleSupplier value) {
            assertEquals(null, measured.put(gauge + " " + upstream, value), "a gauge is registered once");
        }
    };

    @TempDir
    private Path dir;

    private SiteServer site;

    @BeforeEach
    void listen() throws Exception {
        site = new SiteServer(dir);
        site.upstream().image("app", "1", LAYER);
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private double measured(Gauge gauge, String upstream) {
        return measured.get(gauge + " " + upstream).getAsDouble();
    }

    @Test
    void a_change_takes_effect_and_leaves_alone_what_is_the_same() throws Exception {
        site.start(ONE);
        assertEquals(200, site.status("/v2/a/app/manifests/1"));
        assertEquals(404, site.status("/v2/b/app/manifests/1"));

        List<String> changes =
                site.change(ONE.replace("repositories: a", "repositories: b") + "hosted: {push: true}\n");

        assertEquals(List.of("routes changed", "hosted changed"), changes);
        assertEquals(404, site.status("/v2/a/app/manifests/1"));
        assertEquals(200, site.status("/v2/b/app/manifests/1"));
        assertEquals(1, site.manifestsAsked());
        site.push("own", "1");

        assertEquals(List.of("routes changed", "hosted changed"), site.change(ONE));
        assertFalse(site.facade().hosted().isPresent());
        assertEquals(404, site.status("/v2/own/manifests/1"));
        assertEquals(List.of("hosted changed"), site.change(ONE + "hosted: {}\n"), "its store can be opened again");
        assertEquals(200, site.status("/v2/own/manifests/1"));
    }

    @Test
    void a_name_that_a_route_took_is_listed_no_more() throws Exception {
        String hosted = ONE + "hosted: {push: true, catalog: true}\n";
        site.start(hosted);
        site.push("mirror/app", "1");
        site.push("own", "1");
        assertEquals(
                "{\"repositories\":[\"mirror/app\",\"own\"]}",
                site.ask("GET", "/v2/_catalog").body());

        site.change(hosted.replace("repositories: a", "repositories: mirror"));

        assertEquals(
                "{\"repositories\":[\"own\"]}", site.ask("GET", "/v2/_catalog").body());
    }

    @Test
    void a_rule_about_an_upstream_follows_the_routes_to_it() throws Exception {
        Path users = Files.writeString(dir.resolve("users"), ALICE);
        String text = ONE + "login: {htpasswd: " + users
                + ", mode: basic, rules: [{who: logged-in, upstreams: hub, allow: pull}]}\n";
        site.start(text);
        String login = "Basic "
                + Base64.getEncoder().encodeToString("alice:sesam öffne dich".getBytes(StandardCharsets.UTF_8));
        assertEquals(
                200,
                site.ask("GET", "/v2/a/app/manifests/1", "Authorization", login).statusCode());

        site.change(text.replace("repositories: a", "repositories: b"));

        assertEquals(
                200,
                site.ask("GET", "/v2/b/app/manifests/1", "Authorization", login).statusCode());
    }

    @Test
    void upstreams_come_and_go_and_become_others() throws Exception {
        site.start(ONE);
        assertEquals(
                List.of("upstream hub changed", "upstream more added", "routes changed"),
                site.change(ONE.replace("{hub: {", "{more: {address: m.example}, hub: {keep-alive: 1s, ")));
        assertEquals(200, site.status("/v2/a/app/manifests/1"));
        assertEquals(List.of("upstream hub changed", "upstream more removed", "routes changed"), site.change(ONE));
        assertEquals(200, site.status("/v2/a/app/manifests/1"));
    }

    @Test
    void what_no_request_uses_any_more_is_closed() throws Exception {
        Digest large = site.upstream().blob("app", new byte[20_000_000]);
        site.start(Files.writeString(site.file(), ONE), metrics);
        assertEquals(0, measured(Gauge.BREAKER_OPEN, "hub"));
        assertEquals(200, site.status("/v2/a/app/manifests/1"));
        assertEquals(200, site.ask("HEAD", "/v2/a/app/manifests/1").statusCode());
        assertEquals(404, site.status("/v2/a/app/manifests/2"));
        assertEquals(404, site.status("/v2/b/app/manifests/2"));
        assertEquals(403, site.ask("DELETE", "/v2/a/app/manifests/1").statusCode());
        try (Wire gone = new Wire(site.port())) {
            gone.send("GET /v2/a/app/blobs/" + large + " HTTP/1.1\r\nHost: r\r\n\r\n");
            gone.until("\r\n\r\n");
        }
        assertEquals(
                List.of("upstream other added", "upstream hub removed", "routes changed"),
                site.change(ONE.replace("hub", "other")));
        assertEquals(0, measured(Gauge.BREAKER_OPEN, "other"));

        site.drain();

        assertTrue(Double.isNaN(measured(Gauge.BREAKER_OPEN, "hub")), "its chain is closed");
        assertEquals(0, measured(Gauge.BREAKER_OPEN, "other"));
        assertTrue(measured(Gauge.STORE_ENTRIES, "all") > 0);
    }

    @Test
    void a_changed_upstream_is_measured_on() throws Exception {
        site.start(Files.writeString(site.file(), ONE), metrics);
        assertEquals(
                List.of("upstream hub changed", "routes changed"),
                site.change(ONE.replace("{hub: {", "{hub: {keep-alive: 1s, ")));
        site.drain();
        assertEquals(0, measured(Gauge.BREAKER_OPEN, "hub"));
    }

    @Test
    void images_of_one_s_own_are_measured() throws Exception {
        site.start(Files.writeString(site.file(), ONE + "hosted: {}\n"), metrics);
        assertEquals(0, measured(Gauge.HOSTED_REPOSITORIES, "hosted"));
        site.push("own", "1");
        assertEquals(1, measured(Gauge.HOSTED_REPOSITORIES, "hosted"));
        assertEquals(2, measured(Gauge.HOSTED_ENTRIES, "hosted"));
        assertTrue(measured(Gauge.HOSTED_BYTES, "hosted") > 0);
    }

    @Test
    void what_is_printed_changes_nothing() throws Exception {
        for (String name : List.of("team-registry.yaml", "mirror.yaml", "facade.yaml", "release-tags.yaml")) {
            try (SiteServer shipped = new SiteServer(Files.createDirectory(dir.resolve(name)))) {
                Path file = Path.of("config", name);
                shipped.start(file, Metrics.NONE);
                String printed = new ConfigurationFile(file, shipped.environment())
                        .read()
                        .print();
                assertEquals(List.of(), shipped.change(printed), name);
            }
        }
    }

    @Test
    void a_login_keeps_its_tokens_when_its_rules_change() throws Exception {
        Path users = Files.writeString(dir.resolve("users"), ALICE);
        String file = """
                listen: {port: 0}
                store: {directory: "${DATA_DIR}"}
                hosted: {push: true}
                login:
                  htpasswd: USERS
                  rules: [{who: anybody, repositories: public/**, allow: pull}]
                """.replace("USERS", users.toString());
        site.start(file);
        String bearer = "Bearer " + token();
        assertEquals(200, site.ask("GET", "/v2/", "Authorization", bearer).statusCode());

        assertEquals(List.of("login and limits changed"), site.change(file + "  anonymous-pull: true\n"));

        assertEquals(200, site.ask("GET", "/v2/", "Authorization", bearer).statusCode());
        assertEquals(401, site.ask("POST", "/v2/app/blobs/uploads/").statusCode());
    }

    private String token() throws Exception {
        String challenge =
                site.ask("GET", "/v2/").headers().firstValue("WWW-Authenticate").orElseThrow();
        String realm = challenge.replaceAll(".*realm=\"([^\"]*)\".*", "$1");
        HttpResponse<String> granted = site.ask("GET", URI.create(realm));
        return granted.body().replaceAll(".*\"token\":\"([^\"]*)\".*", "$1");
    }
}
