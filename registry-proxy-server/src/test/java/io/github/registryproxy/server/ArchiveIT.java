package io.github.registryproxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A class-data archive made by {@code train}, with the options that the guide names for this JVM. */
class ArchiveIT {
    private static final Pattern PORT = Pattern.compile("localhost:(\\d+)/v2/");
    private static final boolean AOT = Runtime.version().feature() >= 25;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void classes_of_a_server_that_serves_come_from_the_archive(@TempDir Path directory) throws Exception {
        Path archive = directory.resolve("archive");
        Path made = directory.resolve("made");
        Process training = start(made, (AOT ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=") + archive, "train");
        assertEquals(0, training.waitFor(), () -> read(made));

        Path loaded = directory.resolve("loaded");
        Process server = start(
                directory.resolve("log"),
                (AOT ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=") + archive,
                "-Xlog:class+load:file=" + loaded,
                "demo");
        try (BufferedReader out = server.inputReader()) {
            int port = port(out);
            String answer = Wire.ask(
                    port, "GET /v2/hello/manifests/dev HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
        }
        server.toHandle().destroy();
        assertEquals(0, server.waitFor());

        List<String> ours = Files.readAllLines(loaded).stream()
                .filter(line -> line.contains(" io.github.registryproxy.") && !line.contains("Lambda"))
                .toList();
        List<String> others = ours.stream()
                .filter(line -> !line.contains("shared objects file"))
                .toList();
        assertTrue(ours.size() > 200, () -> "only " + ours.size() + " classes of ours");
        // Those of the demo itself are not what it is trained for.
        assertTrue(others.size() < ours.size() / 20, others::toString);
    }

    /** Its own options, and its command, which is the last. */
    private Process start(Path errors, String... options) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options).subList(0, options.length - 1));
        command.addAll(List.of("-jar", System.getProperty("rp.server.jar"), options[options.length - 1]));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "HOST"));
        builder.environment().put("PORT", "0");
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private static int port(BufferedReader output) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher port = PORT.matcher(line);
            if (port.find()) {
                return Integer.parseInt(port.group(1));
            }
        }
        throw new IOException("the process ended without a port");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
