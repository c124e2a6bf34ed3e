package io.github.registryproxy.tests.real;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program that runs to its end. */
final class Command {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private Command() {}

    /** How it ended. {@code output} holds both streams, in the order written. */
    record Outcome(List<String> command, int exit, String output) {
        /** The output, trimmed; the command must have succeeded. */
        String succeeded() {
            if (exit != 0) {
                throw new AssertionError(command + " ended with " + exit + ":\n" + output);
            }
            return output.strip();
        }

        /** The output, trimmed; the command must have failed. */
        String failed() {
            if (exit == 0) {
                throw new AssertionError(command + " should have failed:\n" + output);
            }
            return output.strip();
        }
    }

    static Outcome run(Duration limit, String... command) throws IOException {
        return run(limit, Map.of(), List.of(command));
    }

    static Outcome run(Map<String, String> environment, List<String> command) throws IOException {
        return run(LIMIT, environment, command);
    }

    private static Outcome run(Duration limit, Map<String, String> environment, List<String> command)
            throws IOException {
        Path output = Files.createTempFile("rp", ".out");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            process.getOutputStream().close();
            boolean ended = false;
            try {
                ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            } finally {
                process.destroyForcibly();
            }
            String text = Files.readString(output, StandardCharsets.ISO_8859_1);
            if (!ended) {
                throw new AssertionError(command + " still runs after " + limit + ":\n" + text);
            }
            return new Outcome(command, process.exitValue(), text);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(command + " was interrupted");
        } finally {
            Files.delete(output);
        }
    }
}
