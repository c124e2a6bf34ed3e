package io.github.registryproxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.protocol.Digest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemoTest {
    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private Demo demo;

    @BeforeEach
    void start() throws Exception {
        demo = Demo.start(Demo.LOOPBACK, 0);
    }

    @AfterEach
    void stop() {
        demo.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"release-1", "release-2", "dev"})
    void an_image_is_pulled_down_to_its_layers(String tag) throws Exception {
        HttpResponse<byte[]> index = get("/v2/hello/manifests/" + tag);

        assertEquals(200, index.statusCode());
        assertEquals(
                "application/vnd.oci.image.index.v1+json",
                index.headers().firstValue("Content-Type").orElseThrow());
        assertEquals(
                Digest.of(Digest.Algorithm.SHA256, index.body()).toString(),
                index.headers().firstValue("Docker-Content-Digest").orElseThrow());
        List<String> manifests = digests(index.body());
        assertEquals(2, manifests.size());
        for (String manifest : manifests) {
            byte[] content = pull("/v2/hello/manifests/", manifest);
            List<String> blobs = digests(content);
            assertEquals(2, blobs.size());
            byte[] config = pull("/v2/hello/blobs/", blobs.get(0));
            byte[] layer = pull("/v2/hello/blobs/", blobs.get(1));
            assertTrue(new String(config, StandardCharsets.UTF_8).contains("/hello"));
            assertTrue(new String(layer, StandardCharsets.ISO_8859_1).contains("Hello from registry-proxy, " + tag));
        }
    }

    @Test
    void the_names_are_the_proxys() throws Exception {
        assertEquals(
                "{\"name\":\"hello\",\"tags\":[\"dev\",\"release-1\",\"release-2\"]}",
                new String(get("/v2/hello/tags/list").body(), StandardCharsets.UTF_8));
        assertEquals(
                "{\"repositories\":[\"hello\"]}", new String(get("/v2/_catalog").body(), StandardCharsets.UTF_8));
        assertEquals(404, get("/v2/samples/hello/tags/list").statusCode());
    }

    @Test
    void tags_come_in_pages() throws Exception {
        String page = new String(get("/v2/hello/tags/list?n=1&last=dev").body(), StandardCharsets.UTF_8);

        assertEquals("{\"name\":\"hello\",\"tags\":[\"release-1\"]}", page);
    }

    @Test
    void what_is_not_there_is_unknown() throws Exception {
        assertEquals(404, get("/v2/hello/manifests/none").statusCode());
        assertEquals(404, get("/v2/hello/blobs/sha256:" + "0".repeat(64)).statusCode());
        assertEquals(404, get("/v2/other/tags/list").statusCode());
    }

    @Test
    void the_log_tells_what_came_from_the_cache() throws Exception {
        List<String> states = new CopyOnWriteArrayList<>();
        Handler log = new Handler() {
            @Override
            public void publish(LogRecord line) {
                String text =
                        String.valueOf(line.getParameters() == null ? line.getMessage() : line.getParameters()[0]);
                states.add(text.substring(text.lastIndexOf(' ') + 1));
            }

            @Override
            public void flush() {
                return;
            }

            @Override
            public void close() {
                return;
            }
        };
        Logger access = Logger.getLogger("io.github.registryproxy.access");
        access.addHandler(log);
        try {
            get("/v2/hello/manifests/dev");
            get("/v2/hello/manifests/dev");
            demo.proxyServer().drain(); // a line is written when its response is over
        } finally {
            access.removeHandler(log);
        }

        assertEquals(List.of("miss", "hit"), states);
    }

    @Test
    void nothing_can_be_changed() throws Exception {
        HttpResponse<byte[]> refused = send("DELETE", "/v2/hello/manifests/dev");

        assertEquals(405, refused.statusCode());
        assertFalse(new String(refused.body(), StandardCharsets.UTF_8).contains("samples"));
    }

    private byte[] pull(String path, String digest) throws Exception {
        HttpResponse<byte[]> response = get(path + digest);
        assertEquals(200, response.statusCode());
        assertTrue(Digest.parse(digest).matches(response.body()), digest);
        return response.body();
    }

    private HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
        return send("GET", path);
    }

    private HttpResponse<byte[]> send(String method, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + demo.port() + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    }

    private static List<String> digests(byte[] document) {
        return DIGEST.matcher(new String(document, StandardCharsets.UTF_8))
                .results()
                .map(MatchResult::group)
                .toList();
    }
}
