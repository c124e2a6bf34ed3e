package io.github.registryproxy.tests.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.registryproxy.tests.real.SampleImage.Content;
import io.github.registryproxy.tests.real.SampleImage.Family;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Only what the release key signed is served, out of a registry that has all kinds. */
@Tag("real")
@Timeout(180)
class SignaturesIT {
    @RegisterExtension
    static final Stage stage = new Stage(Clients.PROGRAMS);

    private static final Clients clients = new Clients(stage);
    private static ProxyServer proxy;
    private static Content atTag;
    private static Content byBundle;
    private static List<Content> refused;

    @BeforeAll
    static void start() throws Exception {
        DockerRegistry registry = DockerRegistry.open(stage);
        SampleImage images = new SampleImage(registry, "team/app");
        Cosign release = Cosign.withNewKey();
        atTag = images.pushIndex("at-tag", Family.OCI);
        release.signAtTag(images, atTag.digest(), atTag.digest());
        byBundle = images.pushIndex("by-bundle", Family.DOCKER);
        release.signByBundle(images, byBundle.digest());

        Content unsigned = images.pushIndex("unsigned", Family.OCI);
        Content byStranger = images.pushIndex("by-stranger", Family.OCI);
        Cosign stranger = Cosign.withNewKey();
        stranger.signAtTag(images, byStranger.digest(), byStranger.digest());
        stranger.signByBundle(images, byStranger.digest());
        Content ofAnother = images.pushIndex("of-another", Family.OCI);
        release.signAtTag(images, atTag.digest(), ofAnother.digest());
        refused = List.of(unsigned, byStranger, ofAnother);

        Path keys = release.publicKey(stage.directory("keys").resolve("cosign.pub"));
        proxy = ProxyServer.start(
                stage,
                Map.of("REGISTRY_HOST", registry.url(), "REPO_PREFIX", "team", "SIGNATURE_KEYS", keys.toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dockerd", "podman", "skopeo"})
    void what_is_signed_is_pulled_by_tag_and_by_digest(String client) throws Exception {
        Puller puller = clients.named(client);
        String app = proxy.host() + "/app";
        assertEquals(atTag.digest(), puller.pull(app + ":at-tag"));
        assertEquals(byBundle.digest(), puller.pull(app + ":by-bundle"));
        puller.pull(app + "@" + atTag.digest());
        puller.pull(app + "@" + byBundle.digest());
    }

    @ParameterizedTest
    @ValueSource(strings = {"dockerd", "podman", "skopeo"})
    void what_is_not_signed_is_not_pulled_by_tag_or_by_digest(String client) throws Exception {
        Puller puller = clients.named(client);
        String app = proxy.host() + "/app";
        for (String tag : List.of("unsigned", "by-stranger", "of-another")) {
            assertThrows(AssertionError.class, () -> puller.pull(app + ":" + tag), tag);
        }
        for (Content image : refused) {
            assertThrows(AssertionError.class, () -> puller.pull(app + "@" + image.digest()));
        }
    }
}
