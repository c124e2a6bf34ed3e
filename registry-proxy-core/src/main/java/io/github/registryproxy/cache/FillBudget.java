package io.github.registryproxy.cache;

import io.github.registryproxy.UpstreamTimeoutException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Budget of one fill: how often it asks the upstream, and how long it goes without progress. Bytes earn further requests, so that a
 * large blob in many pieces has enough, and an upstream that gives nothing useful is soon asked no more. Safe for concurrent use.
 */
final class FillBudget {
    static final int MOST_REQUESTS = 8;
    static final Duration LONGEST_STILL = Duration.ofMinutes(2);

    /** So many bytes earn another request. */
    static final long CREDIT = 64 * 1024;

    private final long most;
    private final LongSupplier nanos;
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private volatile long progressAt;

    /** @param connections at a time, each of which has a few requests of its own before there are bytes */
    FillBudget(int connections, LongSupplier nanos) {
        this.most = MOST_REQUESTS + (connections - 1L) * PieceFetch.MOST_FAILURES;
        this.nanos = nanos;
        this.progressAt = nanos.getAsLong();
    }

    /**
     * Takes one request from the budget.
     *
     * @throws IOException when it is used up
     */
    void spend() throws IOException {
        if (requests.incrementAndGet() > most + bytes.get() / CREDIT) {
            throw new IOException("the upstream was asked too often for a blob, and gave too little of it");
        }
        if (nanos.getAsLong() - progressAt > LONGEST_STILL.toNanos()) {
            throw new UpstreamTimeoutException("no progress within " + LONGEST_STILL.toSeconds() + " s");
        }
    }

    void progressed(int count) {
        bytes.addAndGet(count);
        progressAt = nanos.getAsLong();
    }
}
