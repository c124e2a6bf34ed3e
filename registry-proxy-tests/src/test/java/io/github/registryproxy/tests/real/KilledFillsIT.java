package io.github.registryproxy.tests.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.store.DirectoryStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The server is killed again and again while it fetches. */
@Tag("real")
@Timeout(420)
class KilledFillsIT {
    private static final int KILLS = 100;
    private static final int AT_A_TIME = 4;
    private static final long LENGTH = 24_000_000;
    private static final long CAPACITY = 8L << 30;

    /** What Linux keeps of one connection, at most, for a process that is slow to read: a cold one on a busy machine. */
    private static final long MOST_HELD = 6L << 20;

    /** One answer takes a second and a half: a server lives for the third of it, on average. */
    private static final long BYTES_PER_SECOND = 16_000_000;

    private static final int LONGEST_LIFE_MILLIS = 1_000;

    @RegisterExtension
    static final Stage stage = new Stage();

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final ExecutorService clients = Executors.newFixedThreadPool(AT_A_TIME);
    private final List<SeededBlob> unfinished = new ArrayList<>();
    private BlobUpstream upstream;
    private Path directory;
    private String archive;
    private int blobs;
    private int inFlight;

    @Test
    void a_hundred_kills_in_the_middle_of_fetches_damage_nothing_and_what_was_fetched_is_not_fetched_again()
            throws Exception {
        upstream = stage.closing(new BlobUpstream(() -> Long.MAX_VALUE / 2, BYTES_PER_SECOND));
        directory = stage.directory("cache");
        long begun = System.nanoTime();
        archive = ClassArchive.option(stage);
        try {
            for (int kill = 0; kill < KILLS; kill++) {
                liveAndDie();
            }
            finish();
        } finally {
            clients.shutdownNow();
        }
        List<Digest> damaged = new ArrayList<>();
        try (DirectoryStore store = DirectoryStore.open(directory, CAPACITY)) {
            assertEquals(blobs, store.digests().size());
            store.scrub(damaged::add);
        }
        double fetched = (double) upstream.sent() / blobs / LENGTH;
        Figures.say(
                ("%d kills (seed %d), %d of them with fetches under way: %d blobs of 24 MB, %d damaged, %d fetches went on where"
                                + " they were, upstream bytes %.3f of the content, %d s")
                        .formatted(
                                KILLS,
                                seed,
                                inFlight,
                                blobs,
                                damaged.size(),
                                upstream.resumes(),
                                fetched,
                                (System.nanoTime() - begun) / 1_000_000_000));
        assertEquals(List.of(), damaged);
        assertTrue(inFlight > KILLS / 2, "the kills came too late");
        assertTrue(upstream.resumes() > KILLS / 2, "nothing was resumed");
        // What a kill takes away is what the connections held: an answer that began anew would be seen.
        long held = inFlight * AT_A_TIME * MOST_HELD;
        assertTrue(upstream.sent() <= blobs * LENGTH + held, "fetched " + fetched + " times");
    }

    private ProxyServer start() throws IOException, InterruptedException {
        // The JIT's second stage does not pay for such a short life.
        return ProxyServer.start(
                stage,
                Map.of(
                        "REGISTRY_HOST",
                        upstream.url(),
                        "CACHE_DIR",
                        directory.toString(),
                        "CACHE_SIZE",
                        "8GiB",
                        "CACHE_MEMORY",
                        "1MiB"),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                archive);
    }

    private List<Future<Boolean>> pullUnfinished(ProxyServer proxy) {
        List<Future<Boolean>> pulls = new ArrayList<>();
        for (SeededBlob blob : unfinished) {
            Callable<Boolean> pull = () -> {
                try {
                    BlobPull.of(proxy, "library/app", blob);
                    return true;
                } catch (IOException e) {
                    return false; // the server was killed
                }
            };
            pulls.add(clients.submit(pull));
        }
        return pulls;
    }

    private void liveAndDie() throws Exception {
        while (unfinished.size() < AT_A_TIME) {
            unfinished.add(upstream.add(new SeededBlob(seed + blobs++, LENGTH)));
        }
        ProxyServer proxy = start();
        List<Future<Boolean>> pulls = pullUnfinished(proxy);
        TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_LIFE_MILLIS));
        proxy.kill();
        List<SeededBlob> done = new ArrayList<>();
        for (int i = 0; i < pulls.size(); i++) {
            if (pulls.get(i).get()) {
                done.add(unfinished.get(i));
            }
        }
        inFlight += done.size() < pulls.size() ? 1 : 0;
        unfinished.removeAll(done);
    }

    private void finish() throws Exception {
        try (ProxyServer proxy = start()) {
            for (Future<Boolean> pull : pullUnfinished(proxy)) {
                assertTrue(pull.get(), "a pull failed though nobody was killed");
            }
        }
    }
}
