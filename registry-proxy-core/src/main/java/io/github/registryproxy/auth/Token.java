package io.github.registryproxy.auth;

import io.github.registryproxy.document.TokenGrant;
import java.time.Duration;

/**
 * A token and its life on the monotonic clock, all in nanoseconds; compared by identity where it is dropped.
 *
 * @param value after {@code Bearer }; a secret
 * @param obtained when the request for it began
 * @param usable how long it may be sent: a little less than it lives
 * @param refresh when, after it was obtained, it is time for the next one
 */
record Token(String value, long obtained, long usable, long refresh) {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final Duration LONGEST = Duration.ofDays(1);

    /** With a fifth of its life, and 10 s or half of it, left to refresh it in. */
    static Token of(TokenGrant grant, long obtained) {
        Duration life = grant.lifetime().compareTo(LONGEST) > 0 ? LONGEST : grant.lifetime();
        long nanos = life.toNanos();
        long early = Math.min(Math.max(10 * SECOND, nanos / 5), nanos / 2);
        return new Token(grant.token(), obtained, nanos - Math.min(SECOND, nanos / 10), nanos - early);
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
    Token refreshedLater(long now, Duration wait) {
        return new Token(value, obtained, usable, now - obtained + wait.toNanos());
    }

    String authorization() {
        return "Bearer " + value;
    }

    @Override
    public String toString() {
        return "Token[***]";
    }
}
