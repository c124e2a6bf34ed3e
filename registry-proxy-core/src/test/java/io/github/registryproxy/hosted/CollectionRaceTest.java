package io.github.registryproxy.hosted;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.hosted.Hosting.Answer;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.store.Progress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Collections without a pause, whose grace period is over before it has begun, beside pushes that share layers: a push may be told
 * that a blob has gone, and pushes it again; what was acknowledged is there.
 */
@Timeout(300)
final class CollectionRaceTest {
    private static final int CLIENTS = 16;
    private static final int IMAGES = 40;
    private static final int LAYERS = 4;
    private static final int REPOSITORIES = 2;

    @TempDir
    private Path directory;

    private Hosting hosting;
    private final AtomicLong lost = new AtomicLong();
    private final Map<String, byte[]> acknowledged = new ConcurrentHashMap<>();

    @Test
    void no_collection_takes_what_an_acknowledged_manifest_names() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS + 1);
        AtomicBoolean pushing = new AtomicBoolean(true);
        AtomicLong collected = new AtomicLong();
        try (Hosting hosted = new Hosting(directory.resolve("hosted"))) {
            hosting = hosted;
            Future<?> collector = threads.submit(() -> {
                GarbageCollector collections = GarbageCollector.builder(hosting.store)
                        .grace(Duration.ofMillis(1))
                        .untaggedAfter(Duration.ofMillis(1))
                        .build();
                while (pushing.get()) {
                    hosting.clock().advance(Duration.ofMillis(5));
                    Collected once = collections.run();
                    collected.addAndGet(once.blobs() + once.contents() + once.manifests());
                }
                return null;
            });
            List<Future<?>> clients = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                int number = client;
                clients.add(threads.submit(() -> {
                    push(number);
                    return null;
                }));
            }
            for (Future<?> client : clients) {
                client.get();
            }
            pushing.set(false);
            collector.get();

            assertEquals(List.of(), hosting.store.check(Progress.NONE).problems());
            for (Map.Entry<String, byte[]> image : acknowledged.entrySet()) {
                assertArrayEquals(image.getValue(), hosting.get(image.getKey()).body(), image.getKey());
            }
            assertTrue(acknowledged.size() > CLIENTS, "hardly anything was kept");
            assertTrue(collected.get() > CLIENTS, "hardly anything was collected meanwhile");
            hosting.restart();
            assertEquals(List.of(), hosting.store.check(Progress.NONE).problems());
        } finally {
            pushing.set(false);
            threads.shutdownNow();
        }
    }

    private void push(int client) throws Exception {
        Random random = new Random(client);
        for (int i = 0; i < IMAGES; i++) {
            String repository = "team/app" + random.nextInt(REPOSITORIES);
            String target = "/v2/" + repository + "/manifests/" + client + "-" + i;
            byte[] layer = Hosting.bytes("layer " + (i / 5 * LAYERS + random.nextInt(LAYERS)));
            byte[] image = Hosting.image(layer, ",\"annotations\":{\"n\":\"" + client + "-" + i + "\"}");
            pushUntilThere(repository, target, layer, image);
            assertWhole(repository, target, layer, image);
            if (random.nextInt(10) == 0) {
                acknowledged.put(target, image);
            } else {
                String digest = "/v2/" + repository + "/manifests/" + Hosting.sha256(image);
                assertEquals(202, hosting.send("DELETE", digest, new byte[0]).status());
            }
        }
    }

    /** As clients do: ask, push what is not there, and the manifest. */
    private void pushUntilThere(String repository, String target, byte[] layer, byte[] image) throws Exception {
        for (int tries = 0; tries < 10_000; tries++) {
            for (byte[] blob : List.of(Hosting.CONFIG, layer)) {
                Digest digest = Hosting.sha256(blob);
                hosting.clock().advance(Duration.ofMillis(5));
                if (hosting.send("HEAD", "/v2/" + repository + "/blobs/" + digest, new byte[0])
                                .status()
                        != 200) {
                    hosting.blob(repository, blob);
                }
            }
            hosting.clock().advance(Duration.ofMillis(5));
            Headers type = Headers.of(HeaderNames.CONTENT_TYPE, MediaType.OCI_MANIFEST.value());
            Answer answer = hosting.send("PUT", target, type, Body.of(image));
            if (answer.status() == 201) {
                return;
            }
            assertTrue(answer.text().contains("MANIFEST_BLOB_UNKNOWN"), answer::text);
            lost.incrementAndGet();
        }
        throw new AssertionError("collected faster than pushed, again and again");
    }

    private void assertWhole(String repository, String target, byte[] layer, byte[] image) throws Exception {
        assertArrayEquals(image, hosting.get(target).body());
        Answer pulled = hosting.get("/v2/" + repository + "/blobs/" + Hosting.sha256(layer));
        assertEquals(200, pulled.status(), pulled::text);
        assertArrayEquals(layer, pulled.body());
    }
}
