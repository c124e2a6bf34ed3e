package io.github.registryproxy.patterns;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.registryproxy.policy.Globs;
import io.github.registryproxy.policy.Rules;
import io.github.registryproxy.policy.Rules.Verdict;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RulesOfPatternsTest {
    // region rules
    private static final Rules RULES = Rules.builder()
            .deny(SemverPattern.of("1.4.2"))
            .allow(SemverPattern.of(">=1.2 <2"))
            .deny(Globs.tag("*-rc*"))
            .allow(RegexPattern.of("release-\\d{8}(-.*)?"))
            .allow(Globs.tag("stable"))
            .otherwiseDeny();
    // endregion

    @ParameterizedTest
    @CsvSource({
        "1.4.2, false, !1.4.2",
        "v1.4.2, false, !1.4.2",
        "1.4.3, true, >=1.2 <2",
        "1.5.0-rc1, false, !*-rc*",
        "release-20261120, true, release-\\d{8}(-.*)?",
        "release-20261120-hotfix, true, release-\\d{8}(-.*)?",
        "release-20261120-rc1, false, !*-rc*",
        "stable, true, stable",
        "2.0.0, false, no rule allows it",
        "latest, false, no rule allows it",
    })
    void the_first_pattern_that_matches_decides_whatever_its_kind(String tag, boolean allowed, String rule) {
        assertEquals(new Verdict(allowed, rule), RULES.decide(tag));
    }
}
