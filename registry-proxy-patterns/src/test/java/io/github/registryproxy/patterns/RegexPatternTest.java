package io.github.registryproxy.patterns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RegexPatternTest {
    @ParameterizedTest
    @CsvSource({
        "release-\\d+, release-12, true",
        "release-\\d+, release-, false",
        "release-\\d+, my-release-12, false",
        "release-\\d+, release-12-rc, false",
        "a|b, b, true",
        "a|b, ab, false",
        "^a$, a, true",
        "(?i)latest, LATEST, true",
        "team/(app|db), team/db, true",
        "team/.*, teams/db, false",
    })
    void a_name_matches_as_a_whole_or_not(String regex, String name, boolean matches) {
        assertEquals(matches, RegexPattern.of(regex).matches(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"(a+)+", "(a|a)*", "(a|aa)+", "(.*)*.*"})
    @Timeout(value = 20, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
    void no_name_takes_for_ever_however_the_expression_is_nested(String regex) {
        String run = "a".repeat(10_000);
        assertTrue(RegexPattern.of(regex).matches(run));
        assertFalse(RegexPattern.of(regex + "b").matches(run + "c"));
    }

    @ParameterizedTest
    @CsvSource({
        "'release-(\\d+', '''release-(\\d+'': expected', missing closing )",
        "'release-[z-a]', '''release-[z-a]'', character 10: expected', invalid character class range",
        "'rc**', '''rc**'', character 3: expected', invalid nested repetition operator",
        "'a(?=b)', '''a(?=b)'', character 2: expected', invalid or unsupported Perl syntax",
        "'(a)\\1', '''(a)\\1'', character 4: expected', invalid escape sequence",
        "'a{9999}', '''a{9999}'', character 2: expected', invalid repeat count",
        "'((a{50}){50}){50}', '''((a{50}){50}){50}'': expected at most 10000 steps', repeat less often",
    })
    void what_is_none_is_refused_with_the_place_where_it_is_known(String regex, String begin, String reason) {
        String message = assertThrows(IllegalArgumentException.class, () -> RegexPattern.of(regex))
                .getMessage();
        assertTrue(message.startsWith(begin), message);
        assertTrue(message.contains(reason), message);
    }

    @Test
    void an_expression_has_bounds() {
        assertThrows(IllegalArgumentException.class, () -> RegexPattern.of(""));
        assertThrows(IllegalArgumentException.class, () -> RegexPattern.of("a".repeat(1025)));
    }

    @Test
    void it_prints_as_it_was_written() {
        assertEquals("release-\\d+", RegexPattern.of("release-\\d+").toString());
    }

    @Test
    void expression_has_at_most_10_000_steps() {
        RegexPattern.of("(a{90}){100}");
        assertThrows(IllegalArgumentException.class, () -> RegexPattern.of("(a{110}){100}"));
    }
}
