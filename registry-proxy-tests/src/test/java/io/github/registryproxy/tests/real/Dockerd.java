package io.github.registryproxy.tests.real;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Docker daemon of its own, and the command that talks to it. Needs root. */
final class Dockerd implements Puller {
    private static final Pattern DIGEST = Pattern.compile("Digest: (sha256:[0-9a-f]{64})");
    private static final Pattern PUSHED = Pattern.compile("digest: (sha256:[0-9a-f]{64})");
    private final Map<String, String> environment;

    Dockerd(Stage stage) throws IOException, InterruptedException {
        Path directory = stage.directory("docker");
        String socket = "unix://" + directory.resolve("d.sock");
        environment = Map.of(
                "DOCKER_HOST", socket, "DOCKER_CONFIG", directory.resolve("cfg").toString());
        Daemon daemon = stage.start(
                "dockerd",
                Map.of(),
                List.of(
                        "dockerd",
                        "--data-root=" + directory.resolve("data"),
                        "--exec-root=" + directory.resolve("exec"),
                        "--pidfile=" + directory.resolve("d.pid"),
                        "--host=" + socket,
                        "--iptables=false",
                        "--ip6tables=false",
                        "--bridge=none",
                        "--storage-driver=vfs"));
        daemon.awaitReady(Duration.ofSeconds(45), () -> docker("version").exit() == 0);
    }

    @Override
    public String pull(String reference) throws IOException {
        Matcher digest = DIGEST.matcher(docker("pull", reference).succeeded());
        if (!digest.find()) {
            throw new AssertionError("a pull of " + reference + " without a digest");
        }
        docker("image", "rm", reference).succeeded();
        return digest.group(1);
    }

    @Override
    public String pullAs(String user, String password, String reference) throws IOException {
        String registry = reference.substring(0, reference.indexOf('/'));
        docker("login", "--username", user, "--password", password, registry).succeeded();
        try {
            return pull(reference);
        } finally {
            docker("logout", registry).succeeded();
        }
    }

    /** Pulls an image and pushes it elsewhere; returns the digest it got there. */
    String copy(String from, String to) throws IOException {
        docker("pull", from).succeeded();
        docker("tag", from, to).succeeded();
        Matcher digest = PUSHED.matcher(docker("push", to).succeeded());
        docker("image", "rm", from, to).succeeded();
        if (!digest.find()) {
            throw new AssertionError("a push of " + to + " without a digest");
        }
        return digest.group(1);
    }

    Command.Outcome docker(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(arguments));
        return Command.run(environment, command);
    }
}
