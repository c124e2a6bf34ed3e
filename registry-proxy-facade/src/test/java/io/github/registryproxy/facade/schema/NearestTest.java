package io.github.registryproxy.facade.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NearestTest {
    private static final List<String> KNOWN = List.of("push", "delete", "garbage-collection", "quota");

    @Test
    void a_letter_too_many_or_too_few_or_another_one_is_what_was_meant() {
        assertEquals(Optional.of("push"), Nearest.to("pussh", KNOWN));
        assertEquals(Optional.of("garbage-collection"), Nearest.to("garbagecolection", KNOWN));
        assertEquals(Optional.of("quota"), Nearest.to("quote", KNOWN));
        assertEquals(Optional.of("push"), Nearest.to("psuh", KNOWN));
    }

    @Test
    void something_else_is_not_guessed() {
        assertEquals(Optional.empty(), Nearest.to("retention", KNOWN));
        assertEquals(Optional.empty(), Nearest.to("x".repeat(10_000), KNOWN));
    }

    @Test
    void distances_count_changes() {
        assertEquals(3, Nearest.distance("kitten", "sitting"));
        assertEquals(4, Nearest.distance("", "push"));
        assertEquals(1, Nearest.distance("prot", "port"));
    }
}
