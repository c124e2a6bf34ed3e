package io.github.registryproxy.upstream;

import java.io.InterruptedIOException;
import java.util.concurrent.ThreadLocalRandom;

/** Waits between tries: 0.1 s doubled each time, at most 5 s, the second half of it random. */
@FunctionalInterface
interface Backoff {
    Backoff EXPONENTIAL = Backoff::sleep;

    /**
     * Returns when the next try is due.
     *
     * @param failures so far in a row, 1 or more
     */
    void await(int failures) throws InterruptedIOException;

    private static void sleep(int failures) throws InterruptedIOException {
        long whole = Math.min(5_000, 100L << Math.min(failures - 1, 10));
        try {
            Thread.sleep(whole / 2 + ThreadLocalRandom.current().nextLong(whole / 2 + 1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting to try again");
        }
    }
}
