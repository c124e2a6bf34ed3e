package io.github.registryproxy.server;

import io.github.registryproxy.facade.SettingException;
import io.github.registryproxy.server.control.ControlActions;
import io.github.registryproxy.server.control.ControlClient;
import io.github.registryproxy.server.control.ControlRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;

/** A command about a store: by the server that has its directory, or in this process where none runs. */
final class StoreCommand {
    private StoreCommand() {}

    /** Does it in this process, which has the directory meanwhile. */
    @FunctionalInterface
    interface Alone {
        int run() throws SettingException, IOException;
    }

    /** The exit code. */
    static int run(Path directory, ControlRequest request, Console console, Alone alone) throws SettingException {
        try {
            OptionalInt code = ControlClient.ask(directory, request, console);
            return code.isPresent() ? code.getAsInt() : alone(directory, alone);
        } catch (IOException e) {
            console.fail(e.getMessage() == null ? e.toString() : e.getMessage());
            return ControlActions.FAILED;
        }
    }

    private static int alone(Path directory, Alone alone) throws SettingException, IOException {
        try {
            return alone.run();
        } catch (IOException e) {
            throw ControlClient.isPossible(directory)
                    ? e
                    : new IOException(
                            e.getMessage() + "; the name of " + directory
                                    + " is too long for a server in it to take commands: stop the server, or shorten it",
                            e);
        }
    }
}
