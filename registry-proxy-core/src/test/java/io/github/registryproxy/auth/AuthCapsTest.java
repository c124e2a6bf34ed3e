package io.github.registryproxy.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.document.TokenGrant;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What token servers, helpers and files may say is bounded, and so is how long it is believed. */
class AuthCapsTest {
    @TempDir
    private Path directory;

    private static long nanos(Duration time) {
        return time.toNanos();
    }

    @Test
    void token_is_used_for_a_day_at_most() {
        Token token = Token.of(new TokenGrant("t", Duration.ofDays(400)), 0);
        assertTrue(token.isUsable(nanos(Duration.ofDays(1).minusSeconds(2))));
        assertFalse(token.isUsable(nanos(Duration.ofDays(1))));
    }

    @Test
    void credentials_are_used_for_a_day_at_most() {
        HeldCredentials held = held(Duration.ofDays(400));
        assertTrue(held.isUsable(nanos(Duration.ofHours(22))));
        assertFalse(held.isUsable(nanos(Duration.ofDays(1))));
    }

    @Test
    void credentials_are_refreshed_10_seconds_before_their_end_at_least() {
        HeldCredentials held = held(Duration.ofSeconds(30));
        assertFalse(held.isDue(nanos(Duration.ofSeconds(19))));
        assertTrue(held.isDue(nanos(Duration.ofSeconds(20))));
    }

    private static HeldCredentials held(Duration lifetime) {
        return HeldCredentials.of(new RefreshingCredentials.Lease(Credentials.header("Basic eDp5"), lifetime), 0);
    }

    @Test
    void realm_over_2048_characters_is_no_realm() {
        String start = "https://auth.example/";
        String longest = start + "a".repeat(2048 - start.length());
        assertTrue(Realm.parse(longest).isPresent());
        assertEquals(Optional.empty(), Realm.parse(longest + "a"));
    }

    @Test
    void secret_file_over_64_KiB_is_refused() throws IOException {
        Path file = directory.resolve("secret");
        Files.writeString(file, "s".repeat(64 * 1024));
        assertEquals(64 * 1024, new WatchedFile(file).text().length());
        Files.writeString(file, "s".repeat(64 * 1024 + 1));
        assertThrows(IOException.class, () -> new WatchedFile(file).text());
    }

    @Test
    void docker_config_over_1_MiB_is_refused() throws IOException {
        String config = "{\"auths\":{}}";
        Path file = directory.resolve("config.json");
        Files.writeString(file, config + " ".repeat(1024 * 1024 - config.length()));
        DockerConfigCredentials.builder(URI.create("https://r.example"), file).build();
        Files.writeString(file, config + " ".repeat(1024 * 1024 + 1 - config.length()));
        assertThrows(
                Exception.class,
                () -> DockerConfigCredentials.builder(URI.create("https://r.example"), file)
                        .build());
    }
}
