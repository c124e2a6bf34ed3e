package io.github.registryproxy.tests.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.registryproxy.tests.real.SampleImage.Family;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import land.oras.Annotations;
import land.oras.ArtifactType;
import land.oras.ContainerRef;
import land.oras.LocalPath;
import land.oras.Manifest;
import land.oras.ManifestDescriptor;
import land.oras.Registry;
import land.oras.exception.OrasException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Artifacts, and what is attached to images, by the library of ORAS. */
@Tag("real")
@Timeout(60)
class HostedArtifactsIT {
    @RegisterExtension
    static final Stage stage = new Stage();

    private static final String SBOM = "application/spdx+json";
    private static final String NOTE = "application/vnd.example.note";

    private static ProxyServer server;
    private static Registry oras;

    @BeforeAll
    static void start() throws Exception {
        server = TeamRegistry.start(stage, stage.directory("data"), "http://127.0.0.1:9");
        oras = Registry.builder().insecure(server.host()).build();
    }

    @Test
    void an_artifact_comes_back_as_files() throws Exception {
        ContainerRef reference = ContainerRef.parse(server.host() + "/oras/artifact:1");
        oras.pushArtifact(reference, ArtifactType.from(NOTE), file("note.txt", "remember"));

        Path target = stage.directory("pulled");
        oras.pullArtifact(reference, target, true);

        assertEquals("remember", Files.readString(target.resolve("note.txt")));
        assertEquals(NOTE, oras.getManifest(reference).getArtifactTypeAsString());
        assertEquals(List.of("1"), oras.getTags(reference).tags());
    }

    @Test
    void what_is_attached_to_an_image_is_discovered() throws Exception {
        String digest = new SampleImage(server.url(), "oras/app")
                .pushIndex("1", Family.OCI)
                .digest();
        ContainerRef image = ContainerRef.parse(server.host() + "/oras/app:1");

        Manifest sbom = oras.attachArtifact(
                image,
                ArtifactType.from(SBOM),
                Annotations.ofManifest(new HashMap<>(Map.of("org.example.by", "us"))),
                file("sbom.json", "{}"));
        oras.attachArtifact(image, ArtifactType.from(NOTE), file("note.txt", "signed off"));

        ContainerRef subject = image.withDigest(digest);
        assertEquals(2, oras.getReferrers(subject, null).getManifests().size());
        List<ManifestDescriptor> found =
                oras.getReferrers(subject, ArtifactType.from(SBOM)).getManifests();
        assertEquals(1, found.size());
        assertEquals(sbom.getDescriptor().getDigest(), found.get(0).getDigest());
        assertEquals(SBOM, found.get(0).getArtifactType());
        assertEquals("us", found.get(0).getAnnotations().get("org.example.by"));
        // Nobody had to keep the list at a tag.
        assertEquals(List.of("1"), oras.getTags(image).tags());
    }

    @Test
    void a_blob_is_pushed_in_chunks_and_deleted() throws Exception {
        ContainerRef repository = ContainerRef.parse(server.host() + "/oras/chunks");
        Path file = Files.write(stage.directory("chunks").resolve("file"), new byte[3_000_000]);

        String digest = oras.pushBlobChunked(repository, file, 1_000_000).getDigest();

        ContainerRef blob = repository.withDigest(digest);
        assertEquals(3_000_000, oras.getBlob(blob).length);
        oras.deleteBlob(blob);
        assertThrows(OrasException.class, () -> oras.getBlob(blob));
    }

    private static LocalPath file(String name, String text) throws Exception {
        Path file = stage.directory("file").resolve(name);
        return LocalPath.of(Files.writeString(file, text), "text/plain");
    }
}
