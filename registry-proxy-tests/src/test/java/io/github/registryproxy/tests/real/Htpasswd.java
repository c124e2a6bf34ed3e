package io.github.registryproxy.tests.real;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;

/** A password file for one user, by Apache's program. */
final class Htpasswd {
    private Htpasswd() {}

    /** Makes it, or puts another one in its place at once. */
    static void write(Path file, String user, String password) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Command.run(Duration.ofSeconds(30), "htpasswd", "-Bbc", next.toString(), user, password)
                .succeeded();
        if (Files.exists(file)) {
            // docker-registry tells files apart by their times, which may be the same within a tick of the file system.
            Files.setLastModifiedTime(
                    next,
                    FileTime.from(Files.getLastModifiedTime(file).toInstant().plusSeconds(1)));
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
