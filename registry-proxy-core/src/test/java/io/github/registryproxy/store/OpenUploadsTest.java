package io.github.registryproxy.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients begin uploads and leave: their files do not stay open. */
final class OpenUploadsTest {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    @TempDir
    private Path directory;

    private Set<Path> openFiles() throws IOException {
        Set<Path> open = new HashSet<>();
        try (Stream<Path> all = Files.list(DESCRIPTORS)) {
            for (Path one : all.toList()) {
                target(one).filter(file -> file.startsWith(directory)).ifPresent(open::add);
            }
        }
        return open;
    }

    private static Optional<Path> target(Path descriptor) throws IOException {
        try {
            return Optional.of(Files.readSymbolicLink(descriptor));
        } catch (NoSuchFileException e) {
            return Optional.empty(); // closed since it was listed
        }
    }

    @Test
    void at_most_64_idle_uploads_are_kept_open() throws IOException {
        assumeTrue(Files.isDirectory(DESCRIPTORS));
        try (DirectoryStore store = DirectoryStore.open(directory, Long.MAX_VALUE)) {
            int before = openFiles().size();
            List<Upload> busy = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                busy.add(store.uploads().start("app"));
            }
            for (int i = 0; i < 100; i++) {
                try (Upload upload = store.uploads().start("app")) {
                    upload.append(ByteBuffer.allocate(10));
                }
            }
            // One more: the last one that became idle is counted when the next is opened.
            Set<Path> open = openFiles();
            assertTrue(open.size() <= before + 10 + 64 + 1, () -> open.size() + " open files");
            for (Upload upload : busy) {
                upload.append(ByteBuffer.allocate(10));
                assertEquals(10, upload.size());
                upload.close();
            }
        }
    }
}
