package io.github.registryproxy.hosted;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Names of files that outlive a power failure, where the system can. */
final class Durable {
    private Durable() {}

    /** Makes the directories that a file stands in. */
    static void directories(Path file) throws IOException {
        Path directory = file.getParent();
        if (directory == null || Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        directories(directory);
        Files.createDirectories(directory);
        force(directory.getParent());
    }

    /** Puts the names in a directory on the disk. */
    static void force(@Nullable Path directory) {
        if (directory == null) {
            return;
        }
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            return; // some systems open no directory
        }
    }
}
