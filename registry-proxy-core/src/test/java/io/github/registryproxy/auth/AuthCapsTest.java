package io.github.registryproxy.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.BodySource;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.document.TokenGrant;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.transport.AddressPolicy;
import io.github.registryproxy.transport.Transport;
import io.github.registryproxy.transport.TransportRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
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

    private static TokenQuestion question() {
        return new TokenQuestion(new Realm(URI.create("https://auth.example/token")), Optional.empty(), List.of());
    }

    @Test
    void token_answer_that_takes_over_20_seconds_is_a_timeout() {
        AtomicLong now = new AtomicLong();
        Transport slow = new Transport() {
            @Override
            public RegistryResponse send(TransportRequest request) {
                byte[] token = "{\"token\":\"t\"}".getBytes(StandardCharsets.UTF_8);
                BodySource source = new BodySource() {
                    private int at;

                    @Override
                    public @Nullable ByteBuffer read() {
                        now.addAndGet(Duration.ofSeconds(7).toNanos());
                        return at == token.length ? null : ByteBuffer.wrap(token, at++, 1);
                    }

                    @Override
                    public void close() {
                        at = token.length;
                    }
                };
                return RegistryResponse.of(200, Headers.EMPTY, Body.of(source, OptionalLong.empty()));
            }

            @Override
            public void close() {
                // holds nothing
            }
        };
        TokenClient client = new TokenClient(slow, () -> Instant.EPOCH, now::get);
        RegistryException late = assertThrows(
                RegistryException.class, () -> client.fetch(question(), Credentials.anonymous(), AddressPolicy.ANY));
        assertEquals(504, late.error().status());
    }

    @Test
    void at_most_10_000_tokens_are_kept() throws IOException {
        TokenCache cache = new TokenCache(() -> 0);
        int[] fetched = {0};
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 15_000; i++) {
                TokenCache.Key key = TokenCache.Key.of("https://r" + i, Credentials.anonymous(), question());
                cache.get(key, () -> Token.of(new TokenGrant("t" + fetched[0]++, Duration.ofHours(1)), 0));
            }
        }
        assertTrue(fetched[0] >= 15_000 + 5_000, fetched[0] + " fetched");
    }
}
