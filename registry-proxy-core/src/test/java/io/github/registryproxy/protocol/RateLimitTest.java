package io.github.registryproxy.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimitTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "76;w=21600 | 76 | 21600",
                "0;w=21600 | 0 | 21600",
                "100; w=60;burst=10 | 100 | 60",
                "100;burst=10;w=60 | 100 | 60",
                "100, 100;w=10 | 100 | ",
                "12 | 12 | ",
                "12;w=soon | 12 | ",
                "12;w=999999999999999999 | 12 | "
            })
    void a_number_and_its_window_are_read(String field, long requests, Long window) {
        assertEquals(
                Optional.of(new RateLimit(requests, Optional.ofNullable(window).map(Duration::ofSeconds))),
                RateLimit.parse(field));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ";w=1", "-1;w=60", "many", "1e3", "9999999999999999999", ",5"})
    void what_is_no_number_is_no_limit(String field) {
        assertEquals(Optional.empty(), RateLimit.parse(field));
    }

    @Test
    void an_endless_field_is_not_read() {
        assertEquals(Optional.empty(), RateLimit.parse("1" + ";w=1".repeat(100)));
    }
}
