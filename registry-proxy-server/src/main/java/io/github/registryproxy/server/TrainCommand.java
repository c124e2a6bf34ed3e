package io.github.registryproxy.server;

import io.github.registryproxy.facade.ConfigurationException;
import io.github.registryproxy.facade.Setting;
import io.github.registryproxy.facade.SettingException;
import io.github.registryproxy.facade.SettingSource;
import io.github.registryproxy.server.config.ConfigurationFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Shows a JVM that writes a class-data archive what serving is (ADR 0024): the server is started as its users start it, in front
 * of sample images in memory, pulled from and stopped; with each transport, by http and https, with a cache and without one, by
 * settings and by a file. Nothing leaves the host, and nothing stays behind.
 */
final class TrainCommand {
    private static final String FILE = """
            listen: {host: 127.0.0.1, port: 0, drain: 2s}
            store: {directory: "${DIRECTORY}"}
            upstreams:
              samples: {address: "${ADDRESS}", prefix: samples}
            routes:
              - {repositories: "", upstreams: samples}
            """;

    private TrainCommand() {}

    static void run() throws ConfigurationException, SettingException, CannotListenException {
        try (TemporaryDirectory directory = new TemporaryDirectory("registry-proxy-train")) {
            Optional<TrainIdentity> identity = TrainIdentity.in(directory.path());
            trainHttp(directory.path());
            if (identity.isPresent()) {
                trainHttps(identity.get());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void trainHttp(Path directory)
            throws IOException, ConfigurationException, SettingException, CannotListenException {
        ProxyServer registry = Demo.registry(Optional.empty());
        registry.start();
        try {
            train("http://" + Demo.LOOPBACK + ":" + registry.port(), directory);
        } finally {
            registry.drain();
        }
    }

    private static void trainHttps(TrainIdentity identity) throws SettingException, CannotListenException {
        ProxyServer registry = Demo.registry(Optional.of(identity.store()));
        registry.start();
        try {
            serve(
                    "https://" + Demo.LOOPBACK + ":" + registry.port(),
                    Map.of(Setting.UPSTREAM_CA, identity.certificate().toString()));
        } finally {
            registry.drain();
        }
    }

    private static void train(String address, Path directory)
            throws IOException, ConfigurationException, SettingException, CannotListenException {
        serve(address, Map.of());
        String cache = directory.resolve("cache").toString();
        serve(address, Map.of(Setting.TRANSPORT, "jdk", Setting.CACHE_DIR, cache));

        Path file = Files.writeString(directory.resolve("train.yaml"), FILE);
        String store = directory.resolve("store").toString();
        ServeCommand.run(
                TrainCommand::pull, new ConfigurationFile(file, Map.of("ADDRESS", address, "DIRECTORY", store)), false);
    }

    private static void serve(String address, Map<Setting, String> more)
            throws SettingException, CannotListenException {
        Map<Setting, String> settings = new HashMap<>(more);
        settings.put(Setting.REGISTRY_HOST, address);
        settings.put(Setting.REPO_PREFIX, "samples");
        settings.put(Setting.HOST, Demo.LOOPBACK);
        settings.put(Setting.PORT, "0");
        settings.put(Setting.DRAIN_SECONDS, "2");
        ServeCommand.run(TrainCommand::pull, SettingSource.commandLine(settings), SettingSource.environment(Map.of()));
    }

    private static void pull(ProxyServer server, Control control) {
        try {
            new SamplePulls(server.port()).run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            control.close();
            server.drain();
        }
    }
}
