package io.github.registryproxy.tests.real;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.tests.real.SampleImage.Content;
import io.github.registryproxy.tests.real.SampleImage.Family;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Only release-* is allowed: what clients get of images that are released, not released, both, and untagged. */
@Tag("real")
@Timeout(180)
class PoliciesIT {
    @RegisterExtension
    static final Stage stage = new Stage(Clients.PROGRAMS);

    /** This registry does not give an index to who does not name its type. */
    private static final String ACCEPT =
            String.join(",", Family.OCI.index, Family.OCI.manifest, Family.DOCKER.index, Family.DOCKER.manifest);

    private static final Clients clients = new Clients(stage);
    private static DockerRegistry registry;
    private static ProxyServer proxy;
    private static Content release;
    private static Content dev;
    private static Content both;
    private static Content untagged;

    @BeforeAll
    static void start() throws Exception {
        registry = DockerRegistry.open(stage);
        SampleImage images = new SampleImage(registry, "team/app");
        release = images.pushIndex("release-1", Family.OCI);
        dev = images.pushIndex("dev", Family.OCI);
        both = images.pushIndex("release-2", Family.DOCKER);
        images.pushManifest("dev-2", both);
        untagged = images.pushImage("amd64", Family.OCI);
        new SampleImage(registry, "team/secret").pushIndex("release-1", Family.OCI);
        proxy = start(stage.directory("cache"));
    }

    private static ProxyServer start(Path directory) throws IOException, InterruptedException {
        Map<String, String> settings = new HashMap<>(Map.of(
                "REGISTRY_HOST", registry.url(),
                "REPO_PREFIX", "team",
                "ALLOW_TAGS", "release-*",
                "ALLOW_REPOSITORIES", "!**/secret*,**",
                "ENABLE_CATALOG", "true",
                "CACHE_DIR", directory.toString(),
                "CACHE_SIZE", "256MiB"));
        return ProxyServer.start(stage, settings);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dockerd", "podman", "skopeo"})
    void what_is_released_is_pulled_and_nothing_else(String client) throws Exception {
        check(clients.named(client), proxy.host());
    }

    @ParameterizedTest
    @ValueSource(strings = {"dockerd", "podman", "skopeo"})
    void a_cold_instance_serves_digests_that_come_first(String client) throws Exception {
        ProxyServer cold = start(stage.directory("cold"));
        Puller puller = clients.named(client);
        puller.pull(cold.host() + "/app@" + release.digest());
        refused(puller, cold.host() + "/app@" + dev.digest());
        refused(puller, cold.host() + "/app@" + untagged.digest());
        check(puller, cold.host());
    }

    private static void check(Puller puller, String host) throws IOException {
        assertEquals(release.digest(), puller.pull(host + "/app:release-1"));
        assertEquals(both.digest(), puller.pull(host + "/app:release-2"));
        puller.pull(host + "/app@" + release.digest());
        puller.pull(host + "/app@" + both.digest());
        refused(puller, host + "/app:dev");
        refused(puller, host + "/app:dev-2");
        refused(puller, host + "/app@" + dev.digest());
        refused(puller, host + "/app@" + untagged.digest());
        refused(puller, host + "/secret:release-1");
    }

    private static void refused(Puller puller, String reference) {
        assertThrows(AssertionError.class, () -> puller.pull(reference), reference);
    }

    /** What clients do on their way, and what they could do: HEAD, Range, children, configs, layers, signatures, referrers. */
    @Test
    void no_other_way_leads_to_what_is_not_released() throws Exception {
        ProxyServer cold = start(stage.directory("ways"));
        assertWays(200, cold, release);
        assertWays(404, cold, dev);
        String signature = "/manifests/" + release.digest().replace(':', '-') + ".sig";
        new SampleImage(registry, "team/app").pushManifest(signature.substring("/manifests/".length()), both);
        assertEquals(200, status(cold, "GET", signature), "what is attached to what is released");
        assertEquals(404, status(cold, "GET", "/manifests/" + dev.digest().replace(':', '-') + ".sig"));
        assertEquals(404, status(cold, "GET", "/referrers/" + dev.digest()));
        for (String odd : List.of("/manifests/%64ev", "/manifests/dev%00", "/manifests/./dev", "/manifests/dev/")) {
            assertTrue(status(cold, "GET", odd) >= 400, odd);
        }
    }

    /** Manifest, children, configs and layers of an image, as the registry has them, asked for through the proxy. */
    private static void assertWays(int status, ProxyServer through, Content index) throws IOException {
        List<String> paths = new ArrayList<>(List.of("/manifests/" + index.digest()));
        for (String child : digests(new String(index.bytes(), UTF_8))) {
            paths.add("/manifests/" + child);
            byte[] manifest = Http.send(Http.to(registry.url() + "/v2/team/app/manifests/" + child)
                            .header("Accept", "application/vnd.oci.image.manifest.v1+json"))
                    .body();
            digests(new String(manifest, UTF_8)).forEach(blob -> paths.add("/blobs/" + blob));
        }
        assertTrue(paths.size() >= 7, paths::toString);
        for (String path : paths) {
            assertEquals(status, status(through, "GET", path), path);
            assertEquals(status, status(through, "HEAD", path), "HEAD " + path);
            HttpResponse<byte[]> range = Http.send(
                    Http.to(uri(through, path)).header("Range", "bytes=0-0").header("Accept", ACCEPT));
            assertEquals(status, range.statusCode() == 206 ? 200 : range.statusCode(), "Range of " + path);
        }
    }

    private static List<String> digests(String json) {
        return Pattern.compile("\"digest\":\"(sha256:[0-9a-f]{64})\"")
                .matcher(json)
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    private static String uri(ProxyServer through, String path) {
        return "http://" + through.host() + "/v2/app" + path;
    }

    private static int status(ProxyServer through, String method, String path) throws IOException {
        return Http.send(Http.to(uri(through, path))
                        .header("Accept", ACCEPT)
                        .method(method, HttpRequest.BodyPublishers.noBody()))
                .statusCode();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tags/list", "tags/list?n=1"})
    void lists_name_what_is_allowed(String list) throws Exception {
        String tags = new String(
                Http.send(Http.to("http://" + proxy.host() + "/v2/app/" + list)).body());

        assertTrue(tags.contains("release-1"), tags);
        assertTrue(!tags.contains("dev"), tags);
        String catalog = new String(
                Http.send(Http.to("http://" + proxy.host() + "/v2/_catalog")).body());
        assertTrue(catalog.contains("app") && !catalog.contains("secret"), catalog);
    }
}
