package io.github.registryproxy.store;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A file system of 6 MiB for each test, which only root may mount. */
public final class SmallDisk implements BeforeEachCallback, AfterEachCallback {
    public static final int MIB = 1024 * 1024;

    private Path directory;
    private boolean mounted;

    public Path directory() {
        return directory;
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false; // no such command
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) throws Exception {
        directory = Files.createTempDirectory("small");
        mounted = run("mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", directory.toString());
        Assumptions.assumeTrue(mounted, "a small file system cannot be mounted here: needs root");
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        assertTrue(!mounted || run("umount", directory.toString()));
        Files.delete(directory);
    }
}
