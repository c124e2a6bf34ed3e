package io.github.registryproxy.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.ContentMismatchException;
import io.github.registryproxy.protocol.Digest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DirectoryStoreTest extends ContentStoreContract {
    /** What the checksums of an entry of a few MiB take. */
    private static final int SUMS = 4096;

    @TempDir
    private Path directory;

    private final TestClock clock = new TestClock();

    private static final class TestClock extends Clock {
        private Instant now = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    private Path root() {
        return directory.resolve("store");
    }

    @Override
    DirectoryStore create(long capacity) throws IOException {
        DirectoryStore store = DirectoryStore.open(root(), capacity, clock);
        store.awaitRead();
        return store;
    }

    private void restart() throws IOException {
        store.close();
        store = create(CAPACITY);
    }

    @Override
    long bytes(ContentStore store) {
        return ((DirectoryStore) store).bytes();
    }

    @Override
    long stagingBytes(ContentStore store) {
        return ((DirectoryStore) store).stagingBytes();
    }

    @Override
    long evicted(ContentStore store) {
        return ((DirectoryStore) store).evicted();
    }

    private Path file(Digest digest) {
        return root().resolve(digest.algorithm().toString())
                .resolve(digest.encoded().substring(0, 2))
                .resolve(digest.encoded());
    }

    private List<Digest> scrubbed() throws IOException {
        List<Digest> damaged = new ArrayList<>();
        ((DirectoryStore) store).scrub(damaged::add);
        return damaged;
    }

    private static String refusal(Path directory) {
        IOException refused =
                assertThrows(IOException.class, () -> DirectoryStore.open(directory, DirectoryStore.LEAST_CAPACITY));
        assertTrue(refused.getMessage().contains(directory.getFileName().toString()), refused::getMessage);
        return refused.getMessage();
    }

    @Test
    void a_foreign_directory_is_refused_and_left_as_it_is() throws IOException {
        Path foreign = Files.createDirectory(directory.resolve("photos"));
        Files.writeString(foreign.resolve("holiday.jpg"), "x");
        assertTrue(refusal(foreign).contains("is not empty and is no store"));
        try (Stream<Path> files = Files.list(foreign)) {
            assertEquals(List.of(foreign.resolve("holiday.jpg")), files.toList());
        }
    }

    @Test
    void a_file_another_format_and_a_place_that_cannot_be_written_are_refused() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "x");
        assertTrue(refusal(file).contains("is not a directory"));
        assertTrue(refusal(file.resolve("below")).contains("cannot be used as a store"));
        Path later = Files.createDirectory(directory.resolve("later"));
        Files.writeString(later.resolve("registry-proxy-store"), "registry-proxy store, format 2\n");
        assertTrue(refusal(later).contains("format 2"));
        Path crowded = Files.createDirectory(directory.resolve("crowded"));
        DirectoryStore.open(crowded, DirectoryStore.LEAST_CAPACITY).close();
        Files.delete(crowded.resolve("records"));
        Files.writeString(crowded.resolve("records"), "a file");
        assertTrue(refusal(crowded).contains("records"));
        Files.delete(crowded.resolve("records"));
        DirectoryStore.open(crowded, DirectoryStore.LEAST_CAPACITY).close();
    }

    @Test
    void an_opening_that_was_cut_short_and_an_empty_file_system_are_no_obstacle() throws IOException {
        Path fresh = Files.createDirectory(directory.resolve("fresh"));
        Files.createDirectory(fresh.resolve("lost+found"));
        Files.createFile(fresh.resolve("lock"));
        Files.createFile(fresh.resolve("registry-proxy-store.new"));
        DirectoryStore.open(fresh, DirectoryStore.LEAST_CAPACITY).close();
    }

    @Test
    void a_capacity_that_holds_no_image_is_refused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> DirectoryStore.open(directory.resolve("small"), DirectoryStore.LEAST_CAPACITY - 1));
        assertFalse(Files.exists(directory.resolve("small")));
    }

    @Test
    void a_second_opening_is_refused_in_this_process_and_in_another_also_after_the_first_refusal() throws Exception {
        for (int i = 0; i < 2; i++) {
            assertTrue(refusal(root()).contains("in use"));
            Process other = StoreProcess.start(root(), "hold", 0);
            try (BufferedReader says = StoreProcess.output(other)) {
                String answer = says.readLine();
                assertTrue(answer.startsWith(StoreProcess.REFUSED) && answer.contains("in use"), answer);
            } finally {
                other.destroyForcibly().waitFor();
            }
        }
        store.close();
        Process other = StoreProcess.start(root(), "hold", 0);
        try (BufferedReader says = StoreProcess.output(other)) {
            assertEquals(StoreProcess.OPEN, says.readLine());
            assertTrue(refusal(root()).contains("in use"));
        } finally {
            other.destroyForcibly().waitFor();
        }
        store = create(CAPACITY);
    }

    @Test
    void a_restart_keeps_content_records_and_the_order_of_use_to_the_hour() throws IOException {
        Sample old = Sample.of(1, 3 * MIB).putInto(store);
        Sample middle = Sample.of(2, 2 * MIB).putInto(store);
        RecordKey key = RecordKey.of("tag", "a");
        store.putRecord(key, new byte[] {1, 2});
        Files.setLastModifiedTime(file(old.digest()), FileTime.from(clock.now.minus(Duration.ofHours(9))));
        Files.setLastModifiedTime(file(middle.digest()), FileTime.from(clock.now.minus(Duration.ofHours(5))));
        restart();
        assertArrayEquals(new byte[] {1, 2}, store.record(key).orElseThrow());
        assertArrayEquals(old.bytes(), read(store, old.digest())); // younger than the middle one now
        assertEquals(FileTime.from(clock.now), Files.getLastModifiedTime(file(old.digest())));
        Instant first = clock.now;
        clock.now = first.plus(Duration.ofMinutes(59));
        read(store, old.digest());
        assertEquals(FileTime.from(first), Files.getLastModifiedTime(file(old.digest())));
        restart();
        Sample.of(3, 4 * MIB).putInto(store);
        assertTrue(store.size(old.digest()).isPresent());
        assertEquals(Optional.empty(), store.size(middle.digest()));
        restart();
        assertEquals(7 * MIB + 2 * SUMS, bytes(store));
    }

    @Test
    void a_smaller_capacity_holds_from_the_start() throws IOException {
        for (int i = 0; i < 8; i++) {
            Sample.of(i, MIB).putInto(store);
        }
        store.close();
        store = create(3 * (MIB + SUMS));
        assertEquals(3 * (MIB + SUMS), bytes(store));
        assertEquals(3, store.digests().size());
    }

    @Test
    void a_partial_is_resumed_after_a_restart_and_a_damaged_one_is_found_out() throws IOException {
        Sample sample = Sample.of(4, MIB);
        Sample damaged = Sample.of(5, MIB);
        for (Sample each : List.of(sample, damaged)) {
            try (Staging staging = store.stage(each.digest())) {
                staging.append(each.region(0, 600_000));
            }
        }
        assertTrue(stagingBytes(store) >= 1_200_000);
        restart();
        assertTrue(stagingBytes(store) >= 1_200_000);
        damage(root().resolve("staging").resolve("sha256-" + damaged.digest().encoded()), 300_000);
        try (Staging staging = store.stage(sample.digest())) {
            assertEquals(600_000, staging.size());
            ByteBuffer buffer = ByteBuffer.allocate(600_000);
            assertEquals(600_000, staging.read(0, buffer));
            assertEquals(sample.region(0, 600_000), buffer.flip());
            staging.append(sample.from(600_000));
            staging.commit();
        }
        assertArrayEquals(sample.bytes(), read(store, sample.digest()));
        try (Staging staging = store.stage(damaged.digest())) {
            assertEquals(600_000, staging.size());
            staging.append(damaged.from(600_000));
            assertThrows(ContentMismatchException.class, staging::commit);
        }
        damaged.putInto(store);
        assertEquals(0, stagingBytes(store));
    }

    private static void damage(Path file, long at) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, at);
            one.put(0, (byte) (one.get(0) ^ 1));
            channel.write(one.flip(), at);
        }
    }

    private List<String> staged() throws IOException {
        try (Stream<Path> files = Files.list(root().resolve("staging"))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void what_is_ahead_of_a_gap_is_content_when_the_gap_is_closed() throws IOException {
        Sample sample = Sample.of(70, 3_000_000);
        try (AheadStaging staging = (AheadStaging) store.stage(sample.digest())) {
            staging.append(sample.region(0, 500_000));
            staging.write(2_000_000, sample.from(2_000_000));
            ByteBuffer none = ByteBuffer.allocate(10);
            assertEquals(500_000, staging.size());
            assertEquals(0, staging.read(2_000_000, none));
            assertEquals(1_500_000, stagingBytes(store));
            staging.write(500_000, sample.region(500_000, 1_500_000));
            staging.reach(3_000_000);
            assertEquals(10, staging.read(2_000_000, none));
            assertEquals(sample.region(2_000_000, 10), none.flip());
            staging.commit();
            assertEquals(0, stagingBytes(store));
        }
        assertArrayEquals(sample.bytes(), read(store, sample.digest()));
        assertEquals(0, stagingBytes(store));
        assertEquals(List.of(), staged());
    }

    @Test
    void what_is_ahead_does_not_count_for_a_commit_and_is_not_left_behind() throws IOException {
        Sample sample = Sample.of(71, 1_000_000);
        try (AheadStaging staging = (AheadStaging) store.stage(sample.digest())) {
            staging.append(sample.region(0, 400_000));
            staging.write(500_000, sample.from(500_000));
        }
        assertEquals(List.of("sha256-" + sample.digest().encoded()), staged());
        restart();
        try (AheadStaging staging = (AheadStaging) store.stage(sample.digest())) {
            assertEquals(400_000, staging.size());
            staging.write(1_000_000, ByteBuffer.allocate(77));
            staging.append(sample.from(400_000));
            staging.commit();
        }
        assertArrayEquals(sample.bytes(), read(store, sample.digest()));
        try (StoredContent content = store.open(sample.digest()).orElseThrow()) {
            assertEquals(1_000_000, content.size());
        }
        assertEquals(List.of(), staged());
    }

    @Test
    void what_is_discarded_with_gaps_leaves_nothing() throws IOException {
        Sample sample = Sample.of(72, 1_000_000);
        try (AheadStaging staging = (AheadStaging) store.stage(sample.digest())) {
            staging.write(500_000, sample.from(500_000));
            staging.discard();
        }
        assertEquals(List.of(), staged());
        try (AheadStaging staging = (AheadStaging) store.stage(sample.digest())) {
            assertThrows(IOException.class, () -> staging.write(CAPACITY, ByteBuffer.allocate(1)));
        }
        try (AheadStaging staging = (AheadStaging) store.stage(sample.digest())) {
            staging.append(sample.region(0, 100));
            assertThrows(IOException.class, () -> staging.write(10, sample.region(10, 10)), "is content already");
        }
        assertEquals(List.of(), staged());
        assertEquals(0, stagingBytes(store));
    }

    @Test
    void a_file_with_gaps_is_cut_at_the_next_start_and_taken_away_when_nothing_says_where() throws IOException {
        Sample sample = Sample.of(73, 100_000);
        Path file =
                root().resolve("staging").resolve("sha256-" + sample.digest().encoded());
        Path reach = file.resolveSibling(file.getFileName() + ".reach");
        store.close();
        Files.write(file, sample.bytes());
        Files.write(reach, ByteBuffer.allocate(8).putLong(60_000).array());
        store = create(CAPACITY);
        try (Staging staging = store.stage(sample.digest())) {
            assertEquals(60_000, staging.size());
        }
        store.close();
        Files.write(reach, new byte[3]);
        store = create(CAPACITY);
        assertEquals(List.of(), staged());
    }

    @Test
    void partials_live_for_a_day_and_take_a_quarter_at_most() throws IOException {
        Sample first = Sample.of(6, MIB);
        try (Staging staging = store.stage(first.digest())) {
            staging.append(first.region(0, 500_000));
        }
        clock.now = clock.now.plus(Duration.ofHours(23));
        Sample second = Sample.of(7, MIB);
        try (Staging staging = store.stage(second.digest())) {
            staging.append(second.region(0, 500_000));
        }
        clock.now = clock.now.plus(Duration.ofHours(2));
        try (Staging staging = store.stage(first.digest())) {
            assertEquals(0, staging.size());
        }
        try (Staging staging = store.stage(second.digest())) {
            assertEquals(500_000, staging.size());
        }
        for (int i = 10; i < 20; i++) {
            Sample sample = Sample.of(i, MIB);
            try (Staging staging = store.stage(sample.digest())) {
                staging.append(sample.region(0, MIB - 1));
            }
            assertTrue(stagingBytes(store) <= CAPACITY / 4);
        }
        for (int i = 0; i < 10; i++) {
            Sample.of(30 + i, MIB).putInto(store);
            assertTrue(bytes(store) + stagingBytes(store) <= CAPACITY);
        }
        clock.now = clock.now.plus(Duration.ofDays(2));
        restart();
        // Left at the system's time, which is what files have, and old for this clock or not; none is left two days
        // later.
        store.close();
        clock.now = Instant.now().plus(Duration.ofDays(2));
        store = create(CAPACITY);
        assertEquals(0, stagingBytes(store));
        try (Stream<Path> left = Files.list(root().resolve("staging"))) {
            assertEquals(0, left.count());
        }
    }

    @Test
    void what_a_crash_can_leave_is_cleared_at_the_next_start() throws IOException {
        Sample empty = Sample.of(0, 0).putInto(store);
        Sample torn = Sample.of(8, 1000).putInto(store);
        store.close();
        Files.write(file(torn.digest()), new byte[0]);
        Files.write(root().resolve("temporary").resolve("7"), new byte[10]);
        Files.write(root().resolve("staging").resolve("no-digest"), new byte[10]);
        store = create(CAPACITY);
        assertEquals(List.of(empty.digest()), store.digests());
        assertFalse(Files.exists(file(torn.digest())));
        assertFalse(Files.exists(root().resolve("temporary").resolve("7")));
        assertFalse(Files.exists(root().resolve("staging").resolve("no-digest")));
    }

    @Test
    void a_scrub_sums_up_and_tells_how_far_it_is() throws IOException {
        Sample.of(9, 2 * MIB).putInto(store);
        Sample bad = Sample.of(10, MIB).putInto(store);
        damage(file(bad.digest()), 777_777);
        List<Long> seen = new ArrayList<>();

        Scrubbed scrubbed = ((DirectoryStore) store)
                .scrub(
                        (done, total) -> {
                            assertEquals(3 * MIB, total);
                            seen.add(done);
                        },
                        digest -> assertEquals(bad.digest(), digest));

        assertEquals(new Scrubbed(2, 3 * MIB, 1), scrubbed);
        assertEquals(seen.stream().sorted().toList(), seen);
        assertEquals(3 * MIB, seen.get(seen.size() - 1));
        assertEquals(1, ((DirectoryStore) store).entries());
    }

    @Test
    void a_scrub_ends_where_its_watcher_wants_it_to_and_drops_nothing_for_it() throws IOException {
        Sample.of(9, 2 * MIB).putInto(store);

        assertThrows(
                IOException.class,
                () -> ((DirectoryStore) store)
                        .scrub(
                                (done, total) -> {
                                    throw new IOException("enough");
                                },
                                digest -> {}));

        assertEquals(1, ((DirectoryStore) store).entries());
    }

    @Test
    void a_damaged_entry_is_found_by_a_scrub_and_can_be_fetched_again() throws IOException {
        Sample good = Sample.of(9, MIB).putInto(store);
        Sample bad = Sample.of(10, MIB).putInto(store);
        assertEquals(List.of(), scrubbed());
        damage(file(bad.digest()), 777_777);
        assertEquals(List.of(bad.digest()), scrubbed());
        assertEquals(Optional.empty(), store.open(bad.digest()));
        assertEquals(List.of(good.digest()), store.digests());
        bad.putInto(store);
        assertArrayEquals(bad.bytes(), read(store, bad.digest()));
        Path elsewhere = Files.move(file(bad.digest()), directory.resolve("elsewhere"));
        Files.createSymbolicLink(file(bad.digest()), elsewhere);
        assertEquals(List.of(bad.digest()), scrubbed());
        assertFalse(Files.exists(file(bad.digest()), LinkOption.NOFOLLOW_LINKS));
        assertArrayEquals(bad.bytes(), Files.readAllBytes(elsewhere));
    }

    @Test
    void an_entry_that_is_gone_cut_or_a_link_is_dropped_when_it_is_opened() throws IOException {
        Sample gone = Sample.of(11, 1000).putInto(store);
        Sample cut = Sample.of(12, 1000).putInto(store);
        Sample link = Sample.of(13, 1000).putInto(store);
        Files.delete(file(gone.digest()));
        Files.write(file(cut.digest()), new byte[999]);
        Path secret = Files.write(directory.resolve("secret"), new byte[1000]);
        Files.delete(file(link.digest()));
        Files.createSymbolicLink(file(link.digest()), secret);
        for (Sample each : List.of(gone, cut, link)) {
            assertEquals(Optional.empty(), store.open(each.digest()));
            each.putInto(store);
            assertArrayEquals(each.bytes(), read(store, each.digest()));
        }
        assertArrayEquals(new byte[1000], Files.readAllBytes(secret));
    }

    @Test
    void a_link_in_the_store_is_never_followed() throws IOException {
        Sample sample = Sample.of(14, 1000);
        RecordKey key = RecordKey.of("tag", "x");
        store.putRecord(key, new byte[1]);
        store.close();
        Path secret = Files.write(directory.resolve("secret"), sample.bytes());
        Files.createDirectories(file(sample.digest()).getParent());
        Files.createSymbolicLink(file(sample.digest()), secret);
        Files.createSymbolicLink(
                root().resolve("staging").resolve("sha256-" + sample.digest().encoded()), secret);
        Path record;
        try (Stream<Path> records = Files.list(root().resolve("records").resolve("tag"))) {
            record = records.findFirst().orElseThrow();
        }
        Files.move(record, directory.resolve("record"));
        Files.createSymbolicLink(record, directory.resolve("record"));
        store = create(CAPACITY);
        assertEquals(List.of(), store.digests());
        assertEquals(Optional.empty(), store.record(key));
        try (Staging staging = store.stage(sample.digest())) {
            assertEquals(0, staging.size());
            staging.append(ByteBuffer.wrap(new byte[5]));
            staging.discard();
        }
        assertArrayEquals(sample.bytes(), Files.readAllBytes(secret));
        store.close();
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Files.delete(root().resolve("sha512"));
        Files.createSymbolicLink(root().resolve("sha512"), outside);
        assertTrue(refusal(root()).contains("sha512"));
        Files.delete(root().resolve("sha512"));
        store = create(CAPACITY);
    }

    @Test
    void a_damaged_record_is_dropped() throws IOException {
        RecordKey key = RecordKey.of("tag", "x");
        store.putRecord(key, new byte[100]);
        Path record;
        try (Stream<Path> records = Files.list(root().resolve("records").resolve("tag"))) {
            record = records.findFirst().orElseThrow();
        }
        damage(record, 50);
        assertEquals(Optional.empty(), store.record(key));
        assertEquals(List.of(), store.records("tag"));
        assertFalse(Files.exists(record));
    }

    @Test
    void an_interrupted_reader_ends_nobody_else_s_staging() throws Exception {
        Sample sample = Sample.of(15, MIB);
        try (Staging staging = store.stage(sample.digest())) {
            staging.append(sample.region(0, 500_000));
            for (int i = 0; i < 200; i++) {
                Thread reader = new Thread(() -> {
                    ByteBuffer buffer = ByteBuffer.allocate(400_000);
                    try {
                        while (staging.read(0, buffer.clear()) > 0) {
                            Thread.onSpinWait();
                        }
                    } catch (IOException interrupted) {
                        assertTrue(Thread.currentThread().isInterrupted());
                    }
                });
                reader.start();
                ByteBuffer buffer = ByteBuffer.allocate(500_000);
                assertEquals(500_000, staging.read(0, buffer));
                reader.interrupt();
                assertEquals(500_000, staging.read(0, buffer.clear()));
                reader.join();
                assertEquals(500_000, staging.read(0, buffer.clear()));
                assertEquals(sample.region(0, 500_000), buffer.flip());
            }
            Thread.currentThread().interrupt();
            assertThrows(InterruptedIOException.class, () -> staging.read(0, ByteBuffer.allocate(10)));
            assertTrue(Thread.interrupted());
            staging.append(sample.from(500_000));
            staging.commit();
        }
        assertArrayEquals(sample.bytes(), read(store, sample.digest()));
    }

    @Test
    void an_interrupted_writer_leaves_a_partial() throws Exception {
        Sample sample = Sample.of(16, MIB);
        try (Staging staging = store.stage(sample.digest())) {
            staging.append(sample.region(0, 500_000));
            Thread.currentThread().interrupt();
            assertThrows(IOException.class, () -> staging.append(sample.from(500_000)));
            assertTrue(Thread.interrupted());
            assertEquals(500_000, staging.read(0, ByteBuffer.allocate(MIB)));
            assertThrows(IOException.class, staging::commit);
        }
        try (Staging staging = store.stage(sample.digest())) {
            assertTrue(staging.size() >= 500_000);
        }
    }

    @Test
    void names_in_the_directory_are_those_of_the_layout() throws IOException {
        Sample sample = Sample.of(17, 10).putInto(store);
        Sample.of(Digest.Algorithm.SHA512, 18, 10).putInto(store);
        assertTrue(Files.isRegularFile(file(sample.digest())));
        try (Stream<Path> files = Files.list(root())) {
            assertEquals(
                    Set.of(
                            "registry-proxy-store",
                            "lock",
                            "sha256",
                            "sha512",
                            "sums",
                            "staging",
                            "records",
                            "temporary",
                            "uploads"),
                    Set.copyOf(files.map(file -> file.getFileName().toString()).toList()));
        }
    }
}
