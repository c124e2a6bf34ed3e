package io.github.registryproxy.tests.real;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many clients that hardly read. */
@Tag("real")
@Timeout(120)
class SlowPullsIT {
    private static final int CLIENTS = 500;
    private static final int ROUNDS = 20;
    private static final String DIGEST = Gibibyte.digest();

    @RegisterExtension
    static final Stage stage = new Stage("docker-registry");

    private static ProxyServer proxy;

    @BeforeAll
    @Timeout(90)
    static void start() throws Exception {
        DockerRegistry registry = DockerRegistry.open(stage);
        push(registry);
        proxy = ProxyServer.start(
                stage,
                Map.of(
                        "REGISTRY_HOST",
                        registry.url(),
                        "REPO_PREFIX",
                        "team/a",
                        "BLOB_DELIVERY",
                        "stream",
                        "THREADS",
                        "600"),
                "-Xmx256m");
    }

    @Test
    void five_hundred_slow_pulls_all_move_and_nobody_else_waits() throws Exception {
        List<SocketChannel> slow = new ArrayList<>();
        try {
            for (int i = 0; i < CLIENTS; i++) {
                slow.add(ask());
            }
            for (SocketChannel client : slow) {
                assertEquals("HTTP/1.1 200", read(client, 12));
            }
            for (int round = 0; round < ROUNDS; round++) {
                for (SocketChannel client : slow) {
                    read(client, 32 * 1024);
                }
            }
            Figures.say("%d slow pulls of 1 GiB, RSS %d MiB now, %d MiB at its highest"
                    .formatted(
                            CLIENTS,
                            proxy.process().memory("VmRSS") / 1024,
                            proxy.process().memory("VmHWM") / 1024));
            HttpResponse<byte[]> quick =
                    Http.send(Http.to(proxy.url() + "/v2/huge/blobs/" + SampleImage.digest(new byte[] {1})));
            assertEquals(200, quick.statusCode());
            assertEquals(1, quick.body().length);
        } finally {
            for (SocketChannel client : slow) {
                client.close();
            }
        }
        assertTrue(Http.send(Http.to(proxy.url() + "/readyz")).statusCode() == 200, "it lives on when all leave");
    }

    private static SocketChannel ask() throws Exception {
        SocketChannel client = SocketChannel.open();
        client.setOption(StandardSocketOptions.SO_RCVBUF, 16 * 1024);
        client.connect(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), proxy.port()));
        String request = "GET /v2/huge/blobs/%s HTTP/1.1\r\nHost: %s\r\n\r\n".formatted(DIGEST, proxy.host());
        client.write(ByteBuffer.wrap(request.getBytes(US_ASCII)));
        return client;
    }

    /** Exactly so many bytes, and then the client pauses: its turn comes again after all others'. */
    private static String read(SocketChannel client, int count) throws Exception {
        ByteBuffer buffer = ByteBuffer.allocate(count);
        while (buffer.hasRemaining()) {
            assertTrue(client.read(buffer) >= 0, "a slow pull ended early");
        }
        return new String(buffer.array(), US_ASCII);
    }

    /** Straight to the registry: the huge blob, and one of a single byte. */
    private static void push(DockerRegistry registry) throws Exception {
        new SampleImage(registry, "team/a/huge")
                .pushBlob(new SampleImage.Content("application/octet-stream", new byte[] {1}));
        URI start = URI.create(registry.url() + "/v2/team/a/huge/blobs/uploads/");
        HttpResponse<byte[]> session = Http.send(Http.to(start.toString()).POST(BodyPublishers.noBody()));
        String location = session.headers().firstValue("Location").orElseThrow();
        var content = BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(Gibibyte::new), Gibibyte.LENGTH);
        HttpResponse<byte[]> stored = Http.send(Http.to(location + "&digest=" + DIGEST)
                .header("Content-Type", "application/octet-stream")
                .PUT(content));
        assertEquals(201, stored.statusCode());
    }
}
