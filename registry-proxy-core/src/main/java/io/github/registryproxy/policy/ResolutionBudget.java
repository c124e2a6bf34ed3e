package io.github.registryproxy.policy;

import java.time.Duration;

/**
 * What a policy may ask of the registry to find out whether an allowed tag leads to a digest it has not seen, each time that
 * somebody comes with one. What it has learned by then is kept, so the next attempt goes on where this one ended.
 *
 * @param manifests tags and manifests that are asked for, 1 or more
 * @param pages of tags that are listed, 1 or more
 * @param time after which no further question is asked, and nobody waits any longer
 * @param pause for which everything has been looked at, once it has: until then, what is not known is refused unasked. It doubles
 *     each time that nothing new was found, up to 20 times
 */
public record ResolutionBudget(int manifests, int pages, Duration time, Duration pause) {
    /** 256 manifests, 16 pages, 10 s; a pause of 30 s. */
    public static final ResolutionBudget DEFAULT =
            new ResolutionBudget(256, 16, Duration.ofSeconds(10), Duration.ofSeconds(30));

    public ResolutionBudget {
        if (manifests < 1 || pages < 1) {
            throw new IllegalArgumentException(
                    "a budget has 1 or more manifests and pages, not " + manifests + " and " + pages);
        }
        if (time.isNegative() || time.isZero() || pause.isNegative()) {
            throw new IllegalArgumentException("a budget has some time and no negative pause: " + time + ", " + pause);
        }
    }
}
