package io.github.registryproxy.tests.real;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** skopeo, which pulls everything an index names. */
final class Skopeo implements Puller {
    private final Stage stage;
    private final ContainerTools tools;

    Skopeo(Stage stage) throws IOException {
        this.stage = stage;
        this.tools = new ContainerTools(stage);
    }

    @Override
    public String pull(String reference) throws IOException {
        return pull(reference, "--src-tls-verify=false");
    }

    @Override
    public String pullAs(String user, String password, String reference) throws IOException {
        return pull(reference, "--src-tls-verify=false", "--src-creds=" + user + ":" + password);
    }

    /** Over TLS, trusting the certificates in a directory. */
    String pullTrusting(Path certificates, String reference) throws IOException {
        return pull(reference, "--src-cert-dir=" + certificates);
    }

    /** Copies all that an image or an index names from one place to another. */
    void copy(String from, String to) throws IOException {
        tools.plain("skopeo", List.of("copy", "--all", "--src-tls-verify=false", "--dest-tls-verify=false", from, to))
                .succeeded();
    }

    /** Copies one image without compressing what is not. */
    void copyAsIs(String from, String to) throws IOException {
        tools.plain("skopeo", List.of("copy", "--preserve-digests", "--dest-tls-verify=false", from, to))
                .succeeded();
    }

    /** The tags of a repository, as the tool prints them. */
    String tags(String repository) throws IOException {
        return tools.plain("skopeo", List.of("list-tags", "--tls-verify=false", "docker://" + repository))
                .succeeded();
    }

    /** Deletes what a reference stands for. */
    void delete(String reference) throws IOException {
        tools.plain("skopeo", List.of("delete", "--tls-verify=false", "docker://" + reference))
                .succeeded();
    }

    private String pull(String reference, String... options) throws IOException {
        Path target = stage.directory("copy");
        List<String> command = new ArrayList<>(List.of("copy", "--all"));
        command.addAll(List.of(options));
        command.addAll(List.of("docker://" + reference, "dir:" + target));
        tools.plain("skopeo", command).succeeded();
        return SampleImage.digest(Files.readAllBytes(target.resolve("manifest.json")));
    }
}
