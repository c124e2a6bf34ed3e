package io.github.registryproxy.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills processes that work in a store, each at a random moment. How often: the system property {@code store.kills}, 12 by
 * default; begun from the seed {@code store.seed}.
 */
final class DirectoryStoreCrashTest {
    private static final int KILLS = Integer.getInteger("store.kills", 12);
    private static final long SEED = Long.getLong("store.seed", 1);

    @TempDir
    private Path directory;

    private int entries;
    private int records;
    private int partials;
    private long resumed;

    @Test
    @Timeout(600)
    void after_any_kill_there_are_whole_entries_whole_records_and_partials_to_go_on_with() throws Exception {
        Random random = new Random(SEED);
        for (int kill = 0; kill < KILLS; kill++) {
            workAndDie(random.nextInt(120), random.nextLong());
            try (DirectoryStore store = DirectoryStore.open(directory, StoreProcess.CAPACITY, Clock.systemUTC())) {
                check(store, kill);
            }
        }
        System.getLogger(getClass().getName())
                .log(
                        System.Logger.Level.INFO,
                        "{0} kills: {1} entries, {2} records, {3} partials with {4} bytes resumed, none damaged",
                        KILLS,
                        entries,
                        records,
                        partials,
                        resumed);
        assertTrue(entries > 0 && records > 0 && partials > 0, "the work was none");
    }

    /** At a moment that is random because the process goes on while its steps are counted here. */
    private void workAndDie(int steps, long seed) throws Exception {
        Process process = StoreProcess.start(directory, "work", seed);
        try (BufferedReader says = StoreProcess.output(process)) {
            assertEquals(StoreProcess.OPEN, says.readLine());
            for (int i = 0; i < steps; i++) {
                String line = says.readLine();
                assertFalse(line == null || line.startsWith("MISMATCH"), line);
            }
            process.toHandle().destroyForcibly(); // and not by the process, which would close what is still to be read
            for (String line = says.readLine(); line != null; line = says.readLine()) {
                assertFalse(line.startsWith("MISMATCH"), line);
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private void check(DirectoryStore store, int kill) throws IOException {
        List<Object> damaged = new ArrayList<>();
        store.scrub(damaged::add);
        assertEquals(List.of(), damaged, "after kill " + kill);
        assertTrue(store.bytes() + store.stagingBytes() <= StoreProcess.CAPACITY);
        try (Stream<Path> left = Files.list(directory.resolve("temporary"))) {
            assertEquals(0, left.count());
        }
        entries += store.digests().size();
        for (int i = 0; i < 20; i++) {
            byte[] record = store.record(StoreProcess.key(i)).orElse(null);
            if (record != null) {
                records++;
                assertTrue(StoreProcess.isWhole(record));
            }
        }
        assertEquals(recordFiles(), store.records("tag").size(), "a record was damaged");
        for (int i = 0; i < StoreProcess.SAMPLES; i++) {
            check(store, StoreProcess.sample(i), kill % 3 == 0);
        }
    }

    private long recordFiles() throws IOException {
        Path of = directory.resolve("records").resolve("tag");
        if (!Files.isDirectory(of)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(of)) {
            return files.count();
        }
    }

    /** Every third time what was left is completed; otherwise the next process may go on with it. */
    private void check(DirectoryStore store, Sample sample, boolean complete) throws IOException {
        try (Staging staging = store.stage(sample.digest())) {
            int there = (int) staging.size();
            ByteBuffer prefix = ByteBuffer.allocate(there);
            int at = 0;
            while (at < there) {
                at += staging.read(at, prefix);
            }
            assertEquals(sample.region(0, there), prefix.flip(), "what was left is a prefix");
            if (there > 0) {
                partials++;
            }
            if (there > 0 && complete) {
                resumed += there;
                staging.append(sample.from(there));
                staging.commit();
            }
        }
        if (store.size(sample.digest()).isPresent()) {
            assertArrayEquals(sample.bytes(), ContentStoreContract.read(store, sample.digest()));
        }
    }
}
