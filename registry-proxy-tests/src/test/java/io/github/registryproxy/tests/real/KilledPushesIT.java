package io.github.registryproxy.tests.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.hosted.Checked;
import io.github.registryproxy.hosted.HostedStore;
import io.github.registryproxy.store.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The server is killed again and again while clients push. */
@Tag("real")
@Timeout(600)
class KilledPushesIT {
    private static final int KILLS = 100;
    private static final int CLIENTS = 6;
    private static final int LONGEST_LIFE_MILLIS = 700;
    private static final String NOBODY = "http://127.0.0.1:9";

    @RegisterExtension
    static final Stage stage = new Stage();

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final AtomicInteger images = new AtomicInteger();
    private final AtomicInteger cut = new AtomicInteger();
    private final ConcurrentLinkedQueue<PushedImage> acknowledged = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<PushedImage> broken = new ConcurrentLinkedQueue<>();
    private String archive;
    private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);

    @Test
    void what_was_acknowledged_before_a_kill_is_there_after_it_and_nothing_is_corrupt() throws Exception {
        Path data = stage.directory("data");
        long begun = System.nanoTime();
        archive = ClassArchive.option(stage);
        try {
            for (int kill = 0; kill < KILLS; kill++) {
                liveAndDie(data);
            }
            try (ProxyServer server = start(data)) {
                for (PushedImage image : acknowledged) {
                    image.assertWhole(server.url());
                }
                for (PushedImage image : broken) {
                    image.push(server.url());
                    image.assertWhole(server.url());
                }
            }
        } finally {
            clients.shutdownNow();
        }
        try (HostedStore store = HostedStore.open(data.resolve("hosted"))) {
            Checked checked = store.check(Progress.NONE);
            Figures.say(
                    "%d kills (seed %d): %d images acknowledged, %d pushes cut off, %d contents read, %d problems, %d s"
                            .formatted(
                                    KILLS,
                                    seed,
                                    acknowledged.size(),
                                    cut.get(),
                                    checked.entries(),
                                    checked.problems().size(),
                                    (System.nanoTime() - begun) / 1_000_000_000));
            assertEquals(List.of(), checked.problems());
        }
        assertTrue(acknowledged.size() > KILLS / 4, "hardly anything was pushed");
        assertTrue(cut.get() > KILLS, "the kills came too late");
    }

    private ProxyServer start(Path data) throws IOException, InterruptedException {
        // The JIT's second stage does not pay for such a short life.
        return TeamRegistry.start(stage, data, NOBODY, "-Xmx96m", "-XX:TieredStopAtLevel=1", archive);
    }

    private void liveAndDie(Path data) throws Exception {
        ProxyServer server = start(data);
        AtomicBoolean alive = new AtomicBoolean(true);
        List<Future<?>> pushes = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            pushes.add(clients.submit(() -> pushUntilDead(server.url(), alive)));
        }
        TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_LIFE_MILLIS));
        server.kill();
        alive.set(false);
        for (Future<?> push : pushes) {
            push.get();
        }
    }

    private void pushUntilDead(String url, AtomicBoolean alive) {
        while (alive.get()) {
            int number = images.incrementAndGet();
            PushedImage image = new PushedImage(
                    "team/app" + number % 7, "t" + number, seed + number % 50, 20_000 + number % 50 * 10_000);
            try {
                image.push(url);
                acknowledged.add(image);
            } catch (PushedImage.RefusedException e) {
                throw new AssertionError("refused though nobody was killed", e);
            } catch (IOException e) {
                cut.incrementAndGet(); // the server was killed
                broken.add(image);
                return;
            }
        }
    }
}
