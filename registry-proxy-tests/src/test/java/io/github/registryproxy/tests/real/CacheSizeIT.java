package io.github.registryproxy.tests.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** More is pulled than the cache may hold. */
@Tag("real")
@Timeout(240)
class CacheSizeIT {
    private static final long CAPACITY = 1L << 30;
    private static final long LAYER = 64L << 20;

    /** Pulled through both repositories: 5 GiB in all, 4 GiB of it different. */
    private static final int SHARED = 16;

    private static final int OWN = 24;
    private static final int HOT = 4;
    private static final int CLIENTS = 4;

    @RegisterExtension
    static final Stage stage = new Stage();

    private static ProxyServer proxy;

    /** A layer as a repository has it. */
    private record Pull(String repository, SeededBlob blob) {}

    @Test
    void five_GiB_are_pulled_through_a_cache_of_one_and_what_is_in_use_stays() throws Exception {
        BlobUpstream upstream = stage.closing(new BlobUpstream(() -> Long.MAX_VALUE / 2, Long.MAX_VALUE));
        Path directory = stage.directory("cache");
        proxy = ProxyServer.start(
                stage,
                Map.of(
                        "REGISTRY_HOST",
                        upstream.url(),
                        "CACHE_DIR",
                        directory.toString(),
                        "CACHE_SIZE",
                        "1GiB",
                        "CACHE_MEMORY",
                        "1MiB"),
                "-Xmx64m");
        List<SeededBlob> hot = new ArrayList<>();
        for (int i = 0; i < HOT; i++) {
            hot.add(upstream.add(new SeededBlob(i, LAYER / 8)));
        }
        List<Pull> pulls = pulls(upstream);
        pull(hot);

        AtomicLong highest = new AtomicLong();
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        long begun = System.nanoTime();
        try {
            clock.scheduleWithFixedDelay(
                    () -> highest.accumulateAndGet(used(directory), Math::max), 0, 50, TimeUnit.MILLISECONDS);
            for (int at = 0; at < pulls.size(); at += CLIENTS) {
                List<Future<BlobPull>> some = new ArrayList<>();
                for (Pull one : pulls.subList(at, Math.min(at + CLIENTS, pulls.size()))) {
                    some.add(clients.submit(() -> BlobPull.of(proxy, one.repository(), one.blob())));
                }
                for (Future<BlobPull> one : some) {
                    one.get();
                }
                pull(hot);
            }
        } finally {
            clock.shutdownNow();
            clients.shutdownNow();
        }

        Figures.say(
                ("%d pulls, 5 GiB, from two repositories through a cache of 1 GiB: none failed, %d MiB on the disk at most,"
                                + " %d MiB from upstream, %d s, RSS %d MiB at its highest")
                        .formatted(
                                pulls.size(),
                                highest.get() >> 20,
                                upstream.sent() >> 20,
                                (System.nanoTime() - begun) / 1_000_000_000,
                                proxy.process().memory("VmHWM") / 1024));
        assertEquals(
                (SHARED + 2L * OWN) * LAYER + HOT * LAYER / 8, upstream.sent(), "what is shared was fetched again");
        for (SeededBlob one : hot) {
            assertEquals(1, upstream.gets(one), "what is read again and again was fetched again");
        }
        assertTrue(highest.get() > CAPACITY / 2, "nothing was kept");
        // Each fetch under way has a file of its own, and one more may have ended while its reader reads on.
        long inFlight = 2 * CLIENTS * LAYER;
        assertTrue(highest.get() <= CAPACITY + inFlight, () -> highest + " bytes on the disk");
    }

    /** What they share comes through the second soon after the first; what is their own in turn. */
    private static List<Pull> pulls(BlobUpstream upstream) {
        List<Pull> pulls = new ArrayList<>();
        List<SeededBlob> shared = new ArrayList<>();
        for (int i = 0; i < SHARED + CLIENTS; i++) {
            if (i < SHARED) {
                shared.add(upstream.add(new SeededBlob(100 + i, LAYER)));
                pulls.add(new Pull("team/one", shared.get(i)));
            }
            if (i >= CLIENTS) {
                pulls.add(new Pull("team/two", shared.get(i - CLIENTS)));
            }
        }
        for (int i = 0; i < 2 * OWN; i++) {
            pulls.add(new Pull(i % 2 == 0 ? "team/one" : "team/two", upstream.add(new SeededBlob(200 + i, LAYER))));
        }
        return pulls;
    }

    private static void pull(List<SeededBlob> blobs) throws IOException {
        for (SeededBlob one : blobs) {
            BlobPull.of(proxy, "team/one", one);
        }
    }

    /** What the directory takes of the disk, as far as its files have names. */
    private static long used(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.mapToLong(CacheSizeIT::size).sum();
        } catch (IOException | java.io.UncheckedIOException e) {
            return 0; // something went away meanwhile: the next look counts
        }
    }

    private static long size(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            return 0; // evicted
        }
    }
}
