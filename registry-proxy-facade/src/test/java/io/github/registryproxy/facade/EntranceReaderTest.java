package io.github.registryproxy.facade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.facade.model.Entrance;
import io.github.registryproxy.facade.model.Grant;
import io.github.registryproxy.facade.model.OwnLogin;
import io.github.registryproxy.facade.model.Site;
import io.github.registryproxy.login.Who;
import io.github.registryproxy.protocol.Access;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EntranceReaderTest {
    private static final String USERS = "alice:$2y$05$fiQXjb5vDTnBW1aSlzlI5O/VSi/aA4akL7XE41OUFDfa1xK5Laqlu\n";

    @TempDir
    private Path dir;

    private String users;

    @BeforeEach
    void write() throws IOException {
        users = Files.writeString(dir.resolve("users"), USERS).toString();
    }

    private static Site read(String... settings) throws SettingException {
        Map<String, String> environment = new HashMap<>(Map.of("REGISTRY_HOST", "gcr.io"));
        for (int i = 0; i < settings.length; i += 2) {
            environment.put(settings[i], settings[i + 1]);
        }
        return new SettingsReader(new GivenSettings(List.of(SettingSource.environment(environment)))).read();
    }

    private static String refusal(String... settings) {
        return assertThrows(SettingException.class, () -> read(settings)).getMessage();
    }

    @Test
    void everybody_comes_in_and_takes_what_it_wants_unless_told_otherwise() throws SettingException {
        assertEquals(new Entrance(Optional.empty(), OptionalInt.empty(), OptionalLong.empty()), read().entrance());
        assertTrue(read().upstreams().get(0).clientsLogIn());
    }

    @Test
    void a_password_file_is_all_that_a_login_needs() throws SettingException {
        Site settings = read("HTPASSWD_FILE", users);
        OwnLogin login = settings.entrance().login().orElseThrow();
        assertTrue(login.tokens());
        assertEquals(List.of(new Grant(Who.loggedIn(), List.of(), List.of(), Set.of(Access.PULL))), login.grants());
        assertEquals(List.of(), login.tokenKeys());
        assertFalse(settings.upstreams().get(0).clientsLogIn(), "who has a login here shows it nowhere else");
        assertEquals(Optional.empty(), settings.browsers(), "strangers learn nothing of what is behind");
    }

    @Test
    void a_page_of_one_s_own_is_shown_to_strangers() throws SettingException {
        assertEquals(
                Optional.of(URI.create("https://example.com/docs")),
                read("HTPASSWD_FILE", users, "BROWSER_REDIRECT_TARGET", "https://example.com/docs")
                        .browsers());
    }

    @Test
    void the_first_key_signs_and_the_others_count_as_well() throws Exception {
        Path keys = Files.writeString(dir.resolve("keys"), "k".repeat(32) + "\n\n" + "o".repeat(40) + "\n");
        Site settings = read("HTPASSWD_FILE", users, "TOKEN_KEY_FILE", keys.toString());
        assertEquals(
                List.of("k".repeat(32), "o".repeat(40)),
                settings.entrance().login().orElseThrow().tokenKeys());
        assertFalse(settings.toString().contains("kkkk"), settings::toString);
    }

    @Test
    void limits_are_a_number_and_a_size() throws SettingException {
        Entrance entrance = read("RATE_LIMIT", "50", "BANDWIDTH_LIMIT", "10MiB").entrance();
        assertEquals(OptionalInt.of(50), entrance.requestsPerSecond());
        assertEquals(OptionalLong.of(10 * 1024 * 1024), entrance.bytesPerSecond());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "LOGIN_MODE | digest | LOGIN_MODE=digest (environment): expected token or basic",
                "ANONYMOUS_PULL | yes | ANONYMOUS_PULL=yes (environment): expected true or false",
                "RATE_LIMIT | 0 | RATE_LIMIT=0 (environment): expected a number from 1 to 1000000",
                "RATE_LIMIT | fast | RATE_LIMIT=fast (environment): expected a number",
                "BANDWIDTH_LIMIT | 1KiB | BANDWIDTH_LIMIT=1KiB (environment): expected a size per second from 64KiB",
                "HTPASSWD_FILE | /none | HTPASSWD_FILE=/none (environment): expected a file that can be read",
                "TOKEN_KEY_FILE | /none | TOKEN_KEY_FILE=/none (environment): expected a file, and there is none"
            })
    void what_is_wrong_is_told_in_one_line(String setting, String value, String expected) {
        String said = setting.equals("HTPASSWD_FILE")
                ? refusal(setting, value)
                : refusal("HTPASSWD_FILE", users, setting, value);
        assertTrue(said.startsWith(expected), said);
    }

    @Test
    void a_wrong_line_is_named_by_its_number_and_not_shown() throws IOException {
        Files.writeString(Path.of(users), USERS + "bob:hunter2\n");
        String said = refusal("HTPASSWD_FILE", users);
        assertTrue(said.contains("users, line 2: expected a bcrypt hash"), said);
        assertFalse(said.contains("hunter2"), said);
        assertEquals(1, said.lines().count());
    }

    @Test
    void a_short_key_is_refused_and_not_shown() throws IOException {
        Path keys = Files.writeString(dir.resolve("keys"), "hunter2\n");
        String said = refusal("HTPASSWD_FILE", users, "TOKEN_KEY_FILE", keys.toString());
        assertTrue(said.endsWith("expected a random key of 32 characters or more in each line"), said);
        assertFalse(said.contains("hunter2"), said);
    }

    @Test
    void what_goes_with_a_login_needs_one() {
        for (String setting : new String[] {"LOGIN_MODE", "ANONYMOUS_PULL", "TOKEN_KEY_FILE"}) {
            String said = refusal(setting, "true");
            assertEquals(setting + "=true (environment): expected HTPASSWD_FILE beside it", said);
        }
    }

    @Test
    void what_needs_tokens_contradicts_basic() {
        String said = refusal("HTPASSWD_FILE", users, "LOGIN_MODE", "basic", "ANONYMOUS_PULL", "true");
        assertEquals(
                "ANONYMOUS_PULL=true (environment) contradicts LOGIN_MODE=basic (environment): it needs tokens", said);
        assertTrue(refusal("HTPASSWD_FILE", users, "LOGIN_MODE", "basic", "TOKEN_KEY_FILE", "k")
                .startsWith("TOKEN_KEY_FILE=k (environment) contradicts LOGIN_MODE=basic"));
    }

    @Test
    void who_has_to_log_in_to_push_is_no_stranger() throws SettingException {
        Map<String, String> settings = Map.of(
                "REGISTRY_HOST", "https://r.example",
                "AUTH_HEADER", "Basic pwpw",
                "ENABLE_PUSH", "true",
                "HTPASSWD_FILE", users);
        try (Facade facade = Facade.of(SettingSource.environment(settings))) {
            assertEquals(List.of(), facade.warnings());
        }
    }

    @Test
    void limits_have_a_largest_value() throws SettingException {
        assertEquals(
                OptionalInt.of(1_000_000),
                read("RATE_LIMIT", "1000000").entrance().requestsPerSecond());
        refusal("RATE_LIMIT", "1000001");
        assertEquals(
                OptionalLong.of(1L << 40),
                read("BANDWIDTH_LIMIT", "1048576MiB").entrance().bytesPerSecond());
        refusal("BANDWIDTH_LIMIT", "1048577MiB");
    }

    @Test
    void file_of_a_setting_over_1_MiB_is_refused() throws IOException {
        String file = Files.writeString(dir.resolve("keys"), "x".repeat(1024 * 1024 + 1))
                .toString();
        String said = refusal("HTPASSWD_FILE", users, "TOKEN_KEY_FILE", file);
        assertTrue(said.contains("a file of at most 1048576 bytes"), said);
    }
}
