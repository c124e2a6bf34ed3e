package io.github.registryproxy.tests.real;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What podman, buildah and skopeo have in common: a storage and settings of their own. */
final class ContainerTools {
    private final Path directory;
    private final Map<String, String> environment;

    ContainerTools(Stage stage) throws IOException {
        directory = stage.directory("ct");
        Path registries = directory.resolve("registries.conf");
        Files.writeString(registries, "");
        Path logins = directory.resolve("auth.json");
        Files.writeString(logins, "{}");
        environment = Map.of(
                "CONTAINERS_REGISTRIES_CONF", registries.toString(),
                "REGISTRY_AUTH_FILE", logins.toString(),
                "HOME", directory.toString());
    }

    /** A command of podman or buildah. */
    Command.Outcome stored(String program, List<String> arguments) throws IOException {
        return Command.run(environment, storedCommand(program, arguments));
    }

    /** The same, to be run by somebody else, in {@link #environment()}. */
    List<String> storedCommand(String program, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                program,
                "--root=" + directory.resolve("root"),
                "--runroot=" + directory.resolve("run"),
                "--storage-driver=vfs"));
        command.addAll(arguments);
        return command;
    }

    Map<String, String> environment() {
        return environment;
    }

    /** A command without a storage. */
    Command.Outcome plain(String program, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(arguments);
        return Command.run(environment, command);
    }
}
