package io.github.registryproxy.tests.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import io.github.registryproxy.tests.real.SampleImage.Content;
import io.github.registryproxy.tests.real.SampleImage.Family;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images pushed to {@code team-registry.yaml} and pulled again, by the clients that people have. */
@Tag("real")
@Timeout(180)
class HostedClientsIT {
    @RegisterExtension
    static final Stage stage =
            new Stage("buildah", "podman", "skopeo", "dockerd", "docker", "containerd", "ctr", "docker-registry");

    private static final Clients clients = new Clients(stage);
    private static DockerRegistry upstream;
    private static ProxyServer registry;
    private static Buildah buildah;
    private static Skopeo skopeo;

    @BeforeAll
    @Timeout(120)
    static void start() throws Exception {
        upstream = DockerRegistry.open(stage);
        registry = TeamRegistry.start(stage, stage.directory("data"), upstream.url(), "-Xmx64m");
        skopeo = new Skopeo(stage);
        buildah = new Buildah(stage);
        buildah.build("one");
        buildah.build("two");
        buildah.index("both", "one", "two");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dockerd", "podman", "skopeo", "ctr"})
    void what_buildah_pushes_everybody_pulls(String client) throws Exception {
        String reference = registry.host() + "/buildah/" + client + ":1";
        String digest = buildah.push("one", reference);

        assertEquals(digest, clients.named(client).pull(reference));
    }

    @Test
    void an_index_that_buildah_pushes_comes_back_with_all_it_names() throws Exception {
        String reference = registry.host() + "/buildah/both:1";
        String digest = buildah.pushIndex("both", reference);

        assertEquals(digest, skopeo.pull(reference));
    }

    @ParameterizedTest
    @ValueSource(strings = {"OCI", "DOCKER"})
    void an_index_that_skopeo_copies_comes_back_with_all_it_names(String family) throws Exception {
        String name = "skopeo/" + family.toLowerCase(Locale.ROOT);
        Content index = new SampleImage(registry.url(), name).pushIndex("1", Family.valueOf(family));
        String copy = registry.host() + "/" + name + "-copy:1";

        skopeo.copy("docker://" + registry.host() + "/" + name + ":1", "docker://" + copy);

        assertEquals(index.digest(), skopeo.pull(copy));
        assertEquals(skopeo.pull(copy), clients.named("dockerd").pull(copy));
    }

    @Test
    void what_podman_pushes_comes_back() throws Exception {
        new SampleImage(registry.url(), "podman/app").pushIndex("1", Family.OCI);
        String copy = registry.host() + "/podman/copy:1";

        String digest = new Podman(stage).copy(registry.host() + "/podman/app:1", copy);

        assertEquals(digest, clients.named("podman").pull(copy));
        assertEquals(digest, skopeo.pull(copy));
    }

    @Test
    void what_dockerd_pushes_comes_back() throws Exception {
        new SampleImage(registry.url(), "docker/app").pushIndex("1", Family.DOCKER);
        Dockerd dockerd = (Dockerd) clients.named("dockerd");
        String copy = registry.host() + "/docker/copy:1";

        String digest = dockerd.copy(registry.host() + "/docker/app:1", copy);

        assertEquals(digest, dockerd.pull(copy));
        assertEquals(digest, skopeo.pull(copy));
    }

    @Test
    void jib_builds_on_an_image_from_us_and_pushes_to_us() throws Exception {
        new SampleImage(registry.url(), "jib/base").pushIndex("1", Family.OCI);
        Path file = Files.writeString(stage.directory("jib").resolve("file"), "content");
        Path cache = stage.directory("cache");

        JibContainer built = Jib.from(RegistryImage.named(registry.host() + "/jib/base:1"))
                .addLayer(List.of(file), AbsoluteUnixPath.get("/app"))
                .containerize(Containerizer.to(RegistryImage.named(registry.host() + "/jib/app:1"))
                        .setAllowInsecureRegistries(true)
                        .setBaseImageLayersCache(cache)
                        .setApplicationLayersCache(cache));

        assertEquals(built.getDigest().toString(), skopeo.pull(registry.host() + "/jib/app:1"));
    }

    @Test
    void skopeo_lists_tags_and_deletes() throws Exception {
        SampleImage images = new SampleImage(registry.url(), "lists/app");
        images.pushIndex("1", Family.OCI);
        images.pushIndex("2", Family.OCI);
        String repository = registry.host() + "/lists/app";
        assertTrue(skopeo.tags(repository).replaceAll("\\s", "").contains("\"Tags\":[\"1\",\"2\"]"));

        skopeo.delete(repository + ":1");

        assertTrue(skopeo.tags(repository).replaceAll("\\s", "").contains("\"Tags\":[\"2\"]"));
        assertThrows(AssertionError.class, () -> skopeo.pull(repository + ":1"));
        skopeo.pull(repository + ":2");
    }

    @Test
    void a_mirror_of_containerd_is_pulled_from() throws Exception {
        Content index = new SampleImage(upstream, "team/mirrored").pushIndex("1", Family.OCI);
        Ctr ctr = (Ctr) clients.named("ctr");

        assertEquals(index.digest(), ctr.pullBy(registry.url(), "upstream", "team/mirrored:1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dockerd", "podman", "skopeo", "ctr"})
    void somebody_else_s_image_comes_from_its_place_and_is_kept(String client) throws Exception {
        String name = "team/" + client;
        new SampleImage(upstream, name).pushIndex("1", Family.OCI);
        String reference = registry.host() + "/proxy/upstream/" + name + ":1";

        String digest = clients.named(client).pull(reference);

        int asked = upstream.requests("GET /v2/" + name + "/blobs/").size();
        assertEquals(digest, clients.named(client).pull(reference));
        assertEquals(asked, upstream.requests("GET /v2/" + name + "/blobs/").size());
    }

    @Test
    void a_signature_at_the_tag_of_cosign_is_pulled_and_listed() throws Exception {
        SampleImage images = new SampleImage(registry.url(), "cosign/app");
        String signed = images.pushIndex("1", Family.OCI).digest();

        Cosign cosign = Cosign.withNewKey();
        cosign.signAtTag(images, signed, signed);
        cosign.signByBundle(images, signed);

        String tag = signed.replace(':', '-');
        String tags = skopeo.tags(registry.host() + "/cosign/app");
        assertTrue(tags.contains(tag + ".sig"), tags);
        assertTrue(tags.contains(tag + "\""), tags);
        assertFalse(skopeo.pull(registry.host() + "/cosign/app:" + tag + ".sig").isEmpty());
    }
}
