package io.github.registryproxy.facade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.facade.model.Admission;
import io.github.registryproxy.facade.model.Site;
import io.github.registryproxy.policy.Rules;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicySettingsTest {
    private static Admission read(String setting, String value) throws SettingException {
        SettingSource source = SettingSource.environment(Map.of("REGISTRY_HOST", "r.example.com", setting, value));
        return new SettingsReader(new GivenSettings(List.of(source)))
                .read()
                .routes()
                .get(0)
                .admission();
    }

    @Test
    void everything_is_served_unless_something_is_said() throws SettingException {
        Admission policy = read("ALLOW_TAGS", " ");

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

    @Test
    void platforms_are_a_list() throws SettingException {
        assertEquals(
                "[linux/amd64, linux/arm/v7]",
                read("ALLOW_PLATFORMS", "linux/amd64, linux/arm/v7").platforms().toString());
    }

    @Test
    void the_keys_of_a_file_are_named_by_it(@TempDir Path directory) throws Exception {
        StringBuilder pem = new StringBuilder();
        for (String algorithm : List.of("EC", "Ed25519")) {
            PublicKey key =
                    KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPublic();
            pem.append("-----BEGIN PUBLIC KEY-----\n")
                    .append(Base64.getMimeEncoder().encodeToString(key.getEncoded()))
                    .append("\n-----END PUBLIC KEY-----\n");
        }
        Path file = Files.writeString(directory.resolve("release.pub"), pem);

        assertEquals(
                "[release.pub #1, release.pub #2]",
                read("SIGNATURE_KEYS", file.toString()).signatureKeys().toString());
    }

    @Test
    void an_age_is_remembered_in_a_directory_or_not_at_all(@TempDir Path directory) throws Exception {
        SettingSource source = SettingSource.environment(
                Map.of("REGISTRY_HOST", "r.example.com", "MINIMUM_AGE", "7d", "CACHE_DIR", directory + "/cache"));
        Site settings = new SettingsReader(new GivenSettings(List.of(source))).read();
        assertEquals(
                Optional.of(Duration.ofDays(7)),
                settings.routes().get(0).admission().minimumAge());

        assertEquals(
                "MINIMUM_AGE=7d (environment): expected CACHE_DIR beside it, where first requests are remembered",
                assertThrows(SettingException.class, () -> read("MINIMUM_AGE", "7d"))
                        .getMessage());
    }

    @Test
    void what_holds_no_public_key_is_refused(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("none.pub"), "nothing");
        String message = assertThrows(SettingException.class, () -> read("SIGNATURE_KEYS", file.toString()))
                .getMessage();
        assertTrue(message.contains("expected a PEM file with public keys, such as cosign.pub: "), message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ALLOW_TAGS | release/1 | 'release/1', character 8: expected letters",
                "ALLOW_TAGS | !dev | nothing is allowed",
                "ALLOW_PLATFORMS | linux | expected platforms, but",
                "ALLOW_REPOSITORIES | Team/* | 'Team/*', character 1: expected lower-case",
            })
    void a_pattern_that_is_none_is_refused_with_its_place(String setting, String value, String expected) {
        String message =
                assertThrows(SettingException.class, () -> read(setting, value)).getMessage();

        assertTrue(message.startsWith(setting + "=" + value), message);
        assertTrue(message.contains(expected), message);
        assertEquals(1, message.lines().count());
    }

    @Test
    void minimum_age_is_ten_years_at_most(@TempDir Path directory) throws SettingException {
        for (String age : List.of("3650d", "3651d")) {
            SettingSource source = SettingSource.environment(
                    Map.of("REGISTRY_HOST", "r.example.com", "MINIMUM_AGE", age, "CACHE_DIR", directory + "/cache"));
            SettingsReader reader = new SettingsReader(new GivenSettings(List.of(source)));
            if (age.equals("3650d")) {
                reader.read();
            } else {
                assertThrows(SettingException.class, reader::read);
            }
        }
    }
}
