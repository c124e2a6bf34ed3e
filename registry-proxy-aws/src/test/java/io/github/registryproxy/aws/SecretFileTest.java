package io.github.registryproxy.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SecretFileTest {
    @TempDir
    private Path directory;

    private String read(int size) throws IOException {
        Path file = Files.writeString(directory.resolve("token"), "t".repeat(size));
        return SecretFile.read("AWS_WEB_IDENTITY_TOKEN_FILE", file.toString());
    }

    @Test
    void file_over_1_MiB_is_refused() throws IOException {
        assertEquals(1024 * 1024, read(1024 * 1024).length());
        assertThrows(IOException.class, () -> read(1024 * 1024 + 1));
    }
}
