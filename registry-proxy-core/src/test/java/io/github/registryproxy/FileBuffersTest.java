package io.github.registryproxy;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FileBuffersTest {
    @Test
    void at_most_256_direct_buffers_are_made() {
        List<ByteBuffer> taken = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            taken.add(FileBuffers.take(1L << 20));
        }
        long direct = taken.stream().filter(ByteBuffer::isDirect).count();
        taken.forEach(buffer -> FileBuffers.giveBack(buffer, true));
        assertTrue(direct <= 256, () -> direct + " direct buffers");
    }
}
