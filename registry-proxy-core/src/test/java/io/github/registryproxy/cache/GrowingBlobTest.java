package io.github.registryproxy.cache;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.protocol.Digest;
import org.junit.jupiter.api.Test;

class GrowingBlobTest {
    private final GrowingBlob blob = new GrowingBlob(Digest.of(Digest.Algorithm.SHA256, new byte[0]), () -> {});

    @Test
    void who_comes_when_a_fetch_has_been_given_up_does_not_join_it() {
        assertTrue(blob.join());
        blob.abandonIfUnused();
        assertTrue(blob.join(), "somebody waits for it");
        blob.release();
        blob.release();

        blob.abandonIfUnused();
        assertFalse(blob.join(), "it is about to break off");
    }
}
