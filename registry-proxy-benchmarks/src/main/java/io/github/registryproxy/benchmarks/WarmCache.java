package io.github.registryproxy.benchmarks;

import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.store.ContentStore;
import io.github.registryproxy.store.Staging;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The server's chain with a cache that has the sample. */
final class WarmCache implements AutoCloseable {
    private final Path directory;
    private final ContentStore store;
    private final RegistryInMemory registry = new RegistryInMemory();
    private final RegistryProxy proxy;
    private final int fetches;

    WarmCache(KeptIn where) throws IOException {
        directory = Files.createTempDirectory("benchmark");
        store = where.open(directory);
        proxy = ServerChain.caching(registry, store);
        store(store);
        Drain drain = new Drain();
        for (String target : List.of(Sample.BY_TAG, Sample.BY_DIGEST, Sample.OF_BLOB)) {
            drain.of(proxy.handle(Sample.request("GET", target)));
        }
        fetches = registry.requests();
    }

    /** The blob is there before it is asked for: a fetch through the chain ends a moment after its reader has all of it. */
    private static void store(ContentStore store) throws IOException {
        try (Staging staging = store.stage(Sample.BLOB_DIGEST)) {
            staging.append(ByteBuffer.wrap(Sample.BLOB));
            staging.commit();
        }
    }

    RegistryProxy proxy() {
        return proxy;
    }

    /**
     * Forgets it all.
     *
     * @throws IllegalStateException when the registry was asked since: that was no measurement of a cache
     */
    @Override
    public void close() throws IOException {
        proxy.close();
        store.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        if (registry.requests() != fetches) {
            throw new IllegalStateException("the registry was asked " + (registry.requests() - fetches) + " times");
        }
    }
}
