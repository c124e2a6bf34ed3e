package io.github.registryproxy.httpclient5;

import io.github.registryproxy.internal.Tasks;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Ends waits that last too long, those too that a socket's own timeout does not: for room to write, and for a head that comes byte
 * by byte. One thread, which looks around a few times per timeout.
 */
final class Watchdog implements AutoCloseable {
    private static final long EVICTION_NANOS = 5_000_000_000L;

    /** Something that may last until then. */
    static final class Wait {
        private final Runnable atExpiry;
        private volatile long until;
        private volatile boolean armed;
        private volatile boolean expired;

        Wait(Runnable atExpiry) {
            this.atExpiry = atExpiry;
        }

        void atMost(Duration limit) {
            until = System.nanoTime() + limit.toNanos();
            armed = true;
        }

        void suspend() {
            armed = false;
        }

        boolean isExpired() {
            return expired;
        }

        private void look(long now) {
            if (armed && !expired && now - until > 0) {
                expired = true;
                atExpiry.run();
            }
        }
    }

    private final Set<Wait> waits = ConcurrentHashMap.newKeySet();
    private final Runnable eviction;
    private final ScheduledExecutorService thread;
    private long lastEviction = System.nanoTime();

    /** @param eviction run every few seconds */
    Watchdog(Duration shortest, Runnable eviction) {
        this.eviction = eviction;
        this.thread = Executors.newSingleThreadScheduledExecutor(Tasks.daemons("registry-proxy-watchdog"));
        long period = Math.max(10, Math.min(1000, shortest.toMillis() / 4));
        thread.scheduleWithFixedDelay(Tasks.guarded("watchdog", this::look), period, period, TimeUnit.MILLISECONDS);
    }

    void add(Wait wait) {
        waits.add(wait);
    }

    void remove(Wait wait) {
        waits.remove(wait);
    }

    private void look() {
        long now = System.nanoTime();
        waits.forEach(wait -> Tasks.guarded("deadline", () -> wait.look(now)).run());
        if (now - lastEviction > EVICTION_NANOS) {
            lastEviction = now;
            eviction.run();
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
