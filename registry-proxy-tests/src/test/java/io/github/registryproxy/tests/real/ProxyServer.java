package io.github.registryproxy.tests.real;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Our server as its users run it: {@code java -jar registry-proxy.jar}, settings in the environment, a free port. */
final class ProxyServer implements AutoCloseable {
    /** What its processes are called. */
    static final String NAME = "registry-proxy";

    private final int port = Stage.freePort();
    private final Daemon daemon;
    private boolean ended;

    /** Starts it and waits until it is ready. */
    static ProxyServer start(Stage stage, Map<String, String> settings, String... jvm)
            throws IOException, InterruptedException {
        return stage.closing(new ProxyServer(stage, settings, "http", List.of(jvm)));
    }

    /** The same when {@code TLS_CERT} is among the settings. */
    static ProxyServer startTls(Stage stage, Map<String, String> settings) throws IOException, InterruptedException {
        return stage.closing(new ProxyServer(stage, settings, "https", List.of()));
    }

    private ProxyServer(Stage stage, Map<String, String> settings, String scheme, List<String> jvm)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Programs.java()));
        command.addAll(jvm);
        command.addAll(List.of("-jar", Programs.built("rp.server.jar").toString()));
        Map<String, String> environment = new TreeMap<>(settings);
        environment.put("PORT", Integer.toString(port));
        daemon = stage.start(NAME, environment, command);
        if (scheme.equals("https")) {
            daemon.awaitReady(Duration.ofSeconds(30), () -> Tcp.accepts(port));
        } else {
            daemon.awaitReady(
                    Duration.ofSeconds(30),
                    () -> Http.send(Http.to("http://localhost:" + port + "/readyz"))
                                    .statusCode()
                            == 200);
        }
    }

    int port() {
        return port;
    }

    /** How its images are named. */
    String host() {
        return "localhost:" + port;
    }

    String url() {
        return "http://" + host();
    }

    Daemon process() {
        return daemon;
    }

    /** SIGKILL: it ends at once, whatever it does. */
    void kill() throws InterruptedException {
        ended = true;
        daemon.kill();
    }

    /** SIGTERM: it ends by itself, with 0. */
    @Override
    public void close() throws IOException {
        if (ended) {
            return;
        }
        ended = true;
        int exit = daemon.stop(Duration.ofSeconds(40));
        if (exit != 0) {
            throw new AssertionError("ended with " + exit + " at SIGTERM:\n" + daemon.logEnd());
        }
    }
}
