package io.github.registryproxy.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files whose time lies in the future, since the clock was wrong when they were written. */
final class SetBackClockTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    private Path directory;

    private DirectoryStore open(Instant now) throws IOException {
        DirectoryStore store =
                DirectoryStore.open(directory, DirectoryStore.LEAST_CAPACITY, Clock.fixed(now, ZoneOffset.UTC));
        store.awaitRead();
        return store;
    }

    @Test
    void use_gives_a_file_of_the_future_the_time_of_now() throws IOException {
        Sample sample = Sample.of(1, 1000);
        Path file = directory
                .resolve("sha256")
                .resolve(sample.digest().encoded().substring(0, 2))
                .resolve(sample.digest().encoded());
        try (DirectoryStore store = open(NOW)) {
            sample.putInto(store);
        }
        Files.setLastModifiedTime(file, FileTime.from(NOW.plus(Duration.ofDays(400))));

        try (DirectoryStore store = open(NOW)) {
            store.open(sample.digest()).orElseThrow().close();
            assertEquals(FileTime.from(NOW), Files.getLastModifiedTime(file));
        }
    }
}
