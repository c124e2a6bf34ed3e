package io.github.registryproxy.server;

import io.github.registryproxy.facade.CacheOperations;
import io.github.registryproxy.facade.SettingException;
import io.github.registryproxy.facade.SettingSource;
import io.github.registryproxy.server.control.CacheActions;
import io.github.registryproxy.server.control.ControlClient;
import io.github.registryproxy.server.control.ControlReply;
import io.github.registryproxy.server.control.ControlRequest;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;

/** {@code registry-proxy cache ...}: by the server that has the directory, or in this process where none runs. */
final class CacheCommand {
    private CacheCommand() {}

    /** The exit code. */
    static int run(CacheArguments given, Map<String, String> environment, PrintStream out, PrintStream err)
            throws SettingException {
        if (given.help()) {
            out.print(CacheArguments.HELP);
            return CacheActions.DONE;
        }
        SettingSource[] sources = {SettingSource.commandLine(given.options()), SettingSource.environment(environment)};
        Path directory = CacheOperations.directory(sources);
        ControlRequest request = given.request().orElseThrow();
        Console console = new Console(out, err);
        try {
            OptionalInt code = ControlClient.ask(directory, request, console);
            return code.isPresent() ? code.getAsInt() : alone(directory, request, console, sources);
        } catch (IOException e) {
            console.fail(e.getMessage() == null ? e.toString() : e.getMessage());
            return CacheActions.FAILED;
        }
    }

    private static int alone(Path directory, ControlRequest request, Console console, SettingSource... sources)
            throws SettingException, IOException {
        try (CacheOperations cache = CacheOperations.open(sources)) {
            return new CacheActions(cache, false).run(request, console);
        } catch (IOException e) {
            throw ControlClient.isPossible(directory)
                    ? e
                    : new IOException(
                            e.getMessage() + "; the name of " + directory
                                    + " is too long for a server in it to take commands: stop the server, or shorten it",
                            e);
        }
    }

    /** Results on standard output, all else on standard error. */
    private static final class Console implements ControlReply {
        private static final long PROGRESS_EVERY = Duration.ofSeconds(2).toNanos();

        private final PrintStream out;
        private final PrintStream err;
        private long progressed = System.nanoTime();

        Console(PrintStream out, PrintStream err) {
            this.out = out;
            this.err = err;
        }

        @Override
        public void say(String line) {
            out.println(line);
        }

        @Override
        public void progress(String text) {
            long now = System.nanoTime();
            if (now - progressed >= PROGRESS_EVERY / 2) {
                progressed = now;
                err.println(text);
            }
        }

        @Override
        public void fail(String line) {
            err.println("registry-proxy: " + line);
        }
    }
}
