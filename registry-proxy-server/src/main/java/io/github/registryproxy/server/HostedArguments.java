package io.github.registryproxy.server;

import io.github.registryproxy.facade.SettingException;
import io.github.registryproxy.server.control.ControlRequest;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * What stands behind {@code hosted} on the command line.
 *
 * @param request what to do; empty for help
 * @param config the configuration file
 */
record HostedArguments(Optional<ControlRequest> request, Optional<Path> config) {
    static final String HELP = """
            registry-proxy hosted status --config FILE  how much there is
            registry-proxy hosted gc --config FILE      delete what nobody needs, now
            registry-proxy hosted fsck --config FILE    read all, tell what is wrong

            A server that runs on the directory does it, while it serves; without one the command does.

            Exit codes: 0 done, 1 damage found or not done, 2 wrong command line or file.
            """;

    /** Reads the arguments behind {@code hosted}. */
    static HostedArguments parse(String... arguments) throws SettingException {
        boolean named = arguments.length > 0 && !arguments[0].startsWith("-");
        String action = named ? arguments[0] : "";
        String[] rest = named ? Arrays.copyOfRange(arguments, 1, arguments.length) : arguments;
        ParsedOptions parsed = new Grammar()
                .flag(CommandLineArguments.HELP, "-h", "-help")
                .valued(CommandLineArguments.CONFIG)
                .parse(rest);
        if (parsed.has(CommandLineArguments.HELP)) {
            return new HostedArguments(Optional.empty(), Optional.empty());
        }
        ControlRequest request = switch (action) {
            case "status" -> new ControlRequest.HostedStatus();
            case "gc" -> new ControlRequest.Collect();
            case "fsck" -> new ControlRequest.Check();
            default -> throw new SettingException("hosted: expected status, gc or fsck behind it: see hosted --help");
        };
        return new HostedArguments(Optional.of(request), CommandLineArguments.config(parsed));
    }
}
