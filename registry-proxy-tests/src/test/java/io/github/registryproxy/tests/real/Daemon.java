package io.github.registryproxy.tests.real;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** A process that runs until we end it, by its pid. */
final class Daemon implements AutoCloseable {
    private static final int SHOWN = 20_000;
    private final String name;
    private final Path log;
    private final Process process;

    Daemon(String name, Path log, Map<String, String> environment, List<String> command) throws IOException {
        this.name = name;
        this.log = log;
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        this.process = builder.start();
        process.getOutputStream().close();
    }

    String name() {
        return name;
    }

    long pid() {
        return process.pid();
    }

    /** Everything it has printed so far. */
    String log() {
        try {
            return Files.readString(log, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String logEnd() {
        String all = log();
        return all.substring(Math.max(0, all.length() - SHOWN));
    }

    /** Waits for a sign of life, at most so long; its death is a failure. An exception of the sign means not yet. */
    void awaitReady(Duration limit, Callable<Boolean> sign) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        Exception last = null;
        while (System.nanoTime() < end) {
            try {
                if (sign.call()) {
                    return;
                }
            } catch (IOException e) {
                last = e;
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                throw new AssertionError(name + " cannot be asked", e);
            }
            if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
                throw new AssertionError(name + " ended with " + process.exitValue() + ":\n" + logEnd(), last);
            }
        }
        throw new AssertionError(name + " was not ready within " + limit + ":\n" + logEnd(), last);
    }

    /** SIGKILL, and waits for its end. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGTERM, then its exit code; SIGKILL and a failure when it takes longer. */
    int stop(Duration limit) throws IOException {
        try {
            process.destroy();
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(name + " did not end within " + limit + " of SIGTERM");
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(name + " was not awaited");
        } finally {
            process.destroyForcibly();
        }
    }

    /** A figure of the kernel about it, in KiB: {@code VmRSS} now, {@code VmHWM} at its highest. */
    long memory(String field) throws IOException {
        try (var lines = Files.lines(Path.of("/proc", Long.toString(pid()), "status"))) {
            return lines.filter(line -> line.startsWith(field + ":"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Override
    public void close() throws IOException {
        if (process.isAlive()) {
            stop(Duration.ofSeconds(20));
        }
    }
}
