package io.github.registryproxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.facade.Setting;
import io.github.registryproxy.protocol.Digest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar as users start it, in a process of its own. */
class RunnableJarIT {
    private static final Pattern PORT = Pattern.compile("listens on port (\\d+),|curl http://localhost:(\\d+)/");

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void a_missing_setting_is_one_line_and_exit_2() throws Exception {
        Process process = start(Map.of(), true);

        List<String> said = lines(process);

        assertEquals(1, said.size(), said::toString);
        assertTrue(said.get(0).startsWith("registry-proxy: REGISTRY_HOST is missing"), said::toString);
        assertEquals(2, process.waitFor());
    }

    @Test
    void the_version_is_that_of_the_build() throws Exception {
        Process process = start(Map.of(), true, "--version");

        assertTrue(lines(process).get(0).matches("registry-proxy \\d+\\.\\d+.*"));
        assertEquals(0, process.waitFor());
    }

    @Test
    void the_demo_says_what_to_type_and_ends_with_0() throws Exception {
        Process process = start(Map.of(), false, "demo", "--port", "0");
        BufferedReader out = process.inputReader();

        int port = port(out);
        String answer = Wire.ask(port, get("/v2/hello/manifests/release-1"));
        process.toHandle().destroy(); // SIGTERM; its streams stay open

        assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
        assertEquals(0, process.waitFor());
        List<String> log = process.errorReader().lines().toList();
        assertTrue(
                log.stream().allMatch(line -> line.matches("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z INFO .*")), log::toString);
        assertTrue(log.stream().anyMatch(line -> line.contains("GET PullManifest hello release-1 200")), log::toString);
    }

    @Test
    void a_pull_that_runs_when_the_signal_comes_is_finished_and_then_the_exit_code_is_0() throws Exception {
        byte[] blob = new byte[2_000_000];
        Arrays.fill(blob, (byte) 'x');
        Digest digest = Digest.of(Digest.Algorithm.SHA256, blob);
        CountDownLatch release = new CountDownLatch(1);
        try (ServerSocket registry = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> upstream = CompletableFuture.runAsync(() -> halfThenWhole(registry, blob, release));
            Process process =
                    start(Map.of("REGISTRY_HOST", "http://127.0.0.1:" + registry.getLocalPort(), "PORT", "0"), false);
            BufferedReader log = process.errorReader();
            try (Wire client = new Wire(port(log))) {
                client.send(get("/v2/app/blobs/" + digest));
                client.until("xxxx");

                process.toHandle().destroy(); // SIGTERM; its streams stay open
                until(log, "told to stop");
                release.countDown();

                String rest = client.all();
                assertEquals(blob.length - 4, rest.length());
            }
            upstream.join();
            assertEquals(0, process.waitFor());
        }
    }

    @Test
    void a_command_reaches_the_server_that_has_the_cache_which_takes_its_socket_with_it(@TempDir Path directory)
            throws Exception {
        Map<String, String> environment =
                Map.of("REGISTRY_HOST", "http://127.0.0.1:1", "PORT", "0", "CACHE_DIR", directory.toString());
        Process server = start(environment, false);
        port(server.errorReader());

        Process command = start(environment, true, "cache", "status");
        List<String> said = lines(command);
        server.toHandle().destroy(); // SIGTERM

        assertEquals("server: running", said.get(0), said::toString);
        assertEquals(0, command.waitFor());
        assertEquals(0, server.waitFor());
        assertFalse(Files.exists(directory.resolve("control")));
    }

    private static void halfThenWhole(ServerSocket registry, byte[] blob, CountDownLatch release) {
        try (Socket socket = registry.accept()) {
            InputStream in = socket.getInputStream();
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) in.read());
            }
            OutputStream out = socket.getOutputStream();
            out.write(("HTTP/1.1 200 OK\r\nContent-Length: " + blob.length + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(blob, 0, blob.length / 2);
            out.flush();
            release.await();
            out.write(blob, blob.length / 2, blob.length - blob.length / 2);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Process start(Map<String, String> environment, boolean merged, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                System.getProperty("rp.server.jar")));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(merged);
        for (Setting setting : Setting.values()) {
            builder.environment().remove(setting.name());
        }
        builder.environment()
                .keySet()
                .removeIf(name -> name.equals("JAVA_TOOL_OPTIONS") || name.equals("JDK_JAVA_OPTIONS"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    }

    private static List<String> lines(Process process) {
        return process.inputReader().lines().toList();
    }

    private static int port(BufferedReader output) throws IOException {
        Matcher port = PORT.matcher(untilMatch(output, PORT));
        assertTrue(port.find());
        return Integer.parseInt(port.group(1) == null ? port.group(2) : port.group(1));
    }

    private static void until(BufferedReader output, String text) throws IOException {
        untilMatch(output, Pattern.compile(Pattern.quote(text)));
    }

    private static String untilMatch(BufferedReader output, Pattern pattern) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (pattern.matcher(line).find()) {
                return line;
            }
        }
        throw new IOException("the process ended without saying " + pattern);
    }
}
