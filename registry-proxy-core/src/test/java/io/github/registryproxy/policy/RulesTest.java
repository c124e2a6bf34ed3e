package io.github.registryproxy.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RulesTest {
    @ParameterizedTest
    @CsvSource({
        "release-*, release-1, true",
        "release-*, release-, true",
        "release-*, my-release-1, false",
        "release-*, release, false",
        "*, anything, true",
        "v?, v1, true",
        "v?, v, false",
        "v?, v12, false",
        "*-rc*, 1.0-rc1, true",
        "1.*.?, 1.22.3, true",
        "1.*.?, 1.22.33, false",
        "latest, latest, true",
        "latest, LATEST, false",
    })
    void a_tag_matches_as_the_wildcards_say(String pattern, String tag, boolean matches) {
        assertEquals(matches, Globs.tag(pattern).matches(tag));
    }

    @ParameterizedTest
    @CsvSource({
        "team/*, team/app, true",
        "team/*, team, false",
        "team/*, team/app/db, false",
        "team/**, team/app, true",
        "team/**, team/app/db, true",
        "team/**, team, false",
        "team/**, teams/app, false",
        "**, a/b/c, true",
        "*, a, true",
        "*, a/b, false",
        "**/secret*, secret, true",
        "**/secret*, secret-1, true",
        "**/secret*, a/b/secret-1, true",
        "**/secret*, a/xsecret, false",
        "**/secret*, secret/app, false",
        "a/**/z, a/z, true",
        "a/**/z, a/b/c/z, true",
        "a/**/z, a/bz, false",
        "a**z, a/b/z, true",
        "?/b, a/b, true",
        "a?b, a/b, false",
    })
    void a_repository_matches_as_the_wildcards_say(String pattern, String name, boolean matches) {
        assertEquals(matches, Globs.repository(pattern).matches(name));
    }

    @Test
    void a_glob_means_what_the_same_regular_expression_means() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            String pattern = text(random, "ab*?", 6);
            String name = text(random, "ab", 7);
            String regex = pattern.replace("*", ".*").replace("?", ".");
            assertEquals(Pattern.matches(regex, name), Globs.tag(pattern).matches(name), pattern + " " + name);
        }
    }

    private static String text(Random random, String letters, int longest) {
        StringBuilder text = new StringBuilder();
        int length = 1 + random.nextInt(longest);
        for (int i = 0; i < length; i++) {
            text.append(letters.charAt(random.nextInt(letters.length())));
        }
        return text.toString();
    }

    @Test
    void no_name_makes_a_pattern_slow() {
        String pattern = "a*".repeat(127) + "b";
        String name = "a".repeat(255);

        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            for (int i = 0; i < 100; i++) {
                assertFalse(Globs.tag(pattern).matches(name));
            }
        });
    }

    @ParameterizedTest
    @CsvSource({
        "rel ease, 4, letters",
        "'rel[0-9]', 4, letters",
        "a/b, 2, letters",
        "!a, 1, letters",
        ".a, 1, may begin with",
        "-a, 1, may begin with",
    })
    void a_pattern_no_tag_can_match_is_refused_with_its_place(String pattern, int character, String expected) {
        String message = assertThrows(IllegalArgumentException.class, () -> Globs.tag(pattern))
                .getMessage();

        assertTrue(message.startsWith("'" + pattern + "', character " + character + ": expected "), message);
        assertTrue(message.contains(expected), message);
    }

    @ParameterizedTest
    @CsvSource({
        "Team/*, 1, lower-case",
        "/team, 1, both sides",
        "team/, 5, both sides",
        "a//b, 3, both sides",
        "a***, 4, two across",
        "-a, 1, begins and ends",
        "a., 2, begins and ends",
        "a:b, 2, lower-case",
    })
    void a_pattern_no_repository_can_match_is_refused_with_its_place(String pattern, int character, String expected) {
        String message = assertThrows(IllegalArgumentException.class, () -> Globs.repository(pattern))
                .getMessage();

        assertTrue(message.startsWith("'" + pattern + "', character " + character + ": expected "), message);
        assertTrue(message.contains(expected), message);
    }

    @Test
    void an_empty_pattern_and_one_too_long_are_refused() {
        assertThrows(IllegalArgumentException.class, () -> Globs.tag(""));
        assertThrows(IllegalArgumentException.class, () -> Globs.repository("a".repeat(257)));
    }

    @Test
    void the_first_rule_that_matches_decides_and_is_named() {
        Rules rules = Rules.ofTags("!*-rc*", "release-*", "!*");

        assertEquals(new Rules.Verdict(true, "release-*"), rules.decide("release-1"));
        assertEquals(new Rules.Verdict(false, "!*-rc*"), rules.decide("release-1-rc2"));
        assertEquals(new Rules.Verdict(false, "!*"), rules.decide("dev"));
    }

    @Test
    void what_no_rule_matches_is_decided_by_the_default() {
        Rules.Builder rules = Rules.builder().deny(Globs.tag("dev"));

        assertTrue(rules.otherwiseAllow().allows("1"));
        assertFalse(rules.otherwiseDeny().allows("1"));
        assertEquals(
                new Rules.Verdict(false, "no rule allows it"),
                Rules.ofTags("1.0").decide("dev"));
    }

    @Test
    void a_list_that_allows_nothing_is_a_mistake() {
        assertThrows(IllegalArgumentException.class, () -> Rules.ofTags("!dev"));
        assertThrows(IllegalArgumentException.class, Rules::ofRepositories);
    }
}
