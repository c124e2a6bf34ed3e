package io.github.registryproxy.tests.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.tests.real.SampleImage.Family;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** TLS towards the upstream and towards the clients, with the certificates of a private authority. */
@Tag("real")
@Timeout(120)
class TlsIT {
    @RegisterExtension
    static final Stage stage = new Stage("docker-registry", "nginx", "podman", "skopeo", "openssl");

    private static TestCa ca;
    private static DockerRegistry registry;
    private static TlsFront front;
    private static String digest;

    @BeforeAll
    static void start() throws Exception {
        ca = new TestCa(stage);
        registry = DockerRegistry.open(stage);
        front = new TlsFront(stage, ca.forLoopback("upstream"), registry);
        digest = new SampleImage(registry, "team/a/app")
                .pushIndex("1", Family.OCI)
                .digest();
    }

    @Test
    void an_upstream_with_a_private_certificate_is_pulled_from_over_our_own_tls() throws Exception {
        TestCa.Certificate ours = ca.forLoopback("proxy");
        ProxyServer proxy = ProxyServer.startTls(
                stage,
                Map.of(
                        "REGISTRY_HOST", front.url(),
                        "REPO_PREFIX", "team/a",
                        "UPSTREAM_CA", ca.certificate().toString(),
                        "TLS_CERT", ours.certificate().toString(),
                        "TLS_KEY", ours.key().toString()));
        Path trusted = stage.directory("trusted");
        Files.copy(ca.certificate(), trusted.resolve("ca.crt"));

        assertEquals(digest, new Skopeo(stage).pullTrusting(trusted, proxy.host() + "/app:1"));
        Podman podman = new Podman(stage);
        assertEquals(
                podman.pullTrusting(trusted, front.host() + "/team/a/app:1"),
                podman.pullTrusting(trusted, proxy.host() + "/app:1"));
    }

    @Test
    void an_upstream_that_nobody_vouches_for_is_a_bad_gateway() throws Exception {
        ProxyServer proxy = ProxyServer.start(stage, Map.of("REGISTRY_HOST", front.url(), "REPO_PREFIX", "team/a"));

        HttpResponse<byte[]> answer = Http.send(Http.to(proxy.url() + "/v2/app/manifests/1"));

        String body = new String(answer.body(), StandardCharsets.UTF_8);
        assertEquals(502, answer.statusCode(), body);
        assertTrue(body.contains("\"errors\""), body);
    }
}
