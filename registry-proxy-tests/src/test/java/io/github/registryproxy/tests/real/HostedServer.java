package io.github.registryproxy.tests.real;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A process with a hosted registry on a free port of the loopback. */
final class HostedServer {
    private final int port;

    private HostedServer(int port) {
        this.port = port;
    }

    /** Starts it and waits until it is ready; it ends with the class. */
    static HostedServer start(Stage stage, String... jvm) throws IOException, InterruptedException {
        int port = Stage.freePort();
        Path directory = stage.directory("hosted");
        List<String> command = new ArrayList<>(List.of(Programs.java()));
        command.addAll(List.of(jvm));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), HostedMain.class.getName()));
        command.addAll(List.of(Integer.toString(port), directory.toString()));
        HostedServer server = new HostedServer(port);
        stage.start("hosted", Map.of(), command)
                .awaitReady(
                        Duration.ofSeconds(30),
                        () -> Http.send(Http.to(server.url() + "/v2/")).statusCode() == 200);
        return server;
    }

    int port() {
        return port;
    }

    /** How its images are named. */
    String host() {
        return "127.0.0.1:" + port;
    }

    String url() {
        return "http://" + host();
    }
}
