package io.github.registryproxy.hosted;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class HeldBlobTest {
    private final HeldBlob blob = new HeldBlob(10, 1000, 1000);

    @Test
    void what_was_used_lately_is_not_condemned() {
        assertTrue(blob.use(2000));
        assertFalse(blob.condemn(2000));
        assertTrue(blob.condemn(2001));
    }

    @Test
    void nobody_can_rely_on_what_is_condemned_until_it_is_spared() {
        assertTrue(blob.condemn(1001));
        assertFalse(blob.use(5000));
        assertFalse(blob.condemn(9000), "once is enough");
        blob.spare(6000);
        assertTrue(blob.use(5000));
        assertFalse(blob.condemn(6000), "a use in the past makes it no older");
    }
}
