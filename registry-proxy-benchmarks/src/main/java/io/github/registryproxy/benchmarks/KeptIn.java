package io.github.registryproxy.benchmarks;

import io.github.registryproxy.store.ContentStore;
import io.github.registryproxy.store.DirectoryStore;
import io.github.registryproxy.store.LayeredStore;
import io.github.registryproxy.store.MemoryStore;
import java.io.IOException;
import java.nio.file.Path;

/** Where a cache keeps what it has. */
public enum KeptIn {
    /** The server's without {@code CACHE_DIR}. */
    MEMORY {
        @Override
        ContentStore open(Path directory) {
            return new MemoryStore(DirectoryStore.LEAST_CAPACITY);
        }
    },
    /** The server's with {@code CACHE_DIR}: what is small is in memory as well. */
    LAYERED {
        @Override
        ContentStore open(Path directory) throws IOException {
            return new LayeredStore(MEMORY.open(directory), DIRECTORY.open(directory));
        }
    },
    /** Files alone. */
    DIRECTORY {
        @Override
        ContentStore open(Path directory) throws IOException {
            return DirectoryStore.open(directory, DirectoryStore.LEAST_CAPACITY);
        }
    };

    /** An empty store. */
    abstract ContentStore open(Path directory) throws IOException;
}
