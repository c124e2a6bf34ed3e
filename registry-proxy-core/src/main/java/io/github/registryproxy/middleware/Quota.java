package io.github.registryproxy.middleware;

import java.time.Duration;

/**
 * How many requests an upstream still allows.
 *
 * @param limit in all; 0 where it did not say
 * @param remaining of these
 * @param end of the window, on the clock that only goes forward, in nanoseconds
 * @param said whether the upstream said when that is; else it is the latest that it can be
 */
record Quota(long limit, long remaining, long end, boolean said) {
    Duration rest(long now) {
        return Duration.ofNanos(Math.max(0, end - now));
    }

    /** Whether a request would be refused for certain. */
    boolean isUsedUp(long now) {
        return remaining == 0 && said && end - now > 0;
    }

    /** Whether less than that share is left, of what is counted until a later time. */
    boolean isScarce(double share, long now) {
        return remaining < share * limit && end - now > 0;
    }

    /** How long one of those that remain would have to do. */
    Duration spacing(long now) {
        return rest(now).dividedBy(remaining + 1);
    }
}
