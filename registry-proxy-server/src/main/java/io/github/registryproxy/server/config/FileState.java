package io.github.registryproxy.server.config;

import io.github.registryproxy.protocol.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What tells a file from what it was; of a file that cannot be read, nothing. */
record FileState(Optional<Digest> content) {
    private static final int MOST = 1024 * 1024 + 1;

    /** By its content, however old it says it is: a link that leads elsewhere, a copy with an old date. */
    static FileState of(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return new FileState(Optional.of(Digest.of(Digest.Algorithm.SHA256, in.readNBytes(MOST))));
        } catch (IOException e) {
            return new FileState(Optional.empty());
        }
    }
}
