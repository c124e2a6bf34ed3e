package io.github.registryproxy.tests.real;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files of an image with a Java and a shell, made of what this machine has: no registry is asked for one. */
final class JavaImage {
    /** Where {@code java} is, and the shell. */
    static final String PATH = "/opt/java/bin:/bin";

    private static final String MODULES = String.join(
            ",",
            "java.logging",
            "java.management",
            "java.naming",
            "java.net.http",
            "java.sql",
            "java.xml",
            "jdk.crypto.ec",
            "jdk.management",
            "jdk.net",
            "jdk.unsupported",
            "jdk.zipfs");
    private static final Pattern LIBRARY = Pattern.compile("(?<=\\s)/\\S+");

    private final Path root;

    /** @param root a directory, which becomes the image's */
    JavaImage(Path root) {
        this.root = root;
    }

    void make(Path javaHome) throws IOException {
        Path java = root.resolve("opt/java");
        Files.createDirectories(java.getParent());
        Command.run(
                        Duration.ofMinutes(1),
                        javaHome.resolve("bin/jlink").toString(),
                        "--add-modules",
                        MODULES,
                        "--strip-debug",
                        "--no-header-files",
                        "--no-man-pages",
                        "--output",
                        java.toString())
                .succeeded();
        Files.createDirectories(root.resolve("tmp"));
        List<Path> linked = new ArrayList<>(List.of(java.resolve("bin/java")));
        try (Stream<Path> files = Files.walk(java.resolve("lib"))) {
            files.filter(file -> file.toString().endsWith(".so")).forEach(linked::add);
        }
        for (String program : List.of("/bin/sh", "/bin/mkdir", "/bin/chown")) {
            linked.add(copy(Path.of(program)));
        }
        for (String library : libraries(linked)) {
            if (!library.startsWith(root.toString())) {
                copy(Path.of(library));
            }
        }
    }

    private static Set<String> libraries(List<Path> linked) throws IOException {
        List<String> ldd = new ArrayList<>(List.of("ldd"));
        linked.forEach(file -> ldd.add(file.toString()));
        Set<String> libraries = new TreeSet<>();
        String needed =
                Command.run(Duration.ofMinutes(1), ldd.toArray(String[]::new)).succeeded();
        needed.lines()
                .filter(line -> !line.endsWith(":"))
                .forEach(line -> LIBRARY.matcher(line).results().forEach(match -> libraries.add(match.group())));
        return libraries;
    }

    /** To the same place; links are followed. */
    private Path copy(Path file) throws IOException {
        Path target = root.resolve(Path.of("/").relativize(file));
        Files.createDirectories(target.getParent());
        return Files.copy(file.toRealPath(), target);
    }
}
