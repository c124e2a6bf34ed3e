package io.github.registryproxy.tests.real;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A containerd of its own, and ctr. Needs root. */
final class Ctr implements Puller {
    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");
    private final Stage stage;
    private final Path socket;

    Ctr(Stage stage) throws IOException, InterruptedException {
        this.stage = stage;
        Path directory = stage.directory("ctr");
        socket = directory.resolve("c.sock");
        Path settings = directory.resolve("config.toml");
        Files.writeString(settings, """
                version = 2
                disabled_plugins = ["io.containerd.grpc.v1.cri"]
                """);
        Daemon daemon = stage.start(
                "containerd",
                Map.of(),
                List.of(
                        "containerd",
                        "--config=" + settings,
                        "--root=" + directory.resolve("root"),
                        "--state=" + directory.resolve("state"),
                        "--address=" + socket));
        daemon.awaitReady(Duration.ofSeconds(30), () -> ctr("version").exit() == 0);
    }

    @Override
    public String pull(String reference) throws IOException {
        return pull(reference, List.of());
    }

    @Override
    public String pullAs(String user, String password, String reference) throws IOException {
        return pull(reference, List.of("--user=" + user + ":" + password));
    }

    /** Pulls an image of a registry by the mirror that {@code hosts.toml} has for it there. */
    String pullBy(String mirror, String registry, String reference) throws IOException {
        Path hosts = stage.directory("hosts");
        Files.writeString(
                Files.createDirectories(hosts.resolve(registry)).resolve("hosts.toml"), """
                server = "http://127.0.0.1:9"
                [host."%s"]
                  capabilities = ["pull", "resolve"]
                """.formatted(mirror));
        return pulled(registry + "/" + reference, List.of("--hosts-dir=" + hosts));
    }

    private String pull(String reference, List<String> options) throws IOException {
        List<String> all = new ArrayList<>(List.of("--plain-http"));
        all.addAll(options);
        return pulled(reference, all);
    }

    private String pulled(String reference, List<String> options) throws IOException {
        List<String> pull = new ArrayList<>(List.of("image", "pull", "--snapshotter=native"));
        pull.addAll(options);
        pull.add(reference);
        ctr(pull.toArray(String[]::new)).succeeded();
        Matcher digest = DIGEST.matcher(ctr("image", "ls", "name==" + reference).succeeded());
        if (!digest.find()) {
            throw new AssertionError("ctr pulled " + reference + " and does not have it");
        }
        ctr("image", "rm", "--sync", reference).succeeded();
        return digest.group();
    }

    private Command.Outcome ctr(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("ctr", "--address=" + socket));
        command.addAll(List.of(arguments));
        return Command.run(Map.of(), command);
    }
}
