package io.github.registryproxy.upstream;

import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** Reads Retry-After: RFC 9110 section 10.2.3, at most a day, and nothing at all where the text makes no sense. */
final class RetryAfter {
    private static final Duration LONGEST = Duration.ofDays(1);

    private RetryAfter() {}

    static Optional<Duration> of(Headers headers) {
        return headers.first(HeaderNames.RETRY_AFTER).map(String::strip).flatMap(RetryAfter::parse);
    }

    private static Optional<Duration> parse(String text) {
        if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.of(text.length() > 9 ? LONGEST : clamp(Duration.ofSeconds(Long.parseLong(text))));
        }
        try {
            Instant until = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text));
            return Optional.of(clamp(Duration.between(Instant.now(), until)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Duration clamp(Duration wait) {
        return wait.isNegative() ? Duration.ZERO : wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
    }
}
