package io.github.registryproxy.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.github.registryproxy.protocol.Digest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SumsFileTest {
    private static BlockSums sums(byte[] content, int step) {
        BlockSums.Builder sums = new BlockSums.Builder();
        for (int at = 0; at < content.length; at += step) {
            sums.update(ByteBuffer.wrap(content, at, Math.min(step, content.length - at)));
        }
        return sums.build();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 131_072, 400_000})
    void sums_are_read_as_they_were_written_however_the_bytes_came(int size) {
        Sample sample = Sample.of(size, size);
        BlockSums expected = sums(sample.bytes(), 1 << 20);

        byte[] file = SumsFile.encoded(sample.digest(), sums(sample.bytes(), 777));
        BlockSums read = SumsFile.decoded(file, sample.digest());

        assertNotNull(read);
        assertEquals(size, read.size());
        assertEquals((size + 65_535) / 65_536, read.count());
        for (int i = 0; i < read.count(); i++) {
            int length = read.length(i);
            assertEquals(expected.sum(i), read.sum(i));
            assertEquals(BlockSums.sum(ByteBuffer.wrap(sample.bytes(), i * 65_536, length)), read.sum(i));
        }
        assertEquals(SumsFile.size(size), file.length);
    }

    @Test
    void file_with_any_byte_changed_says_nothing() {
        Sample sample = Sample.of(1, 200_000);
        byte[] file = SumsFile.encoded(sample.digest(), sums(sample.bytes(), 1000));

        for (int i = 0; i < file.length; i++) {
            byte[] changed = file.clone();
            changed[i] ^= 1;
            assertNull(SumsFile.decoded(changed, sample.digest()), "byte " + i);
        }
    }

    @Test
    void file_that_is_shorter_longer_or_of_other_content_says_nothing() {
        Sample sample = Sample.of(1, 200_000);
        byte[] file = SumsFile.encoded(sample.digest(), sums(sample.bytes(), 1000));

        for (int length = 0; length < file.length; length++) {
            assertNull(SumsFile.decoded(Arrays.copyOf(file, length), sample.digest()), "length " + length);
        }
        assertNull(SumsFile.decoded(Arrays.copyOf(file, file.length + 1), sample.digest()));
        assertNull(SumsFile.decoded(Arrays.copyOf(file, file.length + 4), sample.digest()));
        assertNull(SumsFile.decoded(file, Sample.of(2, 200_000).digest()));
        assertNull(SumsFile.decoded(
                file, Sample.of(Digest.Algorithm.SHA512, 1, 200_000).digest()));
    }
}
