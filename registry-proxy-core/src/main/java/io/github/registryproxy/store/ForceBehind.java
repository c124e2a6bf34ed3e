package io.github.registryproxy.store;

import io.github.registryproxy.internal.Tasks;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Has what was written brought to the disk while more is written, so that its end does not wait for all of it. A help alone: whoever
 * must know that it is there forces it himself.
 */
final class ForceBehind {
    /** In bytes: how much is brought at a time. */
    static final long STEP = 32L * 1024 * 1024;

    private static final Logger LOG = System.getLogger(ForceBehind.class.getName());

    private final FileChannel file;
    private final Executor threads;
    private final AtomicBoolean running = new AtomicBoolean();
    private long from;

    /** @param size what is there already, and was brought by whoever wrote it */
    ForceBehind(FileChannel file, Executor threads, long size) {
        this.file = file;
        this.threads = threads;
        this.from = size;
    }

    /** So many bytes are written now; for the writer alone. */
    void written(long size) {
        if (size - from >= STEP && running.compareAndSet(false, true)) {
            from = size;
            Tasks.start(threads, this::force, this::failed);
        }
    }

    private void force() {
        try {
            file.force(false);
            running.set(false);
        } catch (IOException e) {
            failed(e);
        }
    }

    private void failed(Throwable e) {
        running.set(false);
        LOG.log(Level.DEBUG, "not yet on the disk: {0}", e.toString());
    }
}
