package io.github.registryproxy.store;

import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

final class MemoryStoreTest extends ContentStoreContract {
    @Override
    ContentStore create(long capacity) {
        return new MemoryStore(capacity);
    }

    @Override
    long bytes(ContentStore store) {
        return ((MemoryStore) store).bytes();
    }

    @Override
    long stagingBytes(ContentStore store) {
        return ((MemoryStore) store).stagingBytes();
    }

    @Override
    long evicted(ContentStore store) {
        return ((MemoryStore) store).evicted();
    }

    @Test
    void no_capacity_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> new MemoryStore(0));
    }
}
