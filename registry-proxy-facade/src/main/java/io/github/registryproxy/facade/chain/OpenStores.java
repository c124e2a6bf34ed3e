package io.github.registryproxy.facade.chain;

import io.github.registryproxy.facade.model.Keeping;
import io.github.registryproxy.facade.model.UnusableException;
import io.github.registryproxy.store.ContentStore;
import io.github.registryproxy.store.DirectoryStore;
import io.github.registryproxy.store.LayeredStore;
import io.github.registryproxy.store.MemoryStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;

/** The stores of a site, opened once: a directory is one process' and cannot be opened again. */
final class OpenStores implements AutoCloseable {
    private final Keeping keeping;
    private final MemoryStore memory;
    private final Optional<DirectoryStore> directory;
    private final ContentStore cache;

    private OpenStores(Keeping keeping, Optional<DirectoryStore> directory) {
        this.keeping = keeping;
        this.memory = new MemoryStore(keeping.memory());
        this.directory = directory;
        this.cache = directory.isPresent() ? new LayeredStore(memory, directory.get()) : memory;
    }

    static OpenStores open(Keeping keeping) throws UnusableException {
        return new OpenStores(
                keeping,
                keeping.cache().isPresent()
                        ? Optional.of(directory(keeping, keeping.cache().get()))
                        : Optional.empty());
    }

    private static DirectoryStore directory(Keeping keeping, Path path) throws UnusableException {
        try {
            return DirectoryStore.open(path, keeping.cacheSize());
        } catch (IOException e) {
            throw new UnusableException(
                    keeping.said() + ": expected a directory for the cache alone: " + e.getMessage());
        }
    }

    Keeping keeping() {
        return keeping;
    }

    /** What comes from upstreams. */
    ContentStore cache() {
        return cache;
    }

    MemoryStore memory() {
        return memory;
    }

    /** What is behind the memory; empty where there is nothing. */
    Optional<DirectoryStore> directory() {
        return directory;
    }

    @Override
    public void close() {
        try {
            cache.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the cache could not be closed", e);
        }
    }
}
