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

/** What is kept of upstreams, opened once: a directory is one process' and cannot be opened again. */
final class OpenCache implements AutoCloseable {
    private final MemoryStore memory;
    private final Optional<DirectoryStore> directory;
    private final ContentStore store;
    private final Measures measures;

    private OpenCache(Keeping keeping, Optional<DirectoryStore> directory, LatestMetrics metrics) {
        this.memory = new MemoryStore(keeping.memory());
        this.directory = directory;
        this.store = directory.isPresent() ? new LayeredStore(memory, directory.get()) : memory;
        this.measures = new Measures(metrics, keeping.name());
        if (directory.isPresent()) {
            measures.store(directory.get());
        } else {
            measures.store(memory);
        }
    }

    static OpenCache open(Keeping keeping, LatestMetrics metrics) throws UnusableException {
        return new OpenCache(
                keeping,
                keeping.cache().isPresent()
                        ? Optional.of(directory(keeping, keeping.cache().get()))
                        : Optional.empty(),
                metrics);
    }

    private static DirectoryStore directory(Keeping keeping, Path path) throws UnusableException {
        try {
            return DirectoryStore.open(path, keeping.cacheSize());
        } catch (IOException e) {
            throw new UnusableException(
                    keeping.said() + ": expected a directory for the cache alone: " + e.getMessage());
        }
    }

    ContentStore store() {
        return store;
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
        measures.close();
        try {
            store.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the cache could not be closed", e);
        }
    }
}
