package io.github.registryproxy.auth;

import io.github.registryproxy.document.JsonFields;
import io.github.registryproxy.internal.Tasks;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * The program {@code docker-credential-NAME}, run without a shell: the server's name goes in, a JSON object comes out (protocol of
 * docker-credential-helpers). What it writes as error is not read: it may quote secrets.
 */
final class CredentialHelper {
    private static final Logger LOG = System.getLogger(CredentialHelper.class.getName());
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final int LARGEST = 64 * 1024;
    /** What a helper prints, with exit status 1, where it has nothing. */
    private static final String NONE = "credentials not found";

    private final String program;
    private final List<Path> directories;
    private final Duration timeout;

    private record Output(byte[] bytes, int length) {
        String text() {
            return new String(bytes, 0, length, StandardCharsets.UTF_8);
        }
    }

    /** @param directories where to look for the program */
    CredentialHelper(String name, List<Path> directories, Duration timeout) throws IOException {
        if (!NAME.matcher(name).matches()) {
            throw new IOException("a docker config that names a credential helper with unusual characters");
        }
        this.program = "docker-credential-" + name;
        this.directories = directories;
        this.timeout = timeout;
    }

    /** The directories of a PATH variable. */
    static List<Path> directories(String path) {
        List<Path> directories = new ArrayList<>();
        for (String directory : path.split(Pattern.quote(File.pathSeparator), -1)) {
            try {
                if (!directory.isEmpty()) {
                    directories.add(Path.of(directory));
                }
            } catch (InvalidPathException e) {
                // No program can be there.
                continue;
            }
        }
        return List.copyOf(directories);
    }

    /** What the helper has for that server; empty where it says that it has nothing. */
    Optional<Credentials> get(String server) throws IOException {
        Process process = new ProcessBuilder(executable().toString(), "get")
                .redirectError(Redirect.DISCARD)
                .start();
        try {
            Output output = talk(process, server);
            if (process.exitValue() != 0) {
                if (output.text().contains(NONE)) {
                    return Optional.empty();
                }
                throw new IOException(program + " ended with status " + process.exitValue());
            }
            return Optional.of(credentials(output));
        } finally {
            if (process.isAlive()) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        }
    }

    private Path executable() throws IOException {
        return directories.stream()
                .map(directory -> directory.resolve(program))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst()
                .orElseThrow(() -> new IOException(program + " is not on the PATH"));
    }

    private Output talk(Process process, String server) throws IOException {
        long end = System.nanoTime() + timeout.toNanos();
        CompletableFuture<Output> output = new CompletableFuture<>();
        Tasks.start(Tasks.inOwnThread(program), () -> read(process, output), output::completeExceptionally);
        try (OutputStream in = process.getOutputStream()) {
            in.write((server + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "a credential helper ended without reading; what it said counts", e);
        }
        try {
            Output said = output.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            if (said.length() > LARGEST) {
                throw new IOException(program + " printed more than " + LARGEST + " bytes");
            }
            if (!process.waitFor(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                throw new TimeoutException();
            }
            return said;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for " + program);
        } catch (TimeoutException e) {
            throw new IOException(program + " took more than " + timeout.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            throw new IOException(program + " could not be read", e);
        }
    }

    private static void read(Process process, CompletableFuture<Output> output) {
        try (InputStream out = process.getInputStream()) {
            byte[] bytes = new byte[LARGEST + 1];
            output.complete(new Output(bytes, out.readNBytes(bytes, 0, bytes.length)));
        } catch (IOException e) {
            output.completeExceptionally(e);
        }
    }

    private Credentials credentials(Output output) throws IOException {
        Optional<JsonFields> answer = JsonFields.parse(java.util.Arrays.copyOf(output.bytes(), output.length()));
        Optional<String> name = answer.flatMap(fields -> fields.text("Username"));
        Optional<String> secret = answer.flatMap(fields -> fields.text("Secret"));
        if (name.isEmpty() || secret.isEmpty()) {
            throw new IOException(program + " printed no Username and Secret");
        }
        try {
            return DockerConfig.of(name.get(), secret.get());
        } catch (IllegalArgumentException e) {
            throw new IOException(program + " printed credentials that cannot be sent");
        }
    }
}
