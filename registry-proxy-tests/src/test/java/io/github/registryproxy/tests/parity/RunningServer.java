package io.github.registryproxy.tests.parity;

import io.github.registryproxy.Body;
import io.github.registryproxy.Headers;
import io.github.registryproxy.server.Main;
import io.github.registryproxy.testing.Reply;
import io.github.registryproxy.tests.SocketClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The server as its users start it: its main class in a process, settings in the environment or as options. */
final class RunningServer implements AutoCloseable {
    private static final Pattern LISTENS = Pattern.compile(" listens on port (\\d+),");

    /** What a process says, and its exit code. */
    record End(int code, List<String> said) {}

    private final Process process;
    private final BlockingQueue<Optional<String>> log = new LinkedBlockingQueue<>();
    private final int port;

    private RunningServer(Process process) throws IOException {
        this.process = process;
        Thread reader = new Thread(this::readLog, "server-log");
        reader.setDaemon(true);
        reader.start();
        this.port = Integer.parseInt(await(LISTENS).group(1));
    }

    /** Started with nothing but these, and listening. */
    static RunningServer start(Map<String, String> environment, String... options) throws IOException {
        Process process = launch(environment, options);
        try {
            return new RunningServer(process);
        } catch (IOException | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** Started in vain. */
    static End refused(Map<String, String> environment, String... options) throws IOException, InterruptedException {
        Process process = launch(environment, options);
        try {
            List<String> said = process.errorReader().lines().toList();
            return new End(process.waitFor(), said);
        } finally {
            process.destroyForcibly();
        }
    }

    int port() {
        return port;
    }

    /** As clients name it in image references. */
    String host() {
        return "localhost:" + port;
    }

    Reply get(String target, String... headers) throws IOException {
        return send("GET", target, headers);
    }

    Reply send(String method, String target, String... headers) throws IOException {
        return sendTo("localhost", method, target, "", headers);
    }

    Reply post(String target, String body, String... headers) throws IOException {
        return sendTo("localhost", "POST", target, body, headers);
    }

    /** To this server by another name: it becomes the Host field. */
    Reply getAt(String hostName, String target, String... headers) throws IOException {
        return sendTo(hostName, "GET", target, "", headers);
    }

    private Reply sendTo(String hostName, String method, String target, String body, String... headers)
            throws IOException {
        Headers all = Headers.EMPTY;
        for (int i = 0; i < headers.length; i += 2) {
            all = all.and(headers[i], headers[i + 1]);
        }
        try (SocketClient client = new SocketClient(URI.create("http://" + hostName + ":" + port), () -> {})) {
            return client.send(method, target, all, Body.of(Wire.bytes(body)));
        }
    }

    /** The next line of the log that has such a part. */
    Matcher await(Pattern part) throws IOException {
        List<String> passed = new ArrayList<>();
        for (Optional<String> line = nextLine(); line.isPresent(); line = nextLine()) {
            Matcher matcher = part.matcher(line.get());
            if (matcher.find()) {
                return matcher;
            }
            passed.add(line.get());
        }
        throw new IOException("the server ended without saying " + part + ": " + passed);
    }

    private Optional<String> nextLine() throws InterruptedIOException {
        try {
            return log.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("waiting for the log");
        }
    }

    /** All the time, so that the pipe never fills; the last line is none. */
    private void readLog() {
        try (BufferedReader lines = process.errorReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                log.add(Optional.of(line));
            }
        } catch (IOException e) {
            // Killed: that is how most of them end.
            return;
        } finally {
            log.add(Optional.empty());
        }
    }

    /** SIGTERM, which leaves the log readable. */
    void terminate() {
        process.toHandle().destroy();
    }

    int exitCode() throws InterruptedException {
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new AssertionError("still running");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private static Process launch(Map<String, String> environment, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().keySet().retainAll(List.of("PATH", "HOME", "LANG", "TMPDIR"));
        builder.environment().putAll(environment);
        return builder.start();
    }
}
