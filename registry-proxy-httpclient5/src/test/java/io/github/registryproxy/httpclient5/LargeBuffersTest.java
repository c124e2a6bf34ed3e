package io.github.registryproxy.httpclient5;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LargeBuffersTest {
    @Test
    void at_most_32_large_buffers_are_made() {
        List<ByteBuffer> taken = new ArrayList<>();
        for (ByteBuffer one = LargeBuffers.take(); one != null && taken.size() < 100; one = LargeBuffers.take()) {
            taken.add(one);
        }
        taken.forEach(LargeBuffers::giveBack);
        assertTrue(taken.size() <= 32, () -> taken.size() + " buffers");
    }
}
