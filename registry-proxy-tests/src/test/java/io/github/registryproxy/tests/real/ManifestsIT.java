package io.github.registryproxy.tests.real;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.tests.real.SampleImage.Content;
import io.github.registryproxy.tests.real.SampleImage.Family;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Manifests at the edge: the largest that registries take, and those that refer to others. */
@Tag("real")
@Timeout(120)
class ManifestsIT {
    /** What docker-registry and the clients take: 4 MiB. */
    private static final int LARGEST = 4 << 20;

    @RegisterExtension
    static final Stage stage = new Stage("docker-registry", "skopeo");

    private static DockerRegistry registry;
    private static SampleImage images;
    private static ProxyServer proxy;

    @BeforeAll
    static void start() throws Exception {
        registry = DockerRegistry.open(stage);
        images = new SampleImage(registry, "team/a/app");
        proxy = ProxyServer.start(stage, Map.of("REGISTRY_HOST", registry.url(), "REPO_PREFIX", "team/a"));
    }

    @Test
    void a_manifest_of_4_MiB_passes() throws Exception {
        int frame = images.pushImage("amd64", Family.OCI, padding("")).bytes().length;
        Content manifest = images.pushImage("amd64", Family.OCI, padding("x".repeat(LARGEST - frame)));
        assertEquals(LARGEST, manifest.bytes().length);
        images.pushManifest("large", manifest);

        assertEquals(manifest.digest(), new Skopeo(stage).pull(proxy.host() + "/app:large"));
        assertArrayEquals(
                manifest.bytes(), get("manifests/large", manifest.type()).body());
    }

    @Test
    void referrers_are_answered_as_the_registry_does() throws Exception {
        Content subject = images.pushImage("amd64", Family.OCI);
        Content referrer = pushReferrer(subject);
        String path = "referrers/" + subject.digest();

        HttpResponse<byte[]> direct = Http.send(Http.to(registry.url() + "/v2/team/a/app/" + path));
        HttpResponse<byte[]> ours = get(path, "application/vnd.oci.image.index.v1+json");

        // This registry knows no referrers and says so in plain text; our clients get the spec's JSON.
        assertEquals(404, direct.statusCode());
        assertEquals(404, ours.statusCode());
        assertTrue(new String(ours.body(), UTF_8).contains("\"errors\""), new String(ours.body(), UTF_8));
        // So they fall back to the tag that names the subject.
        String fallback = "manifests/" + subject.digest().replace(':', '-');
        assertTrue(new String(get(fallback, Family.OCI.index).body(), UTF_8).contains(referrer.digest()));
        assertArrayEquals(
                referrer.bytes(),
                get("manifests/" + referrer.digest(), referrer.type()).body());
    }

    private static Content pushReferrer(Content subject) throws Exception {
        Content empty = Content.of("application/vnd.oci.empty.v1+json", "{}");
        images.pushBlob(empty);
        Content referrer = Content.of(Family.OCI.manifest, """
                {"schemaVersion":2,"mediaType":"%s","artifactType":"application/vnd.example.note",
                "config":{%s},"layers":[{%s}],"subject":{%s}}
                """.formatted(
                        Family.OCI.manifest, empty.descriptor(), empty.descriptor(), subject.descriptor()));
        images.pushManifest(referrer.digest(), referrer);
        Content referrers = Content.of(
                Family.OCI.index,
                "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[{%s}]}"
                        .formatted(Family.OCI.index, referrer.descriptor()));
        images.pushManifest(subject.digest().replace(':', '-'), referrers);
        return referrer;
    }

    private static HttpResponse<byte[]> get(String path, String type) throws Exception {
        return Http.send(Http.to(proxy.url() + "/v2/app/" + path).header("Accept", type));
    }

    private static String padding(String text) {
        return ",\"annotations\":{\"padding\":\"" + text + "\"}";
    }
}
