package io.github.registryproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldCapsTest {
    @ParameterizedTest
    @ValueSource(strings = {"86400", "86401", "999999999", "9999999999", "Fri, 31 Dec 2100 23:59:59 GMT"})
    void wait_is_a_day_at_most(String retryAfter) {
        assertEquals(
                Optional.of(Duration.ofDays(1)),
                Headers.of(HeaderNames.RETRY_AFTER, retryAfter).retryAfter(Instant.parse("2026-11-20T00:00:00Z")));
    }

    @Test
    void identity_has_at_most_255_characters() {
        assertEquals(255, Identity.of("a".repeat(255)).name().length());
        assertThrows(IllegalArgumentException.class, () -> Identity.of("a".repeat(256)));
    }
}
