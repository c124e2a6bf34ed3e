package io.github.registryproxy.server;

import io.github.registryproxy.facade.ConfigurationException;
import io.github.registryproxy.facade.HostedOperations;
import io.github.registryproxy.facade.SettingException;
import io.github.registryproxy.facade.SiteConfiguration;
import io.github.registryproxy.server.control.ControlActions;
import io.github.registryproxy.server.control.ControlRequest;
import io.github.registryproxy.server.control.HostedActions;
import java.io.PrintStream;
import java.util.Map;

/** {@code registry-proxy hosted ...}: by the server that has the directory, or in this process where none runs. */
final class HostedCommand {
    private HostedCommand() {}

    /** The exit code. */
    static int run(HostedArguments given, Map<String, String> environment, PrintStream out, PrintStream err)
            throws SettingException, ConfigurationException {
        if (given.request().isEmpty()) {
            out.print(HostedArguments.HELP);
            return ControlActions.DONE;
        }
        SiteConfiguration said = Main.file(given.config(), environment)
                .orElseThrow(() -> new SettingException("hosted: expected --config FILE"))
                .read();
        ControlRequest request = given.request().get();
        Console console = new Console(out, err);
        return StoreCommand.run(HostedOperations.directory(said), request, console, () -> {
            try (HostedOperations hosted = HostedOperations.open(said)) {
                return new HostedActions(hosted, false).run(request, console);
            }
        });
    }
}
