package io.github.registryproxy.cache;

import io.github.registryproxy.protocol.RepositoryName;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts what is taken away, by repository, and now and then for another one as well. Who asked the upstream before and comes with
 * the answer after it takes back what it put: so a deletion is counted before it is done, and the count is compared after
 * putting.
 */
final class Drops {
    private static final int STRIPES = 64;

    private final AtomicLongArray counts = new AtomicLongArray(STRIPES);

    long of(RepositoryName repository) {
        return counts.get(stripe(repository));
    }

    void count(RepositoryName repository) {
        counts.incrementAndGet(stripe(repository));
    }

    private static int stripe(RepositoryName repository) {
        return Math.floorMod(repository.hashCode(), STRIPES);
    }
}
