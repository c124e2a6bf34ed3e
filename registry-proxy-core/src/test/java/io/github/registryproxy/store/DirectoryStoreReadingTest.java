package io.github.registryproxy.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.protocol.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The laws of a store whose directory is still being read: here, when the test says so. */
@Timeout(60)
final class DirectoryStoreReadingTest {
    private static final int MIB = 1024 * 1024;

    /** What the checksums of an entry of 1 or 2 MiB take. */
    private static final int SUMS = 4096;

    private static final long CAPACITY = 8 * (MIB + SUMS);

    @TempDir
    private Path directory;

    private final List<Runnable> readers = new ArrayList<>();
    private final ExecutorService others = Executors.newCachedThreadPool();
    private DirectoryStore store;

    @BeforeEach
    void begin() throws IOException {
        store = DirectoryStore.open(directory, CAPACITY, Clock.systemUTC());
    }

    @AfterEach
    void end() throws IOException {
        readers.forEach(Runnable::run);
        store.close();
        others.shutdownNow();
    }

    private void restartUnread(long capacity) throws IOException {
        store.close();
        store = DirectoryStore.open(directory, capacity, Clock.systemUTC(), readers::add);
    }

    private void readAll() throws IOException {
        readers.forEach(Runnable::run);
        readers.clear();
        store.awaitRead();
    }

    private Path file(Digest digest) {
        return directory
                .resolve(digest.algorithm().toString())
                .resolve(digest.encoded().substring(0, 2))
                .resolve(digest.encoded());
    }

    private Sample used(int seed, int size, int minutesAgo) throws IOException {
        Sample sample = Sample.of(seed, size).putInto(store);
        Files.setLastModifiedTime(
                file(sample.digest()), FileTime.from(Instant.now().minusSeconds(60L * minutesAgo)));
        return sample;
    }

    @Test
    void what_was_kept_is_served_before_it_is_found() throws IOException {
        Sample sample = Sample.of(1, MIB).putInto(store);
        Sample empty = Sample.of(2, 0).putInto(store);
        Sample other = Sample.of(Digest.Algorithm.SHA512, 3, 1000).putInto(store);
        RecordKey key = RecordKey.of("tag", "a");
        store.putRecord(key, new byte[] {1, 2});
        restartUnread(CAPACITY);
        assertTrue(store.isReading());
        for (Sample each : List.of(sample, empty, other)) {
            assertEquals(Optional.of((long) each.bytes().length), store.size(each.digest()));
            assertArrayEquals(each.bytes(), ContentStoreContract.read(store, each.digest()));
        }
        assertArrayEquals(new byte[] {1, 2}, store.record(key).orElseThrow());
        assertEquals(List.of(key), store.records("tag"));
        assertEquals(List.of(), store.records("other"));
        assertEquals(Optional.empty(), store.open(Sample.of(4, 10).digest()));
        assertEquals(Optional.empty(), store.size(Sample.of(4, 10).digest()));
        readAll();
        assertFalse(store.isReading());
        assertEquals(3, store.entries());
        assertEquals(MIB + SUMS + 4096, store.bytes());
    }

    @Test
    void nothing_makes_room_before_all_is_found_and_what_was_used_longest_ago_does_afterwards() throws IOException {
        Sample oldest = used(1, 2 * MIB, 50);
        Sample old = used(2, 2 * MIB, 40);
        Sample young = used(3, 2 * MIB, 30);
        restartUnread(CAPACITY);
        ContentStoreContract.read(store, oldest.digest());
        List<Sample> come = List.of(
                Sample.of(4, MIB).putInto(store),
                Sample.of(5, MIB).putInto(store),
                Sample.of(6, 2 * MIB).putInto(store));
        assertTrue(store.size(old.digest()).isPresent());
        readAll();
        assertEquals(Optional.empty(), store.size(old.digest()), "used longest ago");
        assertEquals(1, store.evicted());
        assertEquals(8 * MIB + 5 * SUMS, store.bytes());
        Sample.of(7, 4 * SUMS).putInto(store);
        assertEquals(Optional.empty(), store.size(young.digest()), "used longest ago then");
        assertTrue(store.size(oldest.digest()).isPresent());
        for (Sample each : come) {
            assertTrue(store.size(each.digest()).isPresent());
        }
    }

    @Test
    void records_make_room_after_all_are_found_those_used_longest_ago_first() throws IOException {
        for (int i = 0; i < 16; i++) {
            store.putRecord(RecordKey.of("tag", "old" + i), new byte[60_000]);
        }
        restartUnread(CAPACITY);
        store.record(RecordKey.of("tag", "old0")).orElseThrow();
        for (int i = 0; i < 16; i++) {
            store.putRecord(RecordKey.of("tag", "new" + i), new byte[60_000]);
        }
        assertEquals(32, store.records("tag").size());
        readAll();
        List<RecordKey> left = store.records("tag");
        assertEquals(MIB / 61_440, left.size());
        assertTrue(left.contains(RecordKey.of("tag", "old0")));
        for (int i = 0; i < 16; i++) {
            assertTrue(left.contains(RecordKey.of("tag", "new" + i)));
        }
    }

    @Test
    void what_is_deleted_or_replaced_meanwhile_is_not_found_again() throws IOException {
        Sample deleted = Sample.of(1, MIB).putInto(store);
        Sample replaced = Sample.of(2, MIB).putInto(store);
        RecordKey key = RecordKey.of("tag", "a");
        store.putRecord(key, new byte[] {1});
        restartUnread(CAPACITY);
        store.delete(deleted.digest());
        store.deleteRecord(key);
        store.delete(replaced.digest());
        assertEquals(Optional.empty(), store.open(replaced.digest()));
        replaced.putInto(store);
        readAll();
        assertEquals(List.of(replaced.digest()), store.digests());
        assertEquals(MIB + SUMS, store.bytes());
        assertEquals(Optional.empty(), store.record(key));
    }

    @Test
    void what_a_crash_left_empty_and_a_link_are_not_served_before_they_are_found() throws IOException {
        Sample torn = Sample.of(1, 1000).putInto(store);
        Sample link = Sample.of(2, 1000).putInto(store);
        Sample mended = Sample.of(3, 1000).putInto(store);
        Path misplaced = Files.createDirectories(directory.resolve("sha256").resolve("zz"))
                .resolve(mended.digest().encoded());
        Files.write(misplaced, mended.bytes());
        Path secret = Files.write(Files.createTempFile(directory.getParent(), "secret", ""), new byte[1000]);
        restartUnread(CAPACITY);
        Files.write(file(torn.digest()), new byte[0]);
        Files.write(file(mended.digest()), new byte[0]);
        Files.delete(file(link.digest()));
        Files.createSymbolicLink(file(link.digest()), secret);
        for (Sample each : List.of(torn, link, mended)) {
            assertEquals(Optional.empty(), store.open(each.digest()));
            assertEquals(Optional.empty(), store.size(each.digest()));
        }
        mended.putInto(store);
        readAll();
        assertEquals(List.of(mended.digest()), store.digests());
        assertArrayEquals(mended.bytes(), ContentStoreContract.read(store, mended.digest()));
        assertFalse(Files.exists(file(torn.digest())));
        assertFalse(Files.exists(misplaced));
        assertEquals(1000, Files.size(secret));
        Files.delete(secret);
    }

    @Test
    void a_list_and_a_scrub_wait_until_all_is_found() throws Exception {
        Sample good = Sample.of(1, MIB).putInto(store);
        Sample bad = Sample.of(2, 1000).putInto(store);
        restartUnread(CAPACITY);
        Files.write(file(bad.digest()), new byte[1000]);
        Future<List<Digest>> list = others.submit(() -> store.digests());
        Future<Scrubbed> scrub = others.submit(() -> store.scrub(damaged -> {}));
        readAll();
        assertEquals(new Scrubbed(2, MIB + 1000, 1), scrub.get());
        assertTrue(list.get().contains(good.digest()));
        assertEquals(List.of(good.digest()), store.digests());
    }

    @Test
    void a_store_that_is_closed_ends_its_reading_and_who_waits_for_it() throws Exception {
        for (int i = 0; i < 50; i++) {
            Sample.of(i, 10).putInto(store);
        }
        restartUnread(CAPACITY);
        Future<List<Digest>> list = others.submit(store::digests);
        Future<?> closing = others.submit(() -> {
            store.close();
            return null;
        });
        for (Runnable reader : readers) {
            others.submit(reader);
        }
        readers.clear();
        closing.get();
        try {
            assertEquals(50, list.get().size()); // all were found before
        } catch (ExecutionException e) {
            assertTrue(e.getCause() instanceof IOException);
        }
        store = DirectoryStore.open(directory, CAPACITY, Clock.systemUTC());
        assertEquals(50, store.digests().size());
    }

    @Test
    void what_cannot_be_read_is_said_and_the_store_is_of_use_without_it() throws IOException {
        Sample kept = Sample.of(1, 1000).putInto(store);
        restartUnread(CAPACITY);
        Path elsewhere = Files.move(directory.resolve("sha512"), directory.resolve("elsewhere"));
        IOException said = assertThrows(IOException.class, this::readAll);
        assertTrue(said.getMessage().contains("could not be read"), said::getMessage);
        assertThrows(IOException.class, store::digests);
        Files.move(elsewhere, directory.resolve("sha512"));
        Sample late = Sample.of(Digest.Algorithm.SHA512, 2, 1000).putInto(store);
        for (int i = 0; i < 10; i++) {
            Sample.of(10 + i, MIB).putInto(store);
        }
        assertEquals(Optional.empty(), store.size(kept.digest()), "made room");
        assertEquals(Optional.empty(), store.size(late.digest()), "made room");
        assertEquals(CAPACITY, store.bytes());
    }
}
