package io.github.registryproxy.login;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.RegistryRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What strangers present and operators write is read up to a length. */
final class LoginCapsTest {
    @TempDir
    private Path directory;

    private static boolean isReadable(Presented presented) {
        return presented.proof().isPresent();
    }

    private static Presented bearer(int length) {
        RegistryRequest request = Requests.get("/v2/")
                .withHeaders(headers ->
                        headers.with(HeaderNames.AUTHORIZATION, "Bearer " + "t".repeat(length - "Bearer ".length())));
        return Presented.by(request);
    }

    @Test
    void authorization_over_16_KiB_is_not_read() {
        assertTrue(isReadable(bearer(16 * 1024)));
        assertFalse(isReadable(bearer(16 * 1024 + 1)));
    }

    @Test
    void name_has_at_most_255_characters_and_password_16_KiB() {
        assertTrue(isReadable(Presented.password("n".repeat(255), "p".repeat(16 * 1024))));
        assertFalse(isReadable(Presented.password("n".repeat(256), "p")));
        assertFalse(isReadable(Presented.password("n", "p".repeat(16 * 1024 + 1))));
    }

    @Test
    void password_file_over_4_MiB_is_refused() throws IOException {
        Path file = directory.resolve("users");
        String line = "alice:$2y$05$" + "a".repeat(53) + "\n#";
        Files.writeString(file, line + "x".repeat(4 * 1024 * 1024 - line.length()));
        Htpasswd.of(file);
        Files.writeString(file, line + "x".repeat(4 * 1024 * 1024 + 1 - line.length()));
        assertThrows(IllegalArgumentException.class, () -> Htpasswd.of(file));
    }
}
