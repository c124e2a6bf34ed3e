package io.github.registryproxy.auth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** {@code docker-config}: the config.json in the directory DOCKER_CONFIG, or that file itself; {@code ~/.docker} unless set. */
public final class DockerConfigKind implements CredentialsKind {
    @Override
    public String name() {
        return "docker-config";
    }

    @Override
    public CredentialsProvider provider(Surroundings surroundings) throws IOException {
        try {
            String home = surroundings.variable("HOME").orElse(System.getProperty("user.home", ""));
            Path place = surroundings.variable("DOCKER_CONFIG").map(Path::of).orElse(Path.of(home, ".docker"));
            Path file = Files.isDirectory(place) ? place.resolve("config.json") : place;
            if (!Files.isReadable(file)) {
                throw new IOException("there is no docker config to read: " + file);
            }
            DockerConfigCredentials.Builder credentials =
                    DockerConfigCredentials.builder(surroundings.registry(), file);
            surroundings
                    .variable("PATH")
                    .ifPresent(path -> credentials.helperDirectories(CredentialHelper.directories(path)));
            return credentials.build();
        } catch (InvalidPathException e) {
            throw new IOException("DOCKER_CONFIG is no possible name of a directory or file", e);
        }
    }
}
