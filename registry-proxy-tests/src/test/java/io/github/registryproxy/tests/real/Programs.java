package io.github.registryproxy.tests.real;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/** The programs of this machine, and the files of this build. */
final class Programs {
    private Programs() {}

    /** Skips the caller when one is missing, or fails it under {@code -Dregistryproxy.strict=true}. */
    static void require(List<String> names) {
        List<String> missing = names.stream().filter(name -> !isInstalled(name)).toList();
        if (missing.isEmpty()) {
            return;
        }
        String reason = "not installed: " + String.join(", ", missing);
        if (Boolean.getBoolean("registryproxy.strict")) {
            throw new AssertionError(reason);
        }
        throw new TestAbortedException(reason);
    }

    /** The Java that runs our server: {@code -Dregistryproxy.java}, a path of the command, else the one of this JVM. */
    static String java() {
        return System.getProperty(
                "registryproxy.java",
                Path.of(System.getProperty("java.home"), "bin", "java").toString());
    }

    /** The JAVA_HOME of {@link #java()}. */
    static Path javaHome() {
        return Path.of(java()).toAbsolutePath().getParent().getParent();
    }

    /** A file of this build, named by the system property that Maven sets. */
    static Path built(String property) {
        String path = System.getProperty(property);
        if (path == null || !Files.exists(Path.of(path))) {
            throw new AssertionError(property + " names no file: " + path);
        }
        return Path.of(path).toAbsolutePath().normalize();
    }

    private static boolean isInstalled(String name) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(Path::of)
                .anyMatch(directory -> Files.isExecutable(directory.resolve(name)));
    }
}
