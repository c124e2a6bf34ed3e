package io.github.registryproxy.tests.real;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * buildah with a storage of its own: makes images from nothing, pushes and pulls them. What was built here is pulled
 * into another one: 1.28 pushes nothing of an index, and reports success, when one of its images came back by a pull.
 */
final class Buildah {
    private final Stage stage;
    private final ContainerTools tools;

    Buildah(Stage stage) throws IOException {
        this.stage = stage;
        this.tools = new ContainerTools(stage);
    }

    /** An image of two layers, no two alike. */
    void build(String name) throws IOException {
        addLayer("scratch", name + "-base");
        addLayer(name + "-base", name);
    }

    /** An index of images that were built. */
    void index(String name, String... images) throws IOException {
        buildah("manifest", "create", name);
        for (String image : images) {
            buildah("manifest", "add", name, image);
        }
    }

    /** Pushes an image and returns the digest it got. */
    String push(String image, String reference) throws IOException {
        Path digest = stage.directory("digest").resolve("digest");
        buildah("push", "--tls-verify=false", "--digestfile=" + digest, image, "docker://" + reference);
        return Files.readString(digest);
    }

    /** What a push says that must fail. */
    String pushRefused(String image, String reference) throws IOException {
        return tools.stored("buildah", List.of("push", "--tls-verify=false", image, "docker://" + reference))
                .failed();
    }

    /** Pushes an index with all it names and returns the digest it got. */
    String pushIndex(String index, String reference) throws IOException {
        Path digest = stage.directory("digest").resolve("digest");
        buildah(
                "manifest",
                "push",
                "--all",
                "--tls-verify=false",
                "--digestfile=" + digest,
                index,
                "docker://" + reference);
        return Files.readString(digest);
    }

    void pull(String reference) throws IOException {
        buildah("pull", "--tls-verify=false", reference);
    }

    private void addLayer(String base, String name) throws IOException {
        Path file = stage.directory("layer").resolve("file");
        Files.writeString(file, UUID.randomUUID().toString());
        String container = buildah("from", "--pull=false", base);
        buildah("copy", container, file.toString(), "/" + name);
        buildah("commit", "--rm", container, name);
    }

    private String buildah(String... arguments) throws IOException {
        return tools.stored("buildah", List.of(arguments)).succeeded();
    }
}
