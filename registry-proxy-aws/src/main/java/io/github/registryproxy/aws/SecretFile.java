package io.github.registryproxy.aws;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Small files that whoever mounts them also rotates: read every time. */
final class SecretFile {
    private static final int LARGEST = 1024 * 1024;

    private SecretFile() {}

    static String read(String variable, String name) throws IOException {
        try {
            Path file = Path.of(name);
            if (Files.size(file) > LARGEST) {
                throw new IOException("the file of " + variable + " is larger than " + LARGEST + " bytes");
            }
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (InvalidPathException e) {
            throw new IOException("the file of " + variable + " has no possible name", e);
        }
    }
}
