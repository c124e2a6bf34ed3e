package io.github.registryproxy.facade.chain;

import io.github.registryproxy.facade.model.UnusableException;
import io.github.registryproxy.hosted.HostedStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** The store of the site's own images, opened once, with what is measured of it. */
final class OpenHosted implements AutoCloseable {
    private final HostedStore store;
    private final Measures measures;

    private OpenHosted(HostedStore store, Measures measures) {
        this.store = store;
        this.measures = measures;
    }

    /** @param said who wants the directory, for messages about it */
    static OpenHosted open(Path directory, String said, LatestMetrics metrics) throws UnusableException {
        try {
            HostedStore store = HostedStore.open(directory);
            Measures measures = new Measures(metrics, "hosted");
            measures.hosted(store);
            return new OpenHosted(store, measures);
        } catch (IOException e) {
            throw new UnusableException(said + ": expected a directory for images alone: " + e.getMessage());
        }
    }

    HostedStore store() {
        return store;
    }

    @Override
    public void close() {
        measures.close();
        try {
            store.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the store of images could not be closed", e);
        }
    }
}
