package io.github.registryproxy.hosted;

import java.util.concurrent.atomic.AtomicLong;

/** A blob that belongs to a repository, and when somebody last relied on that. */
final class HeldBlob {
    private static final long CONDEMNED = Long.MIN_VALUE;

    private final long size;
    private final long linked;
    private final AtomicLong used;

    /**
     * A blob.
     *
     * @param linked since when it belongs there, in milliseconds since 1970
     * @param used when it was last asked for; not remembered across restarts
     */
    HeldBlob(long size, long linked, long used) {
        this.size = size;
        this.linked = linked;
        this.used = new AtomicLong(used);
    }

    long size() {
        return size;
    }

    long linked() {
        return linked;
    }

    /** Says that somebody relies on it: a push that found it there does not send it. False where it is about to go. */
    boolean use(long now) {
        return used.updateAndGet(before -> before == CONDEMNED ? before : Math.max(before, now)) != CONDEMNED;
    }

    /** Whether nobody has relied on it since then, and from now on nobody can. */
    boolean condemn(long since) {
        long before = used.get();
        return before != CONDEMNED && before < since && used.compareAndSet(before, CONDEMNED);
    }

    /** It stays after all. */
    void spare(long now) {
        used.set(now);
    }
}
