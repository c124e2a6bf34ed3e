package io.github.registryproxy.protocol;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A number of requests and the window they are counted in, as {@code RateLimit-Limit} and {@code RateLimit-Remaining} have it on
 * answers of Docker Hub: {@code 76;w=21600}.
 *
 * @param requests 0 or more
 * @param window empty where the field does not say
 */
public record RateLimit(long requests, Optional<Duration> window) {
    private static final int LONGEST = 256;
    private static final long LONGEST_WINDOW = Duration.ofDays(366).toSeconds();

    public RateLimit {
        if (requests < 0) {
            throw new IllegalArgumentException("a limit of " + requests + " requests");
        }
    }

    /** The first limit of a field; empty where there is none. */
    public static Optional<RateLimit> parse(String field) {
        if (field.length() > LONGEST) {
            return Optional.empty();
        }
        int comma = field.indexOf(',');
        String first = comma < 0 ? field : field.substring(0, comma);
        int semicolon = first.indexOf(';');
        OptionalLong requests = ByteRange.number((semicolon < 0 ? first : first.substring(0, semicolon)).strip());
        return requests.isEmpty()
                ? Optional.empty()
                : Optional.of(new RateLimit(requests.getAsLong(), semicolon < 0 ? Optional.empty() : window(first)));
    }

    private static Optional<Duration> window(String limit) {
        int at = limit.indexOf("w=");
        if (at < 0) {
            return Optional.empty();
        }
        int end = limit.indexOf(';', at);
        OptionalLong seconds = ByteRange.number(
                limit.substring(at + 2, end < 0 ? limit.length() : end).strip());
        return seconds.isEmpty() || seconds.getAsLong() > LONGEST_WINDOW
                ? Optional.empty()
                : Optional.of(Duration.ofSeconds(seconds.getAsLong()));
    }
}
