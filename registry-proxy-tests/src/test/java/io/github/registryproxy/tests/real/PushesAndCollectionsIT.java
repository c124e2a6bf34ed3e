package io.github.registryproxy.tests.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.hosted.Checked;
import io.github.registryproxy.hosted.GarbageCollector;
import io.github.registryproxy.hosted.HostedStore;
import io.github.registryproxy.store.Progress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Fifty clients push, pull and delete while garbage is collected every second. */
@Tag("real")
@Timeout(420)
class PushesAndCollectionsIT {
    private static final int CLIENTS = 50;
    private static final int IMAGES = 2_000;
    private static final int LAYERS = 300;

    @RegisterExtension
    static final Stage stage = new Stage();

    private final AtomicInteger next = new AtomicInteger();
    private final ConcurrentLinkedQueue<PushedImage> kept = new ConcurrentLinkedQueue<>();

    @Test
    void no_collection_takes_what_anybody_needs() throws Exception {
        Path data = stage.directory("data");
        Path configuration = TeamRegistry.hosting(
                stage.directory("config"), "garbage-collection: {every: 1s, grace: 10s, untagged-after: 10s}\n");
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        long begun = System.nanoTime();
        try (ProxyServer server = TeamRegistry.start(stage, configuration, data, "http://127.0.0.1:9", "-Xmx192m")) {
            List<Future<?>> all = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                all.add(clients.submit(() -> {
                    pushAndPull(server.url());
                    return null;
                }));
            }
            for (Future<?> client : all) {
                client.get();
            }
            for (PushedImage image : kept) {
                image.assertWhole(server.url());
            }
        } finally {
            clients.shutdownNow();
        }
        long seconds = (System.nanoTime() - begun) / 1_000_000_000;
        try (HostedStore store = HostedStore.open(data.resolve("hosted"))) {
            Checked checked = store.check(Progress.NONE);
            Figures.say(
                    "%d images of %d clients, %d kept, in %d s, beside a collection a second: %d contents, %d problems"
                            .formatted(
                                    IMAGES,
                                    CLIENTS,
                                    kept.size(),
                                    seconds,
                                    checked.entries(),
                                    checked.problems().size()));
            assertEquals(List.of(), checked.problems());
            GarbageCollector.builder(store).grace(Duration.ofNanos(1)).build().run();
            assertTrue(store.check(Progress.NONE).isClean());
        }
    }

    private void pushAndPull(String url) throws Exception {
        for (int number = next.incrementAndGet(); number <= IMAGES; number = next.incrementAndGet()) {
            PushedImage image = new PushedImage(
                    "team/app" + number % 10, "t" + number, number % LAYERS, 3_000 + number % LAYERS * 10);
            image.push(url);
            image.assertWhole(url);
            if (number % 3 == 0) {
                image.delete(url);
            } else {
                kept.add(image);
            }
        }
    }
}
