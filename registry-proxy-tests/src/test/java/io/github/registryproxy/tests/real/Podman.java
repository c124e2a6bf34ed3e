package io.github.registryproxy.tests.real;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** podman with a storage of its own. */
final class Podman implements Puller {
    private final ContainerTools tools;

    Podman(Stage stage) throws IOException {
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
