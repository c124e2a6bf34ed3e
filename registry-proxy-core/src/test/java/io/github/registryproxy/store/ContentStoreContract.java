package io.github.registryproxy.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.BodySource;
import io.github.registryproxy.ContentMismatchException;
import io.github.registryproxy.protocol.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The laws of every store; one subclass for each. */
abstract class ContentStoreContract {
    static final int MIB = 1024 * 1024;
    static final long CAPACITY = 8 * MIB;

    ContentStore store;

    /** An empty store. */
    abstract ContentStore create(long capacity) throws IOException;

    abstract long bytes(ContentStore store);

    abstract long stagingBytes(ContentStore store);

    abstract long evicted(ContentStore store);

    @BeforeEach
    void begin() throws IOException {
        store = create(CAPACITY);
    }

    @AfterEach
    void end() throws IOException {
        store.close();
    }

    static byte[] read(ContentStore store, Digest digest) throws IOException {
        try (StoredContent content = store.open(digest).orElseThrow();
                Body body = content.body(0, content.size())) {
            return body.readAll(64 * MIB);
        }
    }

    static byte[] written(Body body) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        body.writeTo(bytes -> {
            byte[] chunk = new byte[bytes.remaining()];
            bytes.get(chunk);
            out.writeBytes(chunk);
        });
        return out.toByteArray();
    }

    private void absent(Digest digest) throws IOException {
        assertEquals(Optional.empty(), store.open(digest));
        assertEquals(Optional.empty(), store.size(digest));
        assertFalse(store.digests().contains(digest));
    }

    @Test
    void what_is_committed_is_there_as_a_whole_and_in_regions() throws IOException {
        for (int size : new int[] {0, 1, 65_535, 65_536, 65_537, 3 * MIB + 5}) {
            Sample sample = Sample.of(size, size).putInto(store);
            assertArrayEquals(sample.bytes(), read(store, sample.digest()));
            assertEquals(Optional.of((long) size), store.size(sample.digest()));
            assertTrue(store.digests().contains(sample.digest()));
            Random random = new Random(size);
            try (StoredContent content = store.open(sample.digest()).orElseThrow()) {
                assertEquals(size, content.size());
                for (int i = 0; i < 20; i++) {
                    int offset = random.nextInt(size + 1);
                    int length = random.nextInt(size - offset + 1);
                    Body body = content.body(offset, length);
                    byte[] wanted = Arrays.copyOfRange(sample.bytes(), offset, offset + length);
                    assertEquals(length, body.length().orElseThrow());
                    assertTrue(body.repeatable());
                    assertArrayEquals(wanted, body.readAll(size));
                    assertArrayEquals(wanted, written(body));
                    body.close();
                }
                assertThrows(IndexOutOfBoundsException.class, () -> content.body(0, size + 1L));
                assertThrows(IndexOutOfBoundsException.class, () -> content.body(size + 1L, 0));
                assertThrows(IndexOutOfBoundsException.class, () -> content.body(-1, 1));
            }
        }
    }

    @Test
    void readers_of_one_content_do_not_disturb_each_other() throws IOException {
        Sample sample = Sample.of(1, 200_000).putInto(store);
        try (StoredContent content = store.open(sample.digest()).orElseThrow();
                BodySource one = content.body(0, 200_000).source();
                BodySource other = content.body(100_000, 100_000).source()) {
            ByteBuffer first = one.read();
            ByteBuffer second = other.read();
            assertNotNull(first);
            assertNotNull(second);
            assertEquals(sample.region(0, first.remaining()), first);
            assertEquals(sample.region(100_000, second.remaining()), second);
        }
    }

    @Test
    void what_is_read_after_closing_is_an_error_and_no_end() throws IOException {
        Sample sample = Sample.of(1, 200_000).putInto(store);
        StoredContent content = store.open(sample.digest()).orElseThrow();
        BodySource source = content.body(0, 200_000).source();
        assertNotNull(source.read());
        BodySource closed = content.body(0, 200_000).source();
        closed.close();
        closed.close();
        assertThrows(IOException.class, closed::read);
        content.close();
        content.close();
        assertThrows(IOException.class, source::read);
    }

    @Test
    void sha512_is_verified_as_well() throws IOException {
        Sample sample = Sample.of(Digest.Algorithm.SHA512, 3, 100_000).putInto(store);
        assertArrayEquals(sample.bytes(), read(store, sample.digest()));
        Sample other = Sample.of(Digest.Algorithm.SHA512, 4, 100_000);
        try (Staging staging = store.stage(other.digest())) {
            staging.append(sample.from(0));
            assertThrows(ContentMismatchException.class, staging::commit);
        }
        absent(other.digest());
    }

    @Test
    void staged_bytes_are_unseen_until_commit() throws IOException {
        Sample sample = Sample.of(5, 100_000);
        try (Staging staging = store.stage(sample.digest())) {
            staging.append(sample.from(0));
            assertEquals(100_000, staging.size());
            absent(sample.digest());
            staging.commit();
            assertArrayEquals(sample.bytes(), read(store, sample.digest()));
        }
        assertArrayEquals(sample.bytes(), read(store, sample.digest()));
    }

    @Test
    void a_mismatch_is_never_published_and_the_next_attempt_begins_at_nothing() throws IOException {
        Sample sample = Sample.of(6, 100_000);
        byte[] flipped = sample.bytes().clone();
        flipped[50_000] ^= 1;
        byte[] longer = Arrays.copyOf(sample.bytes(), 100_001);
        byte[] shorter = Arrays.copyOf(sample.bytes(), 99_999);
        for (byte[] wrong : List.of(flipped, longer, shorter, new byte[0])) {
            try (Staging staging = store.stage(sample.digest())) {
                assertEquals(0, staging.size());
                staging.append(ByteBuffer.wrap(wrong));
                assertThrows(ContentMismatchException.class, staging::commit);
                assertThrows(IOException.class, staging::commit);
                assertThrows(IOException.class, () -> staging.append(sample.from(0)));
                absent(sample.digest());
            }
            absent(sample.digest());
        }
        sample.putInto(store);
        assertArrayEquals(sample.bytes(), read(store, sample.digest()));
        assertEquals(0, stagingBytes(store));
    }

    @Test
    void what_is_discarded_leaves_nothing() throws IOException {
        Sample sample = Sample.of(7, 100_000);
        try (Staging staging = store.stage(sample.digest())) {
            staging.append(sample.region(0, 50_000));
            staging.discard();
            staging.discard();
            assertThrows(IOException.class, () -> staging.append(sample.from(50_000)));
        }
        absent(sample.digest());
        try (Staging staging = store.stage(sample.digest())) {
            assertEquals(0, staging.size());
        }
        assertEquals(0, stagingBytes(store));
    }

    @Test
    void what_was_left_may_be_there_and_the_rest_completes_it() throws IOException {
        Sample sample = Sample.of(8, 1_000_000);
        try (Staging staging = store.stage(sample.digest())) {
            staging.append(sample.region(0, 400_000));
        }
        absent(sample.digest());
        try (Staging staging = store.stage(sample.digest())) {
            assertTrue(Set.of(0L, 400_000L).contains(staging.size()));
            staging.append(sample.from(staging.size()));
            staging.commit();
        }
        assertArrayEquals(sample.bytes(), read(store, sample.digest()));
    }

    @Test
    void readers_of_a_growing_staging_see_what_was_appended() throws Exception {
        Sample sample = Sample.of(9, 3_000_000);
        ExecutorService readers = Executors.newFixedThreadPool(4);
        try (Staging staging = store.stage(sample.digest())) {
            CountDownLatch reading = new CountDownLatch(4);
            List<Future<byte[]>> results = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                results.add(readers.submit(() -> {
                    reading.countDown();
                    return follow(staging, 3_000_000);
                }));
            }
            reading.await();
            for (int at = 0; at < 3_000_000; at += 7_500) {
                staging.append(sample.region(at, 7_500));
                assertEquals(at + 7_500, staging.size());
            }
            staging.commit();
            for (Future<byte[]> result : results) {
                assertArrayEquals(sample.bytes(), result.get());
            }
            store.delete(sample.digest());
            assertArrayEquals(sample.bytes(), follow(staging, 3_000_000), "readable until it is closed");
        } finally {
            readers.shutdownNow();
        }
    }

    private static byte[] follow(Staging staging, int size) throws IOException {
        byte[] got = new byte[size];
        ByteBuffer buffer = ByteBuffer.allocate(10_000);
        for (int at = 0; at < size; ) {
            long there = staging.size();
            int n = staging.read(at, buffer.clear());
            assertEquals(n, buffer.position());
            assertTrue(n >= 1 || there <= at, "bytes that are there can be read");
            buffer.flip().get(got, at, n);
            at += n;
            if (n == 0) {
                Thread.onSpinWait();
            }
        }
        return got;
    }

    @Test
    void a_reader_survives_delete_eviction_and_close() throws IOException {
        Sample sample = Sample.of(10, 2 * MIB).putInto(store);
        try (StoredContent deleted = store.open(sample.digest()).orElseThrow()) {
            store.delete(sample.digest());
            absent(sample.digest());
            sample.putInto(store);
            try (StoredContent evicted = store.open(sample.digest()).orElseThrow()) {
                for (int i = 11; i < 18; i++) {
                    Sample.of(i, 2 * MIB).putInto(store);
                }
                absent(sample.digest());
                store.close();
                assertArrayEquals(sample.bytes(), evicted.body(0, 2 * MIB).readAll(2 * MIB));
                assertArrayEquals(sample.bytes(), written(deleted.body(0, 2 * MIB)));
            }
        }
    }

    @Test
    void what_is_used_stays_and_what_is_not_goes_and_the_capacity_holds() throws IOException {
        Sample hot = Sample.of(20, MIB).putInto(store);
        Sample cold = Sample.of(21, MIB).putInto(store);
        for (int i = 0; i < 20; i++) {
            Sample.of(100 + i, MIB).putInto(store);
            assertTrue(bytes(store) <= CAPACITY);
            assertArrayEquals(hot.bytes(), read(store, hot.digest()));
            store.size(cold.digest()); // is no use
        }
        absent(cold.digest());
        assertTrue(bytes(store) > CAPACITY / 2, "no more goes than has to");
        assertTrue(evicted(store) >= 14);
        long all = 0;
        for (Digest digest : store.digests()) {
            all += store.size(digest).orElseThrow();
        }
        assertTrue(all <= CAPACITY);
    }

    @Test
    void what_is_being_staged_is_told_and_evicts_nothing_before_commit() throws IOException {
        Sample kept = Sample.of(30, 5 * MIB).putInto(store);
        Sample sample = Sample.of(31, 5 * MIB);
        try (Staging staging = store.stage(sample.digest())) {
            staging.append(sample.from(0));
            assertTrue(stagingBytes(store) >= 5 * MIB);
            assertEquals(Optional.of(5L * MIB), store.size(kept.digest()));
            staging.commit();
            assertEquals(0, stagingBytes(store));
        }
        assertEquals(0, stagingBytes(store));
        absent(kept.digest());
        assertTrue(bytes(store) <= CAPACITY);
    }

    @Test
    void content_larger_than_the_store_is_refused_and_evicts_nothing() throws IOException {
        Sample kept = Sample.of(40, MIB).putInto(store);
        Sample sample = Sample.of(41, 9 * MIB);
        try (Staging staging = store.stage(sample.digest())) {
            assertThrows(IOException.class, () -> {
                for (int at = 0; at < sample.bytes().length; at += MIB) {
                    staging.append(sample.region(at, MIB));
                }
            });
            assertThrows(IOException.class, staging::commit);
            staging.discard();
        }
        absent(sample.digest());
        assertArrayEquals(kept.bytes(), read(store, kept.digest()));
    }

    @Test
    void racing_stagings_of_one_digest_end_whole() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            for (int round = 0; round < 10; round++) {
                Sample sample = Sample.of(50 + round, 300_000);
                CountDownLatch start = new CountDownLatch(1);
                List<Future<Boolean>> writers = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    writers.add(threads.submit(() -> {
                        start.await();
                        try (Staging staging = store.stage(sample.digest())) {
                            staging.append(sample.from(staging.size()));
                            staging.commit();
                            return true;
                        } catch (ContentMismatchException e) {
                            throw new AssertionError(e);
                        } catch (IOException refused) {
                            return false;
                        }
                    }));
                }
                start.countDown();
                int committed = 0;
                for (Future<Boolean> writer : writers) {
                    committed += writer.get() ? 1 : 0;
                }
                assertTrue(committed >= 1);
                assertArrayEquals(sample.bytes(), read(store, sample.digest()));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void under_commits_reads_deletes_and_evictions_at_once_nobody_reads_anything_wrong() throws Exception {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            samples.add(Sample.of(1000 + i, 100_000 + 30_000 * i));
        }
        ExecutorService threads = Executors.newFixedThreadPool(6);
        try {
            List<Future<Integer>> all = new ArrayList<>();
            for (int t = 0; t < 6; t++) {
                Random random = new Random(t);
                all.add(threads.submit(() -> {
                    int hits = 0;
                    for (int i = 0; i < 150; i++) {
                        hits += disturb(random, samples.get(random.nextInt(samples.size())));
                    }
                    return hits;
                }));
            }
            int hits = 0;
            for (Future<Integer> one : all) {
                hits += one.get();
            }
            assertTrue(hits > 0);
        } finally {
            threads.shutdownNow();
        }
        for (Digest digest : store.digests()) {
            assertTrue(digest.matches(read(store, digest)));
        }
        assertEquals(0, stagingBytes(store));
        assertTrue(bytes(store) <= CAPACITY);
    }

    private int disturb(Random random, Sample sample) throws IOException {
        if (random.nextInt(10) == 0) {
            store.delete(sample.digest());
            return 0;
        }
        Optional<StoredContent> found = store.open(sample.digest());
        if (found.isPresent()) {
            try (StoredContent content = found.get()) {
                assertEquals(sample.bytes().length, content.size());
                assertArrayEquals(sample.bytes(), written(content.body(0, content.size())));
            }
            return 1;
        }
        Staging staging;
        try {
            staging = store.stage(sample.digest());
        } catch (IOException refused) {
            return 0;
        }
        try (staging) {
            staging.append(sample.from(staging.size()));
            staging.commit();
        }
        return 0;
    }

    @Test
    void records_are_whole_replaced_at_once_and_found_by_kind() throws Exception {
        RecordKey one = RecordKey.of("tag", "hub", "library/alpine", "3.20");
        RecordKey other = RecordKey.of("tag", "hub", "library", "alpine/3.20");
        RecordKey third = RecordKey.of("owner", "hub", "library/alpine", "3.20");
        assertEquals(Optional.empty(), store.record(one));
        assertEquals(List.of(), store.records("tag"));
        byte[] largest = Sample.of(1, RecordKey.LARGEST_RECORD).bytes();
        store.putRecord(one, largest);
        store.putRecord(other, new byte[0]);
        store.putRecord(third, new byte[] {3});
        assertArrayEquals(largest, store.record(one).orElseThrow());
        assertArrayEquals(new byte[0], store.record(other).orElseThrow());
        assertArrayEquals(new byte[] {3}, store.record(third).orElseThrow());
        assertEquals(Set.of(one, other), Set.copyOf(store.records("tag")));
        assertEquals(List.of(third), store.records("owner"));
        store.putRecord(one, new byte[] {1});
        assertArrayEquals(new byte[] {1}, store.record(one).orElseThrow());
        store.deleteRecord(one);
        store.deleteRecord(one);
        assertEquals(Optional.empty(), store.record(one));
        assertEquals(List.of(other), store.records("tag"));
        assertThrows(IllegalArgumentException.class, () -> store.putRecord(one, new byte[64 * 1024 + 1]));
        assertEquals(0, bytes(store), "records are no content");
    }

    @Test
    void a_record_is_never_seen_half_written() throws Exception {
        RecordKey key = RecordKey.of("tag", "hub", "alpine", "latest");
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int t = 0; t < 3; t++) {
                Random random = new Random(t);
                all.add(threads.submit(() -> {
                    for (int i = 0; i < 60; i++) {
                        byte[] value = new byte[1 + random.nextInt(20_000)];
                        Arrays.fill(value, (byte) value.length);
                        store.putRecord(key, value);
                        byte[] got = store.record(key).orElseThrow();
                        byte[] wanted = new byte[got.length];
                        Arrays.fill(wanted, (byte) got.length);
                        assertArrayEquals(wanted, got);
                    }
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void records_take_a_small_share_and_the_least_used_go() throws IOException {
        byte[] value = new byte[16_000];
        RecordKey used = RecordKey.of("tag", "used");
        store.putRecord(used, value);
        for (int i = 0; i < 200; i++) {
            store.putRecord(RecordKey.of("tag", "t" + i), value);
            assertTrue(store.record(used).isPresent());
        }
        assertEquals(Optional.empty(), store.record(RecordKey.of("tag", "t0")));
        int left = store.records("tag").size();
        assertTrue(left > 40 && left < 70, () -> left + " records in 1 MiB");
    }

    @Test
    void a_closed_store_refuses_everything_and_keeps_its_readers() throws IOException {
        Sample sample = Sample.of(60, 100_000).putInto(store);
        Sample other = Sample.of(61, 100_000);
        RecordKey key = RecordKey.of("tag", "x");
        StoredContent content = store.open(sample.digest()).orElseThrow();
        Staging staging = store.stage(other.digest());
        staging.append(other.region(0, 50_000));
        store.close();
        store.close();
        assertThrows(IOException.class, () -> store.open(sample.digest()));
        assertThrows(IOException.class, () -> store.size(sample.digest()));
        assertThrows(IOException.class, () -> store.stage(sample.digest()));
        assertThrows(IOException.class, () -> store.delete(sample.digest()));
        assertThrows(IOException.class, () -> store.digests());
        assertThrows(IOException.class, () -> store.record(key));
        assertThrows(IOException.class, () -> store.putRecord(key, new byte[1]));
        assertThrows(IOException.class, () -> store.deleteRecord(key));
        assertThrows(IOException.class, () -> store.records("tag"));
        assertThrows(IOException.class, () -> staging.append(other.from(50_000)));
        assertThrows(IOException.class, staging::commit);
        ByteBuffer buffer = ByteBuffer.allocate(50_000);
        assertTrue(staging.read(0, buffer) > 0);
        staging.discard();
        staging.close();
        assertArrayEquals(sample.bytes(), content.body(0, 100_000).readAll(100_000));
        content.close();
    }
}
