package io.github.registryproxy.auth;

import java.time.Duration;

/**
 * Credentials and their life on the monotonic clock, all in nanoseconds.
 *
 * @param obtained when the request for them began
 * @param usable how long they are given out: a little less than they live
 * @param refresh when, after they were obtained, it is time for the next ones
 */
record HeldCredentials(Credentials credentials, long obtained, long usable, long refresh) {
    private static final Duration SHORTEST = Duration.ofSeconds(30);
    private static final Duration LONGEST = Duration.ofDays(1);
    private static final long LEAST_EARLY = Duration.ofSeconds(10).toNanos();

    /** With a fifth of their life, and 10 s at least, left to refresh them in. */
    static HeldCredentials of(RefreshingCredentials.Lease lease, long obtained) {
        Duration life = lease.lifetime();
        life = life.compareTo(LONGEST) > 0 ? LONGEST : life.compareTo(SHORTEST) < 0 ? SHORTEST : life;
        long nanos = life.toNanos();
        long early = Math.max(LEAST_EARLY, nanos / 5);
        return new HeldCredentials(lease.credentials(), obtained, nanos - early / 5, nanos - early);
    }

    boolean isUsable(long now) {
        return now - obtained < usable;
    }

    boolean isDue(long now) {
        return now - obtained >= refresh;
    }

    long age(long now) {
        return now - obtained;
    }

    /** Not to be refreshed again before that time has passed. */
    HeldCredentials refreshedLater(long now, long wait) {
        return new HeldCredentials(credentials, obtained, usable, now - obtained + wait);
    }
}
