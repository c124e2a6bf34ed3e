package io.github.registryproxy.facade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.policy.Rules;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicySettingsTest {
    private static Settings.Policy read(String setting, String value) throws SettingException {
        SettingSource source = SettingSource.environment(Map.of("REGISTRY_HOST", "r.example.com", setting, value));
        return new SettingsReader(new GivenSettings(List.of(source))).read().policy();
    }

    @Test
    void everything_is_served_unless_something_is_said() throws SettingException {
        Settings.Policy policy = read("ALLOW_TAGS", " ");

        assertTrue(policy.tags().isEmpty());
        assertTrue(policy.repositories().isEmpty());
    }

    @Test
    void patterns_are_rules_in_their_order() throws SettingException {
        Rules tags = read("ALLOW_TAGS", "!*-rc*, release-*").tags().orElseThrow();
        assertTrue(tags.allows("release-1"));
        assertFalse(tags.allows("release-1-rc1"));
        assertFalse(tags.allows("dev"));

        Rules repositories =
                read("ALLOW_REPOSITORIES", "!**/secret*,**").repositories().orElseThrow();
        assertTrue(repositories.allows("team/app"));
        assertFalse(repositories.allows("team/secret-app"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ALLOW_TAGS | release/1 | 'release/1', character 8: expected letters",
                "ALLOW_TAGS | !dev | nothing is allowed",
                "ALLOW_REPOSITORIES | Team/* | 'Team/*', character 1: expected lower-case",
            })
    void a_pattern_that_is_none_is_refused_with_its_place(String setting, String value, String expected) {
        String message =
                assertThrows(SettingException.class, () -> read(setting, value)).getMessage();

        assertTrue(message.startsWith(setting + "=" + value), message);
        assertTrue(message.contains(expected), message);
        assertEquals(1, message.lines().count());
    }
}
