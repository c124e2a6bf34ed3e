package io.github.registryproxy.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlocksTest {
    private static final int SIZE = 200_000;

    private final Sample sample = Sample.of(1, SIZE);
    private final byte[] file = sample.bytes().clone();
    private final BlockSums sums = sumsOf(sample.bytes());
    private final Blocks.Damage damage = (offset, cause) -> new DamagedContentException(sample.digest(), offset, cause);

    private static BlockSums sumsOf(byte[] content) {
        BlockSums.Builder sums = new BlockSums.Builder();
        sums.update(ByteBuffer.wrap(content));
        return sums.build();
    }

    private int read(long position, ByteBuffer into) {
        int n = (int) Math.min(into.remaining(), file.length - position);
        if (n <= 0) {
            return -1;
        }
        n = Math.min(n, 10_000); // as a channel may
        into.put(file, (int) position, n);
        return n;
    }

    private byte[] region(int from, int end, ByteBuffer buffer) throws IOException {
        Blocks blocks = new Blocks(this::read, sums, damage);
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        while (from + got.size() < end) {
            ByteBuffer bytes = blocks.read(from + (long) got.size(), end, buffer);
            byte[] chunk = new byte[bytes.remaining()];
            bytes.get(chunk);
            got.writeBytes(chunk);
        }
        return got.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {65_536, 70_000, 16_384, 1_000, 65_535})
    void any_region_is_given_out_by_buffers_of_any_size(int capacity) throws IOException {
        Random random = new Random(capacity);
        for (int i = 0; i < 50; i++) {
            int from = random.nextInt(SIZE);
            int end = from + random.nextInt(SIZE - from) + 1;
            byte[] expected = Arrays.copyOfRange(sample.bytes(), from, end);
            assertArrayEquals(expected, region(from, end, ByteBuffer.allocate(capacity)));
            assertArrayEquals(expected, region(from, end, ByteBuffer.allocateDirect(capacity)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {65_536, 16_384, 1_000})
    void no_byte_of_a_damaged_block_is_given_out(int capacity) throws IOException {
        for (int at : List.of(0, 1, 65_535, 65_536, 100_000, SIZE - 1)) {
            int block = at / 65_536;
            int start = block * 65_536;
            int end = Math.min(SIZE, start + 65_536);
            file[at] ^= 0x10;
            ByteBuffer buffer = ByteBuffer.allocate(capacity);
            for (int from : List.of(start, end - 1, (start + end) / 2)) {
                assertThrows(DamagedContentException.class, () -> region(from, from + 1, buffer), "byte " + at);
            }
            assertArrayEquals(Arrays.copyOf(sample.bytes(), start), region(0, start, buffer));
            file[at] ^= 0x10;
        }
    }

    @Test
    void piece_that_changes_after_its_block_was_checked_is_not_given_out() {
        Blocks blocks = new Blocks(
                (position, into) -> {
                    int n = read(position, into);
                    if (position == 40_000) {
                        file[20_000] ^= 1; // the last piece was checked, or is about to be
                    }
                    return n;
                },
                sums,
                damage);

        assertThrows(DamagedContentException.class, () -> {
            for (long at = 0; at < 65_536; ) {
                at += blocks.read(at, SIZE, ByteBuffer.allocate(20_000)).remaining();
            }
        });
    }

    @Test
    void file_that_is_too_short_or_cannot_be_read_is_damaged() {
        Blocks cut = new Blocks((position, into) -> position >= 70_000 ? -1 : read(position, into), sums, damage);
        Blocks bad = new Blocks(
                (position, into) -> {
                    throw new IOException("Input/output error");
                },
                sums,
                damage);

        assertThrows(DamagedContentException.class, () -> cut.read(65_536, SIZE, ByteBuffer.allocate(65_536)));
        assertThrows(DamagedContentException.class, () -> bad.read(0, SIZE, ByteBuffer.allocate(65_536)));
    }

    @Test
    void interrupted_reader_says_nothing_about_the_content() {
        for (IOException interrupt : List.of(new ClosedByInterruptException(), new InterruptedIOException())) {
            Blocks blocks = new Blocks(
                    (position, into) -> {
                        throw interrupt;
                    },
                    sums,
                    damage);

            IOException thrown =
                    assertThrows(IOException.class, () -> blocks.read(0, SIZE, ByteBuffer.allocate(65_536)));
            assertEquals(interrupt, thrown);
        }
    }
}
