package io.github.registryproxy.tests.real;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.registryproxy.tests.real.SampleImage.Content;
import io.github.registryproxy.tests.real.SampleImage.Family;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A layer sixteen times the heap of the registry. */
@Tag("real")
@Timeout(300)
class HostedGibibyteIT {
    @RegisterExtension
    static final Stage stage = new Stage("skopeo");

    private static final String DIGEST = Gibibyte.digest();
    private static ProxyServer registry;

    @BeforeAll
    static void start() throws Exception {
        registry = TeamRegistry.start(stage, stage.directory("data"), "http://127.0.0.1:9", "-Xmx64m");
    }

    @Test
    void an_image_with_a_layer_of_1_GiB_is_pushed_and_pulled_by_skopeo() throws Exception {
        Path image = stage.directory("image");
        try (InputStream layer = new Gibibyte()) {
            Files.copy(layer, image.resolve(DIGEST.replace("sha256:", "")));
        }
        Content config = Content.of(Family.OCI.config, """
                {"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["%s"]}}""".formatted(DIGEST));
        Files.write(image.resolve(config.digest().replace("sha256:", "")), config.bytes());
        Content manifest = Content.of(
                Family.OCI.manifest, """
                {"schemaVersion":2,"mediaType":"%s","config":{%s},"layers":[\
                {"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"%s","size":%d}]}""".formatted(Family.OCI.manifest, config.descriptor(), DIGEST, Gibibyte.LENGTH));
        Files.write(image.resolve("manifest.json"), manifest.bytes());
        Files.writeString(image.resolve("version"), "Directory Transport Version: 1.1\n");
        String reference = registry.host() + "/huge/image:1";

        Skopeo skopeo = new Skopeo(stage);
        skopeo.copyAsIs("dir:" + image, "docker://" + reference);

        assertEquals(manifest.digest(), skopeo.pull(reference));
    }

    @Test
    void a_blob_of_1_GiB_is_pushed_in_one_stream_and_pulled() throws Exception {
        URI start = URI.create(registry.url() + "/v2/huge/blob/blobs/uploads/");
        URI location = location(start, Http.send(Http.to(start.toString()).POST(BodyPublishers.noBody())), 202);
        HttpResponse<byte[]> sent = Http.send(Http.to(location.toString())
                .timeout(Duration.ofMinutes(4))
                .header("Content-Type", "application/octet-stream")
                .method("PATCH", BodyPublishers.ofInputStream(Gibibyte::new)));
        assertEquals(
                "0-" + (Gibibyte.LENGTH - 1), sent.headers().firstValue("Range").orElse(""));
        URI next = location(location, sent, 202);
        String finish = next + (next.getRawQuery() == null ? "?" : "&") + "digest=" + DIGEST;
        location(next, Http.send(Http.to(finish).timeout(Duration.ofMinutes(2)).PUT(BodyPublishers.noBody())), 201);

        HttpResponse<InputStream> answer =
                Http.send(Http.to(registry.url() + "/v2/huge/blob/blobs/" + DIGEST), BodyHandlers.ofInputStream());
        assertEquals(200, answer.statusCode());
        try (InputStream body = answer.body()) {
            assertEquals(DIGEST, Gibibyte.digest(body));
        }
    }

    private static URI location(URI asked, HttpResponse<byte[]> answer, int status) throws IOException {
        assertEquals(status, answer.statusCode(), answer::toString);
        return asked.resolve(answer.headers().firstValue("Location").orElseThrow());
    }
}
