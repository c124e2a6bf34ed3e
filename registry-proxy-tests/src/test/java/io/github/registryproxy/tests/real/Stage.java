package io.github.registryproxy.tests.real;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * What one test class starts: a temporary directory and the processes in it, which end, by their pid and last first,
 * with the class. When a test fails, their logs are printed.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final Stage stage = new Stage("docker-registry", "podman");
 * }</pre>
 *
 * <p>A program that is missing skips the class, or fails it under {@code -Dregistryproxy.strict=true}.
 */
final class Stage
        implements BeforeAllCallback,
                AfterAllCallback,
                TestExecutionExceptionHandler,
                LifecycleMethodExecutionExceptionHandler {
    private final List<String> programs;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final List<Daemon> daemons = new ArrayList<>();
    private final AtomicInteger directories = new AtomicInteger();
    private @Nullable Path root;

    Stage(String... programs) {
        this.programs = List.of(programs);
    }

    /** A new directory of this class. Its path is short, because those of sockets and of podman must be. */
    Path directory(String name) {
        try {
            return Files.createDirectory(started().resolve(name + directories.incrementAndGet()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a process of this class; what it prints goes to a log of its own. */
    Daemon start(String name, Map<String, String> environment, List<String> command) throws IOException {
        Daemon daemon = new Daemon(name, directory("log").resolve(name + ".log"), environment, command);
        daemons.add(daemon);
        return closing(daemon);
    }

    /** Has something closed at the end of the class. */
    <T extends AutoCloseable> T closing(T resource) {
        opened.push(resource);
        return resource;
    }

    /** A port nobody listens to now. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        Programs.require(programs);
        root = Files.createTempDirectory("rp");
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        List<Throwable> failures = new ArrayList<>();
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception | AssertionError e) {
                failures.add(e);
            }
        }
        AssertionError failure = new AssertionError("not everything ended well");
        failures.forEach(failure::addSuppressed);
        if (!failures.isEmpty()) {
            shown(failure);
        }
        keepLogs(context.getRequiredTestClass().getSimpleName());
        if (root != null) {
            Command.run(Duration.ofMinutes(1), "rm", "-rf", "--one-file-system", root.toString());
        }
        if (!failures.isEmpty()) {
            throw failure;
        }
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw shown(failure);
    }

    @Override
    public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw shown(failure);
    }

    /** What our servers said outlives them, for whoever looks for secrets in it. */
    private void keepLogs(String testClass) throws IOException {
        for (Daemon daemon : daemons) {
            if (daemon.name().equals(ProxyServer.NAME)) {
                keep(testClass + "-" + daemon.pid() + ".log", daemon.log());
            }
        }
    }

    /** Puts a text where it outlives the class. */
    static void keep(String file, String text) throws IOException {
        Path kept = Files.createDirectories(Path.of(System.getProperty("rp.kept", "target/kept")));
        Files.writeString(kept.resolve(file), text);
    }

    private <T extends Throwable> T shown(T failure) {
        for (Daemon daemon : daemons) {
            System.out.println("---- " + daemon.name() + ", the end of its log\n" + daemon.logEnd());
        }
        return failure;
    }

    private Path started() {
        if (root == null) {
            throw new IllegalStateException("the class has not begun");
        }
        return root;
    }
}
