package io.github.registryproxy.tests.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.tests.real.SampleImage.Family;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A registry with token auth behind a proxy that has no credentials: its clients get their tokens through us. */
@Tag("real")
@Timeout(180)
class ClientPullsIT {
    @RegisterExtension
    static final Stage stage = new Stage(Clients.PROGRAMS);

    private static final Clients clients = new Clients(stage);
    private static DockerRegistry registry;
    private static ProxyServer proxy;
    private static ProxyServer streaming;
    private static ProxyServer trusting;

    @BeforeAll
    static void start() throws Exception {
        registry = DockerRegistry.withTokens(stage);
        new SampleImage(registry, "team/a/app").pushIndex("1", Family.OCI);
        new SampleImage(registry, "team/a/docker").pushIndex("1", Family.DOCKER);
        new SampleImage(registry, "team/a/private").pushIndex("1", Family.OCI);
        proxy = ProxyServer.start(stage, Map.of("REGISTRY_HOST", registry.url(), "REPO_PREFIX", "team/a"));
        streaming = ProxyServer.start(
                stage, Map.of("REGISTRY_HOST", registry.url(), "REPO_PREFIX", "team/a", "BLOB_DELIVERY", "stream"));
        // Credentials, the clients' too, go to the registry's own origin and to the listed realms.
        trusting = ProxyServer.start(
                stage,
                Map.of(
                        "REGISTRY_HOST", registry.url(),
                        "REPO_PREFIX", "team/a",
                        "TRUSTED_REALMS", registry.issuer().origin()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dockerd", "podman", "skopeo", "ctr"})
    void a_pull_through_us_has_the_digest_of_a_direct_pull(String client) throws Exception {
        for (String image : new String[] {"app:1", "docker:1"}) {
            String ours = clients.named(client).pull(proxy.host() + "/" + image);

            assertEquals(clients.named(client).pull(registry.host() + "/team/a/" + image), ours, image);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dockerd", "podman", "skopeo", "ctr"})
    void a_private_repository_is_pulled_with_the_clients_own_login(String client) throws Exception {
        Puller puller = clients.named(client);
        String reference = trusting.host() + "/private:1";

        String ours = puller.pullAs(DockerRegistry.USER, DockerRegistry.PASSWORD, reference);

        String direct = registry.host() + "/team/a/private:1";
        assertEquals(puller.pullAs(DockerRegistry.USER, DockerRegistry.PASSWORD, direct), ours);
        assertThrows(AssertionError.class, () -> puller.pull(reference));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dockerd", "podman", "skopeo", "ctr"})
    void a_login_is_not_passed_to_a_realm_that_is_not_listed(String client) throws Exception {
        Puller puller = clients.named(client);
        int before = registry.issuer().logins();

        assertThrows(
                AssertionError.class,
                () -> puller.pullAs(DockerRegistry.USER, DockerRegistry.PASSWORD, proxy.host() + "/private:1"));
        assertEquals(before, registry.issuer().logins());
    }

    @ParameterizedTest
    @ValueSource(strings = {"dockerd", "podman", "skopeo", "ctr"})
    void no_header_and_no_body_names_the_prefix_when_we_stream(String client) throws Exception {
        try (Recorder recorder = new Recorder(streaming.port())) {
            clients.named(client).pull(recorder.host() + "/app:1");
            assertThrows(AssertionError.class, () -> clients.named(client).pull(recorder.host() + "/none:1"));

            String received = recorder.received();
            assertTrue(received.contains("401 Unauthorized"), "the dance was danced through us");
            assertTrue(received.contains("/_token"), received);
            assertFalse(received.contains("team/a"), received);
            assertFalse(received.contains("team%2Fa"), received);
        }
    }
}
