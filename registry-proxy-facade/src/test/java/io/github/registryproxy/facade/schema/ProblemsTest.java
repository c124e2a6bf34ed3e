package io.github.registryproxy.facade.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ProblemsTest {
    @Test
    void first_100_problems_are_told() {
        Problems problems = new Problems();
        for (int i = 0; i < 200; i++) {
            problems.add("problem " + i);
        }
        assertEquals(100, problems.lines().size());
        assertEquals("problem 99", problems.lines().get(99));
    }

    @Test
    void value_is_shown_up_to_200_characters() {
        assertEquals("x".repeat(200), Redaction.shown("x".repeat(200)));
        assertEquals("x".repeat(200) + "...", Redaction.shown("x".repeat(201)));
    }

    @Test
    void nothing_is_suggested_for_a_word_over_64_characters() {
        String longest = "x".repeat(64);
        assertEquals(Optional.of(longest), Nearest.to(longest, List.of(longest)));
        assertEquals(Optional.empty(), Nearest.to(longest + "x", List.of(longest)));
    }
}
