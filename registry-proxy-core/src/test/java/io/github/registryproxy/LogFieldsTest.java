package io.github.registryproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.registryproxy.protocol.Target;
import org.junit.jupiter.api.Test;

class LogFieldsTest {
    @Test
    void field_has_at_most_128_characters() {
        assertEquals("a".repeat(128), LogFields.shown("a".repeat(128)));
        assertEquals("a".repeat(128), LogFields.shown("a".repeat(129)));
        assertEquals("?".repeat(128), LogFields.shown(" ".repeat(10_000)));
    }

    @Test
    void path_of_an_unknown_endpoint_is_cut_in_the_log() {
        String path = "/v2/" + "a".repeat(10_000);
        assertEquals(
                path.substring(0, 128) + " -",
                LogFields.subject(Target.parse("GET", path).operation()));
    }

    @Test
    void field_can_end_neither_itself_nor_its_line() {
        assertEquals("a?b?c?", LogFields.shown("a b\nc\u00e9"));
        assertEquals("-", LogFields.shown(""));
    }
}
