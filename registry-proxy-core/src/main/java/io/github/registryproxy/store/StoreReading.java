package io.github.registryproxy.store;

import com.google.common.util.concurrent.Uninterruptibles;
import io.github.registryproxy.internal.Tasks;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;

/**
 * Finds what the directory of a store has held before, in threads of its own, so that a start takes no longer for more of it. Whoever
 * wants something that has not been found yet looks for its file.
 */
final class StoreReading {
    private static final Logger LOG = System.getLogger(StoreReading.class.getName());

    private final StoreDirectory directory;
    private final CountDownLatch ended = new CountDownLatch(2);
    private volatile boolean whole = true;

    /** Finds a part of it; true where nothing was in the way. */
    @FunctionalInterface
    interface Part {
        boolean read() throws IOException, InterruptedException;
    }

    StoreReading(StoreDirectory directory) {
        this.directory = directory;
    }

    void begin(Executor threads, Part content, Part records) {
        for (Part part : List.of(content, records)) {
            Tasks.start(threads, () -> run(part), this::failed);
        }
    }

    private void run(Part part) {
        try {
            if (!part.read()) {
                whole = false;
            }
            ended.countDown();
        } catch (IOException | InterruptedException e) {
            failed(e);
        }
    }

    private void failed(Throwable e) {
        whole = false;
        ended.countDown();
        LOG.log(Level.WARNING, "what the store held could not be found and makes no room", e);
    }

    boolean isUnderWay() {
        return ended.getCount() > 0;
    }

    /** Returns when all is found, which is done without a pause from now on. */
    void await() throws IOException {
        directory.pace().hurry();
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the store was read");
        }
        if (!whole) {
            throw new IOException(directory + " could not be read as a whole");
        }
    }

    /** Returns when nothing is looked for any more, early because the directory is being left. */
    void stop() {
        directory.pace().leave();
        Uninterruptibles.awaitUninterruptibly(ended);
    }
}
