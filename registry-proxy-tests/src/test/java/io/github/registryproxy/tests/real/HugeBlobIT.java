package io.github.registryproxy.tests.real;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A blob sixteen times the heap. */
@Tag("real")
@Timeout(180)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HugeBlobIT {
    @RegisterExtension
    static final Stage stage = new Stage("docker-registry");

    private static final String DIGEST = Gibibyte.digest();
    private static ProxyServer proxy;

    @BeforeAll
    static void start() throws Exception {
        DockerRegistry registry = DockerRegistry.open(stage);
        proxy = ProxyServer.start(
                stage,
                Map.of(
                        "REGISTRY_HOST", registry.url(),
                        "REPO_PREFIX", "team/a",
                        "BLOB_DELIVERY", "stream",
                        "ENABLE_PUSH", "true"),
                "-Xmx64m");
    }

    @Test
    @Order(1)
    void a_blob_of_1_GiB_is_pushed_through_a_heap_of_64_MiB() throws Exception {
        URI start = URI.create(proxy.url() + "/v2/huge/blobs/uploads/");
        HttpResponse<byte[]> session = Http.send(Http.to(start.toString()).POST(BodyPublishers.noBody()));
        assertEquals(202, session.statusCode());
        URI location = start.resolve(session.headers().firstValue("Location").orElseThrow());
        String finish = location + (location.getRawQuery() == null ? "?" : "&") + "digest=" + DIGEST;
        var content = BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(Gibibyte::new), Gibibyte.LENGTH);

        long begun = System.nanoTime();
        HttpResponse<byte[]> stored = Http.send(Http.to(finish)
                .timeout(java.time.Duration.ofSeconds(150))
                .header("Content-Type", "application/octet-stream")
                .PUT(content));

        assertEquals(
                201, stored.statusCode(), () -> new String(stored.body(), java.nio.charset.StandardCharsets.UTF_8));
        say("pushed", begun);
    }

    @Test
    @Order(2)
    void a_blob_of_1_GiB_is_pulled_through_a_heap_of_64_MiB() throws Exception {
        long begun = System.nanoTime();
        HttpResponse<InputStream> answer =
                Http.send(Http.to(proxy.url() + "/v2/huge/blobs/" + DIGEST), BodyHandlers.ofInputStream());
        assertEquals(200, answer.statusCode());
        try (InputStream body = answer.body()) {
            assertEquals(DIGEST, Gibibyte.digest(body));
        }
        say("pulled", begun);
    }

    private static void say(String what, long begun) throws Exception {
        Figures.say("1 GiB %s through -Xmx64m, %d ms, RSS %d MiB at its highest"
                .formatted(
                        what,
                        (System.nanoTime() - begun) / 1_000_000,
                        proxy.process().memory("VmHWM") / 1024));
    }
}
