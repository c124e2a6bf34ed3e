package io.github.registryproxy.tests.real;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** podman with a storage of its own. */
final class Podman implements Puller {
    private final Stage stage;
    private final ContainerTools tools;

    Podman(Stage stage) throws IOException {
        this.stage = stage;
        tools = new ContainerTools(stage);
    }

    @Override
    public String pull(String reference) throws IOException {
        return pull(reference, "--tls-verify=false");
    }

    @Override
    public String pullAs(String user, String password, String reference) throws IOException {
        return pull(reference, "--tls-verify=false", "--creds=" + user + ":" + password);
    }

    /** Over TLS, trusting the certificates in a directory. */
    String pullTrusting(Path certificates, String reference) throws IOException {
        return pull(reference, "--cert-dir=" + certificates);
    }

    /** Pulls an image and pushes it elsewhere; returns the digest it got there. */
    String copy(String from, String to) throws IOException {
        Path digest = stage.directory("digest").resolve("digest");
        tools.stored("podman", List.of("pull", "--tls-verify=false", from)).succeeded();
        tools.stored("podman", List.of("push", "--tls-verify=false", "--digestfile=" + digest, from, to))
                .succeeded();
        tools.stored("podman", List.of("image", "rm", from)).succeeded();
        return Files.readString(digest);
    }

    private String pull(String reference, String... options) throws IOException {
        List<String> pull = new ArrayList<>(List.of("pull"));
        pull.addAll(List.of(options));
        pull.add(reference);
        tools.stored("podman", pull).succeeded();
        String digest = tools.stored("podman", List.of("image", "inspect", "--format={{.Digest}}", reference))
                .succeeded();
        tools.stored("podman", List.of("image", "rm", reference)).succeeded();
        return digest;
    }
}
