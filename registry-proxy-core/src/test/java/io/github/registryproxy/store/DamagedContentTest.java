package io.github.registryproxy.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.BodySource;
import io.github.registryproxy.protocol.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DamagedContentTest {
    private static final int MIB = 1024 * 1024;
    private static final List<Integer> SIZES = List.of(1, 65_535, 65_536, 65_537, 131_072, 400_000);

    @TempDir
    Path directory;

    private DirectoryStore store;

    @BeforeEach
    void open() throws IOException {
        store = DirectoryStore.open(directory.resolve("store"), DirectoryStore.LEAST_CAPACITY);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private void restart() throws IOException {
        store.close();
        open();
    }

    private Path below(String tree, Digest digest) {
        return directory
                .resolve("store")
                .resolve(tree)
                .resolve(digest.algorithm().toString())
                .resolve(digest.encoded().substring(0, 2))
                .resolve(digest.encoded());
    }

    private Path file(Digest digest) {
        return below("", digest);
    }

    private Path sums(Digest digest) {
        return below("sums", digest);
    }

    /** What happens to the file of content. */
    enum Damage {
        FLIPPED {
            @Override
            byte[] of(byte[] right) {
                byte[] bytes = right.clone();
                bytes[bytes.length / 2] ^= 1;
                return bytes;
            }
        },
        TRUNCATED {
            @Override
            byte[] of(byte[] right) {
                return Arrays.copyOf(right, right.length - 1);
            }
        },
        CUT_TO_A_BLOCK {
            @Override
            byte[] of(byte[] right) {
                return Arrays.copyOf(right, right.length / 2 / 65_536 * 65_536);
            }
        },
        EXTENDED {
            @Override
            byte[] of(byte[] right) {
                return Arrays.copyOf(right, right.length + 1);
            }
        },
        EXTENDED_BY_A_BLOCK {
            @Override
            byte[] of(byte[] right) {
                return Arrays.copyOf(right, right.length + 65_536);
            }
        },
        SWAPPED {
            @Override
            byte[] of(byte[] right) {
                return Sample.of(99, right.length).bytes();
            }
        },
        SWAPPED_WITH_A_LARGER_ONE {
            @Override
            byte[] of(byte[] right) {
                return Sample.of(99, right.length + 100_000).bytes();
            }
        },
        ZEROED {
            @Override
            byte[] of(byte[] right) {
                return new byte[right.length];
            }
        },
        EMPTIED {
            @Override
            byte[] of(byte[] right) {
                return new byte[0];
            }
        };

        abstract byte[] of(byte[] right);
    }

    /** The bytes that a reader gets before the content ends or breaks off. */
    private static byte[] given(StoredContent content, boolean whole) throws IOException {
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        try (content) {
            if (whole) {
                content.body(0, content.size()).writeTo(bytes -> got.writeBytes(bytes(bytes)));
            } else {
                BodySource source = content.body(0, content.size()).source();
                for (ByteBuffer bytes = source.read(); bytes != null; bytes = source.read()) {
                    got.writeBytes(bytes(bytes));
                }
            }
            assertEquals(content.size(), got.size());
        } catch (DamagedContentException e) {
            assertTrue(got.size() < content.size());
        }
        return got.toByteArray();
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    /** Nobody gets a wrong byte or a wrong size, and afterwards the content is gone. */
    private void assertNoticed(Sample sample, String what) throws IOException {
        for (boolean whole : new boolean[] {true, false}) {
            Optional<StoredContent> found = store.open(sample.digest());
            if (found.isPresent()) {
                assertEquals(sample.bytes().length, found.get().size(), what);
                byte[] got = given(found.get(), whole);
                assertTrue(got.length < sample.bytes().length, what);
                assertArrayEquals(Arrays.copyOf(sample.bytes(), got.length), got, what);
            }
            assertEquals(Optional.empty(), store.open(sample.digest()), what);
            assertEquals(Optional.empty(), store.size(sample.digest()), what);
        }
        store.awaitRead();
        assertFalse(Files.exists(file(sample.digest())), what);
        assertFalse(Files.exists(sums(sample.digest())), what);
        sample.putInto(store);
        assertArrayEquals(sample.bytes(), ContentStoreContract.read(store, sample.digest()), what);
    }

    @ParameterizedTest
    @EnumSource
    void damage_is_noticed_before_a_wrong_byte_is_given_out(Damage damage) throws IOException {
        for (int size : SIZES) {
            for (boolean restarted : new boolean[] {false, true}) {
                Sample sample = Sample.of(size, size).putInto(store);
                Files.write(file(sample.digest()), damage.of(sample.bytes()));
                if (restarted) {
                    restart();
                }
                assertNoticed(sample, damage + " of " + size + (restarted ? " restarted" : ""));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void damage_of_content_without_sums_is_noticed_when_it_is_opened(Damage damage) throws IOException {
        for (int size : SIZES) {
            Sample sample = Sample.of(size, size).putInto(store);
            store.close();
            Files.deleteIfExists(sums(sample.digest()));
            Files.write(file(sample.digest()), damage.of(sample.bytes()));
            open();
            assertEquals(Optional.empty(), store.open(sample.digest()), damage + " of " + size);
            assertNoticed(sample, damage + " of " + size);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 65_536, 131_072, 200_000, 399_999})
    void blocks_before_the_damaged_one_are_given_out_and_none_after_it(int at) throws IOException {
        Sample sample = Sample.of(1, 400_000).putInto(store);
        byte[] bad = sample.bytes().clone();
        bad[at] ^= 1;
        Files.write(file(sample.digest()), bad);

        byte[] got = given(store.open(sample.digest()).orElseThrow(), true);

        assertArrayEquals(Arrays.copyOf(sample.bytes(), at / 65_536 * 65_536), got);
        assertEquals(1, store.damaged());
    }

    @Test
    void part_of_a_block_is_given_out_when_the_whole_block_is_right() throws IOException {
        Sample sample = Sample.of(1, 400_000).putInto(store);
        byte[] bad = sample.bytes().clone();
        bad[65_536 + 10] ^= 1;
        Files.write(file(sample.digest()), bad);

        try (StoredContent content = store.open(sample.digest()).orElseThrow()) {
            assertArrayEquals(
                    Arrays.copyOfRange(sample.bytes(), 131_072, 131_172),
                    content.body(131_072, 100).readAll(100));
            assertThrows(
                    DamagedContentException.class,
                    () -> content.body(131_000, 10).readAll(10));
            assertThrows(
                    DamagedContentException.class,
                    () -> content.body(65_000, 1000).readAll(1000));
        }
    }

    @ParameterizedTest
    @CsvSource({"1,false", "65536,false", "65537,true", "400000,true"})
    void sums_are_in_a_file_where_content_has_more_than_one_block(int size, boolean inFile) throws IOException {
        Sample sample = Sample.of(size, size).putInto(store);

        assertEquals(inFile, Files.exists(sums(sample.digest())));
        assertEquals(size, Files.size(file(sample.digest())));
        assertTrue(store.bytes() >= size + (inFile ? Files.size(sums(sample.digest())) : 0));
    }

    @Test
    void content_without_good_sums_is_hashed_and_gets_them_anew() throws IOException {
        Sample sample = Sample.of(1, 400_000).putInto(store);
        Sample other = Sample.of(2, 400_000).putInto(store);
        byte[] right = Files.readAllBytes(sums(sample.digest()));
        byte[] flipped = right.clone();
        flipped[60] ^= 1;
        byte[] foreign = Files.readAllBytes(sums(other.digest()));
        for (byte[] bad : List.of(flipped, foreign, new byte[0], Arrays.copyOf(right, right.length - 4))) {
            store.close();
            Files.write(sums(sample.digest()), bad);
            open();
            assertArrayEquals(sample.bytes(), ContentStoreContract.read(store, sample.digest()));
            assertArrayEquals(right, Files.readAllBytes(sums(sample.digest())));
        }
        store.close();
        Files.delete(sums(sample.digest()));
        Path secret = Files.write(directory.resolve("secret"), foreign);
        Files.createSymbolicLink(sums(sample.digest()), secret);
        open();
        assertArrayEquals(sample.bytes(), ContentStoreContract.read(store, sample.digest()));
        assertArrayEquals(foreign, Files.readAllBytes(secret));
        assertArrayEquals(right, Files.readAllBytes(sums(sample.digest())));
    }

    @Test
    void scrub_makes_sums_for_content_without_them() throws IOException {
        Sample sample = Sample.of(1, 400_000).putInto(store);
        byte[] right = Files.readAllBytes(sums(sample.digest()));
        Files.delete(sums(sample.digest()));

        assertEquals(new Scrubbed(1, 400_000, 0), store.scrub(digest -> {}));

        assertArrayEquals(right, Files.readAllBytes(sums(sample.digest())));
    }

    @Test
    void sums_go_with_their_content_and_orphans_at_the_next_start() throws IOException {
        Sample deleted = Sample.of(1, 400_000).putInto(store);
        Sample lost = Sample.of(2, 400_000).putInto(store);
        Sample kept = Sample.of(3, 400_000).putInto(store);
        store.delete(deleted.digest());
        assertFalse(Files.exists(sums(deleted.digest())));
        for (int i = 0; i < 16; i++) {
            Sample.of(100 + i, 5 * MIB).putInto(store);
            store.open(kept.digest()).orElseThrow().close();
        }
        assertFalse(Files.exists(sums(lost.digest())), "evicted");

        lost.putInto(store);
        store.close();
        Files.delete(file(lost.digest()));
        open();
        store.awaitRead();

        assertFalse(Files.exists(sums(lost.digest())), "swept");
        assertTrue(Files.exists(sums(kept.digest())));
        assertArrayEquals(kept.bytes(), ContentStoreContract.read(store, kept.digest()));
    }

    @Test
    void reader_of_a_damaged_file_does_not_take_its_successor_away() throws IOException {
        Sample sample = Sample.of(1, 400_000).putInto(store);
        try (StoredContent damaged = store.open(sample.digest()).orElseThrow()) {
            byte[] bad = sample.bytes().clone();
            bad[300_000] ^= 1;
            Files.write(file(sample.digest()), bad);
            sample.putInto(store);
            assertThrows(
                    DamagedContentException.class,
                    () -> damaged.body(0, 400_000).readAll(400_000));
        }
        assertArrayEquals(sample.bytes(), ContentStoreContract.read(store, sample.digest()));
        assertEquals(0, store.damaged());
    }

    @Test
    void reader_that_finds_damage_after_the_store_was_closed_leaves_the_directory_alone() throws IOException {
        Sample sample = Sample.of(1, 400_000).putInto(store);
        try (StoredContent content = store.open(sample.digest()).orElseThrow()) {
            Files.write(file(sample.digest()), new byte[400_000]);
            store.close();
            assertThrows(
                    DamagedContentException.class,
                    () -> content.body(0, 400_000).readAll(400_000));
        }
        assertTrue(Files.exists(file(sample.digest())));
    }

    @Test
    void slow_reader_of_a_staging_gets_no_byte_that_changed_after_the_commit() throws IOException {
        Sample sample = Sample.of(1, 400_000);
        try (Staging staging = store.stage(sample.digest())) {
            staging.append(sample.from(0));
            staging.commit();
            byte[] bad = sample.bytes().clone();
            bad[200_000] ^= 1;
            Files.write(file(sample.digest()), bad);
            for (int capacity : new int[] {65_536, 1000, 100_000}) {
                ByteBuffer into = ByteBuffer.allocate(capacity);
                assertThrows(DamagedContentException.class, () -> {
                    for (long at = 0; at < 400_000; ) {
                        int n = staging.read(at, into.clear());
                        assertEquals(sample.region((int) at, n), into.flip());
                        at += n;
                    }
                });
            }
        }
        assertEquals(Optional.empty(), store.open(sample.digest()));
    }

    @Test
    void primary_store_sets_damaged_content_aside_until_it_comes_anew_or_is_deleted() throws IOException {
        store.close();
        Path root = directory.resolve("primary");
        Sample sample = Sample.of(1, 400_000);
        Sample gone = Sample.of(2, 1000);
        try (DirectoryStore primary = DirectoryStore.openPrimary(root)) {
            sample.putInto(primary);
            gone.putInto(primary);
            for (Sample each : List.of(sample, gone)) {
                byte[] bad = each.bytes().clone();
                bad[500] ^= 1;
                String hex = each.digest().encoded();
                Files.write(root.resolve("sha256").resolve(hex.substring(0, 2)).resolve(hex), bad);
            }
            primary.open(sample.digest()).ifPresent(content -> {
                assertThrows(
                        DamagedContentException.class,
                        () -> content.body(0, 100).readAll(100));
            });
            primary.reject(gone.digest());
            assertEquals(2, primary.setAside().size());
            assertEquals(Optional.empty(), primary.size(sample.digest()));
        }
        try (DirectoryStore primary = DirectoryStore.openPrimary(root)) {
            assertTrue(primary.isSetAside(sample.digest()));
            sample.putInto(primary);
            primary.delete(gone.digest());
            assertEquals(List.of(), primary.setAside());
            try (var left = Files.list(root.resolve("damaged"))) {
                assertEquals(0, left.count());
            }
        }
        open();
    }
}
