package io.github.registryproxy.patterns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SemverPatternTest {
    @ParameterizedTest
    @CsvSource({
        ">=1.2 <2, 1.2.0 1.9.9 v1.3.0, 1.1.9 2.0.0",
        ">1.2 <=1.4, 1.3.0 1.4.9, 1.2.9 1.5.0",
        ">1.2.3, 1.2.4 2.0.0, 1.2.3",
        "<=1.2.3, 1.2.3 0.0.1, 1.2.4",
        "<1.2, 1.1.9 0.0.0, 1.2.0",
        "=1.2.3, 1.2.3 v1.2.3, 1.2.4",
        "1.2.3, 1.2.3, 1.2.4",
        "v1.2, 1.2.0 1.2.9, 1.3.0",
        "1, 1.0.0 1.9.0, 0.9.0 2.0.0",
        "1.x, 1.0.0 1.9.0, 0.9.0 2.0.0",
        "1.2.*, 1.2.0 1.2.9, 1.1.0 1.3.0",
        "^1.2, 1.2.0 1.9.0, 1.1.0 2.0.0",
        "^0.2.3, 0.2.3 0.2.9, 0.2.2 0.3.0",
        "^0.0.3, 0.0.3, 0.0.2 0.0.4",
        "^0, 0.0.0 0.9.0, 1.0.0",
        "^0.0, 0.0.0 0.0.9, 0.1.0",
        "~1.2.3, 1.2.3 1.2.9, 1.2.2 1.3.0",
        "~1.2, 1.2.0 1.2.9, 1.3.0",
        "~1, 1.0.0 1.9.9, 2.0.0",
        "^1.2 <1.5, 1.2.0 1.4.9, 1.1.0 1.5.0",
        "1.x || >=3.1 <4||7, 1.5.0 3.1.0 7.7.7, 2.0.0 3.0.0 4.0.0",
        "*, 0.0.0 999999999.1.1, 1.0.0-rc.1",
        ">=1.2.3-rc.2 <2, 1.2.3-rc.2 1.2.3-rc.10 1.2.3 1.9.0, 1.2.3-rc.1 1.3.0-rc.3 2.0.0",
    })
    void a_version_is_in_a_range_or_not(String range, String inside, String outside) {
        SemverPattern pattern = SemverPattern.of(range);
        for (String version : inside.split(" ")) {
            assertTrue(pattern.matches(version), version);
        }
        for (String version : outside.split(" ")) {
            assertFalse(pattern.matches(version), version);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "latest",
                "1",
                "1.2",
                "1.2.3.4",
                "01.2.3",
                "1.02.3",
                "V1.2.3",
                "vv1.2.3",
                "=1.2.3",
                " 1.2.3",
                "1.2.3 ",
                "1.2.3\n",
                "\t1.2.3",
                "release-1.2.3",
                "1.2.3_build",
                "1.2.3-",
                "1.2.3-rc..1",
                "99999999999.0.0"
            })
    void a_tag_that_is_no_version_is_in_no_range(String tag) {
        assertFalse(SemverPattern.of("*").matches(tag));
        assertFalse(SemverPattern.of(">=0.0.0-0").matches(tag));
    }

    @Test
    @Timeout(value = 20, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
    void no_tag_takes_for_ever() {
        SemverPattern pattern = SemverPattern.of("*");
        for (String part : List.of("1", "1-", "-", "1.", "a1.")) {
            assertFalse(pattern.matches("1.0.0-" + part.repeat(1_000_000) + "_"));
            for (int i = 0; i < 1000; i++) {
                assertFalse(pattern.matches("1.0.0-" + part.repeat(120 / part.length()) + "_"));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', 1, a version",
        "' ', 2, a version",
        "latest, 1, a version",
        "x, 1, a version",
        ">, 2, a version",
        "'>= 1.2', 3, a version",
        "=>1.2, 2, a version",
        ">=1.2 <, 8, a version",
        ">=1.2 foo, 7, a version",
        "'>=1.2,<2', 6, a version",
        "'[1.2,2)', 1, a version",
        "1.2.3.4, 6, a version",
        "1..2, 3, a version",
        "01.2, 1, a version",
        "99999999999, 1, a version",
        "1.2.3+build, 6, a version",
        "1.2.3-rc..1, 7, a pre-release",
        "1.2.3-, 7, a pre-release",
        "1.2-rc, 4, a version",
        "1.x.3, 4, nothing behind a wildcard",
        ">*, 2, a version",
        "*1, 2, a space or '||'",
        "'1 || ', 6, a version",
        "1 ||, 5, a version",
        "1 | 2, 3, a space or '||'",
        "1.2 - 1.4, 5, a version",
    })
    void what_is_no_range_is_refused_with_its_place(String range, int position, String expected) {
        String message = assertThrows(IllegalArgumentException.class, () -> SemverPattern.of(range))
                .getMessage();
        assertTrue(message.startsWith("'" + range + "', character " + position + ": expected " + expected), message);
    }

    @Test
    void a_range_has_a_longest() {
        assertThrows(IllegalArgumentException.class, () -> SemverPattern.of("1 ".repeat(128) + "1"));
    }

    @Test
    void it_prints_as_it_was_written() {
        assertEquals(">=1.2 <2", SemverPattern.of(">=1.2 <2").toString());
    }
}
