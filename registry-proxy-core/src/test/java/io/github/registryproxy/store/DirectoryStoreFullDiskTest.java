package io.github.registryproxy.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.registryproxy.ContentMismatchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class DirectoryStoreFullDiskTest {
    private static final int MIB = SmallDisk.MIB;

    @RegisterExtension
    private final SmallDisk disk = new SmallDisk();

    @Test
    void a_full_disk_fails_the_staging_and_nothing_else() throws Exception {
        Path root = disk.directory().resolve("store");
        Random random = new Random(1);
        RecordKey key = RecordKey.of("tag", "x");
        byte[] record = new byte[5000];
        try (DirectoryStore store = DirectoryStore.open(root, 64 * MIB, Clock.systemUTC())) {
            Sample kept = Sample.of(1, 2 * MIB).putInto(store);
            store.putRecord(key, record);
            for (int round = 0; round < 100; round++) {
                Path filler = Files.write(disk.directory().resolve("filler"), new byte[random.nextInt(3 * MIB)]);
                Sample sample = Sample.of(100 + round, 4 * MIB);
                try (Staging staging = store.stage(sample.digest())) {
                    assertEquals(0, staging.size());
                    IOException full = assertThrows(IOException.class, () -> {
                        while (staging.size() < sample.bytes().length) {
                            int at = (int) staging.size();
                            staging.append(sample.region(at, Math.min(70_001, sample.bytes().length - at)));
                        }
                        staging.commit();
                    });
                    assertFalse(full instanceof ContentMismatchException);
                    assertThrows(IOException.class, staging::commit);
                    if (round % 2 == 0) {
                        staging.discard();
                    }
                }
                Files.delete(filler);
                assertEquals(0, store.stagingBytes());
                assertEquals(List.of(kept.digest()), store.digests());
                assertArrayEquals(kept.bytes(), ContentStoreContract.read(store, kept.digest()));
                assertArrayEquals(record, store.record(key).orElseThrow());
                store.delete(Sample.of(50 + round, 3 * MIB).putInto(store).digest());
            }
        }
    }

    @Test
    void a_record_that_finds_no_room_leaves_the_one_before() throws Exception {
        try (DirectoryStore store =
                DirectoryStore.open(disk.directory().resolve("store"), 64 * MIB, Clock.systemUTC())) {
            RecordKey key = RecordKey.of("tag", "x");
            byte[] record = new byte[5000];
            store.putRecord(key, record);
            Path filler = disk.directory().resolve("filler");
            assertThrows(IOException.class, () -> Files.write(filler, new byte[7 * MIB]));
            assertThrows(IOException.class, () -> store.putRecord(key, new byte[60_000]));
            assertThrows(IOException.class, () -> store.putRecord(RecordKey.of("tag", "y"), new byte[60_000]));
            assertArrayEquals(record, store.record(key).orElseThrow());
            assertEquals(List.of(key), store.records("tag"));
            Files.delete(filler);
            try (Stream<Path> left =
                    Files.list(disk.directory().resolve("store").resolve("temporary"))) {
                assertEquals(0, left.count());
            }
            store.putRecord(key, new byte[60_000]);
            assertEquals(60_000, store.record(key).orElseThrow().length);
        }
    }
}
