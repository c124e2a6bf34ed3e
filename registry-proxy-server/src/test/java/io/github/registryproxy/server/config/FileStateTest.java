package io.github.registryproxy.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStateTest {
    @TempDir
    private Path directory;

    private FileState of(String content) throws IOException {
        return FileState.of(Files.writeString(directory.resolve("file"), content));
    }

    @Test
    void file_is_told_apart_by_its_first_mebibyte_and_one_byte() throws IOException {
        String read = "x".repeat(1024 * 1024 + 1);
        assertEquals(of(read), of(read + "y"));
        assertNotEquals(of(read), of(read.substring(1) + "y"));
    }
}
