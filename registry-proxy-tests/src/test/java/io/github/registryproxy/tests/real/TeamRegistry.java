package io.github.registryproxy.tests.real;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The server with a registry of its own, by {@code team-registry.yaml} or a variation of it. */
final class TeamRegistry {
    private static final Path CONFIGURATIONS =
            Path.of("../registry-proxy-server/config").toAbsolutePath().normalize();

    private TeamRegistry() {}

    /** As the file stands there; the upstream is whatever listens at that address, or nobody. */
    static ProxyServer start(Stage stage, Path data, String upstream, String... jvm)
            throws IOException, InterruptedException {
        return start(stage, CONFIGURATIONS.resolve("team-registry.yaml"), data, upstream, jvm);
    }

    static ProxyServer start(Stage stage, Path configuration, Path data, String upstream, String... jvm)
            throws IOException, InterruptedException {
        Map<String, String> environment =
                Map.of("CONFIG", configuration.toString(), "DATA_DIR", data.toString(), "UPSTREAM", upstream);
        return ProxyServer.start(stage, environment, jvm);
    }

    /** A configuration of a hosted registry alone. */
    static Path hosting(Path directory, String hosted) throws IOException {
        return Files.writeString(
                directory.resolve("hosting.yaml"),
                "listen: {port: \"${PORT}\"}\nstore: {directory: \"${DATA_DIR}\"}\nhosted:\n" + hosted.indent(2));
    }
}
