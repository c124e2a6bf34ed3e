package io.github.registryproxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.cache.Purged;
import io.github.registryproxy.facade.CacheOperations;
import io.github.registryproxy.metrics.Metrics;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.store.Progress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files that are shipped, and others, over sockets. */
class SiteTest {
    private static final Path SHIPPED = Path.of("config");
    private static final byte[] LAYER = "a layer".getBytes(StandardCharsets.UTF_8);
    private static final String SEVERAL = """
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

    @TempDir
    private Path dir;

    private SiteServer site;

    @BeforeEach
    void listen() throws Exception {
        site = new SiteServer(dir);
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private void start(String name) throws Exception {
        site.start(SHIPPED.resolve(name), Metrics.NONE);
    }

    @Test
    void facade_yaml_serves_the_upstream_under_its_own_name_and_keeps_what_is_pulled() throws Exception {
        site.upstream().image("app", "1", LAYER);
        start("facade.yaml");

        assertEquals(200, site.status("/v2/app/manifests/1"));
        assertEquals(200, site.status("/v2/app/manifests/1"));
        assertEquals(1, site.manifestsAsked());
        assertEquals(403, site.ask("POST", "/v2/app/blobs/uploads/").statusCode());
        assertEquals(405, site.status("/v2/_catalog"));
    }

    @Test
    void mirror_yaml_serves_by_ns_and_without() throws Exception {
        site.upstream().image("library/alpine", "3", LAYER);
        start("mirror.yaml");

        assertEquals(200, site.status("/v2/"));
        assertEquals(200, site.status("/v2/library/alpine/manifests/3"));
        HttpResponse<String> named = site.ask("GET", "/v2/library/alpine/manifests/3?ns=docker.io");
        assertEquals(200, named.statusCode());
        assertEquals("docker.io", named.headers().firstValue("OCI-Namespace").orElseThrow());
        int before = site.upstream().requests().size();
        assertEquals(404, site.status("/v2/library/alpine/manifests/3?ns=evil.example"));
        assertEquals(before, site.upstream().requests().size());
    }

    @Test
    void release_tags_yaml_serves_releases_and_what_they_lead_to() throws Exception {
        Digest release = site.upstream().image("app", "release-1", LAYER);
        Digest dev = site.upstream().image("app", "dev", "unfinished".getBytes(StandardCharsets.UTF_8));
        site.upstream().image("app", "release-2-rc1", "rc".getBytes(StandardCharsets.UTF_8));
        start("release-tags.yaml");

        assertEquals(200, site.status("/v2/app/manifests/release-1"));
        assertEquals(200, site.status("/v2/app/manifests/" + release));
        assertEquals(404, site.status("/v2/app/manifests/dev"));
        assertEquals(404, site.status("/v2/app/manifests/release-2-rc1"));
        assertEquals(404, site.status("/v2/app/manifests/" + dev));
    }

    @Test
    void team_registry_yaml_hosts_and_proxies() throws Exception {
        site.upstream().image("library/alpine", "3", LAYER);
        start("team-registry.yaml");

        assertEquals(200, site.status("/v2/"));
        site.push("app", "1");
        assertEquals(200, site.status("/v2/app/manifests/1"));
        assertEquals(
                "{\"repositories\":[\"app\"]}", site.ask("GET", "/v2/_catalog").body());
        assertEquals(404, site.status("/v2/library/alpine/manifests/3"));
        assertEquals(0, site.upstream().requests().size(), "hosted names are never asked of an upstream");

        assertEquals(200, site.status("/v2/proxy/upstream/library/alpine/manifests/3"));
        assertEquals(200, site.status("/v2/proxy/upstream/library/alpine/manifests/3"));
        assertEquals(1, site.manifestsAsked());
        assertEquals(200, site.status("/v2/library/alpine/manifests/3?ns=upstream"));
        assertEquals(404, site.status("/v2/proxy/evil.example/app/manifests/1"));
        HttpResponse<String> refused = site.ask("POST", "/v2/proxy/upstream/app/blobs/uploads/");
        assertEquals(403, refused.statusCode());
        assertTrue(refused.body().contains("DENIED"), refused.body());
    }

    @Test
    void nothing_is_hosted_under_the_name_of_a_registry_that_is_not_listed() throws Exception {
        start("team-registry.yaml");

        HttpResponse<String> refused = site.ask("POST", "/v2/proxy/evil.example/app/blobs/uploads/");
        assertEquals(403, refused.statusCode(), refused.body());
        assertEquals(404, site.status("/v2/proxy/evil.example/app/tags/list"));
        site.push("proxying/app", "1");
        assertEquals(200, site.status("/v2/proxying/app/manifests/1"));
    }

    @Test
    void a_virtual_repository_is_served_by_the_next_where_one_is_away() throws Exception {
        site.upstream().image("library/alpine", "3", LAYER);
        site.start(SEVERAL);

        assertEquals(200, site.status("/v2/mirror/alpine/manifests/3"));
        assertEquals(502, site.status("/v2/strict/alpine/manifests/3"));
        assertEquals(404, site.status("/v2/alpine/manifests/3"));
        assertEquals(403, site.ask("DELETE", "/v2/mirror/alpine/manifests/3").statusCode());
    }

    @Test
    void a_push_goes_by_the_clients_name_where_a_route_lets_it() throws Exception {
        site.start(SEVERAL);

        site.push("write/app", "1");

        assertTrue(site.upstream().resolve("library/app", "1").isPresent());
        assertEquals(200, site.status("/v2/write/app/manifests/1"));
    }

    @Test
    void a_host_is_a_registry_of_its_own() throws Exception {
        site.upstream().image("library/alpine", "3", LAYER);
        site.start(SEVERAL);

        assertEquals(
                200,
                site.ask("GET", site.at("localhost", "/v2/alpine/manifests/3")).statusCode());
        assertEquals(
                "{\"repositories\":[\"library/alpine\"]}",
                site.ask("GET", site.at("localhost", "/v2/_catalog")).body());
        assertEquals(404, site.status("/v2/_catalog"));
    }

    @Test
    void policies_are_about_names_below_the_route_s_whichever_way_is_taken() throws Exception {
        site.upstream().image("library/alpine", "3", LAYER);
        site.upstream().image("library/secret", "3", LAYER);
        site.start("""
                listen: {port: 0}
                upstreams:
                  hub: {address: "${UPSTREAM}", library: true, names: [hub.example]}
                policies: {repositories: ["!library/secret", "library/*"]}
                routes:
                  - {repositories: "{upstream}", upstreams: hub}
                  - {repositories: all, upstreams: hub, policies: {repositories: "**"}}
                  - {namespaces: true, upstreams: hub}
                """);

        for (String name : new String[] {
            "hub/NAME/manifests/3", "hub.example/library/NAME/manifests/3", "library/NAME/manifests/3?ns=hub.example"
        }) {
            assertEquals(200, site.status("/v2/" + name.replace("NAME", "alpine")), name);
            assertEquals(404, site.status("/v2/" + name.replace("NAME", "secret")), name);
        }
        assertEquals(200, site.status("/v2/all/secret/manifests/3"));
    }

    @Test
    void what_is_kept_is_purged_by_the_names_of_clients() throws Exception {
        site.upstream().image("library/alpine", "3", LAYER);
        start("team-registry.yaml");
        assertEquals(200, site.status("/v2/proxy/upstream/library/alpine/manifests/3"));
        CacheOperations cache = site.facade().cache().orElseThrow();
        RepositoryName name = new RepositoryName("proxy/upstream/library/alpine");
        assertEquals("library/alpine", cache.upstreamName(name).value());

        Purged purged = cache.purge(name, Progress.NONE);

        assertEquals(1, purged.tags());
        assertEquals(200, site.status("/v2/proxy/upstream/library/alpine/manifests/3"));
        assertEquals(2, site.manifestsAsked());
        assertFalse(cache.status().upstreamAway());
    }
}
