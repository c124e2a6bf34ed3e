package io.github.registryproxy.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.github.registryproxy.UpstreamTimeoutException;
import io.github.registryproxy.cache.GrowingBlob.Phase;
import io.github.registryproxy.protocol.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class GrowingBlobTest {
    private static final Digest DIGEST = Digest.of(Digest.Algorithm.SHA256, new byte[0]);
    private static final Duration SOON = Duration.ofSeconds(20);

    private final AtomicInteger ends = new AtomicInteger();
    private final GrowingBlob blob = new GrowingBlob(DIGEST, ends::incrementAndGet);

    @Test
    void a_reader_does_not_join_a_fill_that_was_given_up() {
        GrowingBlob.Lease first = blob.join();
        assertNotNull(first);
        blob.abandonIfUnused();
        GrowingBlob.Lease second = blob.join();
        assertNotNull(second, "the first reader waits for it");
        first.close();
        second.close();

        blob.abandonIfUnused();
        assertNull(blob.join(), "it is about to break off");
    }

    @Test
    void a_lease_that_is_closed_twice_is_closed_once() {
        GrowingBlob.Lease reader = blob.join();
        assertNotNull(reader);
        reader.close();
        reader.close();
        assertEquals(0, ends.get(), "the fill still uses it");
        assertNotNull(blob.join());
        blob.fillLease().close();
        blob.fillLease().close();
        assertEquals(0, ends.get(), "a reader still uses it");
    }

    @Test
    void a_fill_that_ends_without_a_word_has_broken_off() throws IOException {
        blob.fillLease().close();
        assertEquals(Phase.BROKEN, blob.awaitAnswer());
        assertEquals(1, ends.get());
    }

    @Test
    void a_wait_for_a_fill_that_says_nothing_ends() {
        for (boolean filling : new boolean[] {false, true}) {
            GrowingBlob silent = new GrowingBlob(DIGEST, () -> {}, Duration.ofMillis(20));
            if (filling) {
                silent.filling(OptionalLong.of(100_000), 0);
            }
            assertTimeoutPreemptively(SOON, () -> {
                assertThrows(UpstreamTimeoutException.class, () -> {
                    silent.awaitAnswer();
                    silent.read(0, 0, ByteBuffer.allocate(10));
                });
                assertEquals(Phase.BROKEN, silent.awaitAnswer());
                assertNull(silent.join(), "nobody else waits for it");
            });
        }
    }

    @Test
    void a_wait_for_a_replacement_that_does_not_come_ends() {
        GrowingBlob silent = new GrowingBlob(DIGEST, () -> {}, Duration.ofMillis(20));
        assertTimeoutPreemptively(SOON, () -> assertThrows(UpstreamTimeoutException.class, silent::awaitReplacement));
    }
}
