package io.github.registryproxy.policy;

import io.github.registryproxy.internal.Tasks;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** One thread, while there is something to write. */
final class WriteBehind implements Executor, AutoCloseable {
    private static final int MOST_WAITING = 20_000;
    private static final int IDLE_SECONDS = 10;
    private static final int LAST_SECONDS = 30;

    private final ThreadPoolExecutor executor = new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MOST_WAITING),
            Tasks.daemons("registry-proxy-provenance"));

    WriteBehind() {
        executor.allowCoreThreadTimeOut(true);
    }

    /** Throws RejectedExecutionException where too much waits, or there is no thread. */
    @Override
    public void execute(Runnable task) {
        try {
            executor.execute(Tasks.guarded("provenance", task));
        } catch (OutOfMemoryError e) {
            throw new RejectedExecutionException("no thread", e);
        }
    }

    /** Writes what waits. */
    @Override
    public void close() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(LAST_SECONDS, TimeUnit.SECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
