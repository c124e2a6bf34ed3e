package io.github.registryproxy.server;

import io.github.registryproxy.facade.CacheOperations;
import io.github.registryproxy.facade.ConfigurationException;
import io.github.registryproxy.facade.SettingException;
import io.github.registryproxy.facade.SettingSource;
import io.github.registryproxy.facade.SiteConfiguration;
import io.github.registryproxy.server.config.ConfigurationFile;
import io.github.registryproxy.server.control.CacheActions;
import io.github.registryproxy.server.control.ControlActions;
import io.github.registryproxy.server.control.ControlRequest;
import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;

/** {@code registry-proxy cache ...}: by the server that has the directory, or in this process where none runs. */
final class CacheCommand {
    private CacheCommand() {}

    /** The exit code. */
    static int run(CacheArguments given, Map<String, String> environment, PrintStream out, PrintStream err)
            throws SettingException, ConfigurationException {
        if (given.help()) {
            out.print(CacheArguments.HELP);
            return ControlActions.DONE;
        }
        ControlRequest request = given.request().orElseThrow();
        Console console = new Console(out, err);
        // Whoever names the directory means that one, whatever the environment says of files.
        Optional<ConfigurationFile> file =
                given.options().isEmpty() ? Main.file(given.config(), environment) : Optional.empty();
        if (file.isPresent()) {
            SiteConfiguration said = file.get().read();
            return StoreCommand.run(CacheOperations.directory(said), request, console, () -> {
                try (CacheOperations cache = CacheOperations.open(said)) {
                    return new CacheActions(cache, false).run(request, console);
                }
            });
        }
        SettingSource[] sources = {SettingSource.commandLine(given.options()), SettingSource.environment(environment)};
        return StoreCommand.run(CacheOperations.directory(sources), request, console, () -> {
            try (CacheOperations cache = CacheOperations.open(sources)) {
                return new CacheActions(cache, false).run(request, console);
            }
        });
    }
}
