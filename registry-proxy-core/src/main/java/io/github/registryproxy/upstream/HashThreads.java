package io.github.registryproxy.upstream;

import io.github.registryproxy.internal.Tasks;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The threads that hash beside streams: as many as there are processors besides one, for all streams of the process. */
final class HashThreads {
    private static final int MOST = Runtime.getRuntime().availableProcessors() - 1;

    static final Semaphore PLACES = new Semaphore(MOST);
    static final Executor THREADS = make(Math.max(1, MOST));

    private HashThreads() {}

    private static Executor make(int most) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                most, most, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Tasks.daemons("registry-proxy-hash"));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
