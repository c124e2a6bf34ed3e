package io.github.registryproxy.tests.real;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every connection to the registry is reset after 1 to 20 MB. */
@Tag("real")
@Timeout(420)
class BrokenConnectionsIT {
    private static final int PULLS = 200;
    private static final int BLOBS = 20;
    private static final long LENGTH = 100_000_000;
    private static final int CLIENTS = 6;

    @RegisterExtension
    static final Stage stage = new Stage();

    @Test
    void two_hundred_pulls_of_100_MB_are_whole_though_each_connection_is_reset_again_and_again() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        BlobUpstream upstream =
                stage.closing(new BlobUpstream(() -> 1_000_000 + random.nextLong(19_000_000), Long.MAX_VALUE));
        // Each blob's turn comes when others have taken its place in the cache.
        ProxyServer proxy = ProxyServer.start(
                stage,
                Map.of(
                        "REGISTRY_HOST",
                        upstream.url(),
                        "CACHE_DIR",
                        stage.directory("cache").toString(),
                        "CACHE_SIZE",
                        "300MiB",
                        "CACHE_MEMORY",
                        "1MiB"),
                "-Xmx64m");
        List<SeededBlob> blobs = new ArrayList<>();
        for (int i = 0; i < BLOBS; i++) {
            blobs.add(upstream.add(new SeededBlob(seed + i, LENGTH)));
        }
        long begun = System.nanoTime();
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<BlobPull>> pulls = new ArrayList<>();
            for (int i = 0; i < PULLS; i++) {
                SeededBlob blob = blobs.get(i % BLOBS);
                pulls.add(clients.submit(() -> BlobPull.of(proxy, "library/app", blob)));
            }
            for (Future<BlobPull> pull : pulls) {
                pull.get();
            }
        } finally {
            clients.shutdownNow();
        }
        double upstreamBytes = (double) upstream.sent() / PULLS / LENGTH;
        Figures.say(
                ("%d pulls of 100 MB, every connection reset after 1 to 20 MB (seed %d): none failed, %d resets, upstream"
                                + " bytes %.3f of the content, %d s, RSS %d MiB at its highest")
                        .formatted(
                                PULLS,
                                seed,
                                upstream.resets(),
                                upstreamBytes,
                                (System.nanoTime() - begun) / 1_000_000_000,
                                proxy.process().memory("VmHWM") / 1024));
        assertTrue(upstreamBytes >= 1, "the cache answered: nothing was broken");
        assertTrue(upstreamBytes <= 1.05, () -> "fetched " + upstreamBytes + " times");
    }
}
