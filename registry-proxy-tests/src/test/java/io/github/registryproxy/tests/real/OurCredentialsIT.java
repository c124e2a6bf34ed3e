package io.github.registryproxy.tests.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.github.registryproxy.tests.real.SampleImage.Family;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Private repositories behind a proxy that has the credentials: its clients need none. */
@Tag("real")
@Timeout(180)
class OurCredentialsIT {
    @RegisterExtension
    static final Stage stage = new Stage(Clients.PROGRAMS);

    private static final Clients clients = new Clients(stage);
    private static final Map<String, DockerRegistry> registries = new HashMap<>();
    private static final Map<String, ProxyServer> proxies = new HashMap<>();

    @BeforeAll
    static void start() throws Exception {
        DockerRegistry passwords = DockerRegistry.withPasswords(stage);
        serve("htpasswd", passwords, Map.of());
        DockerRegistry tokens = DockerRegistry.withTokens(stage);
        serve("token", tokens, Map.of("TRUSTED_REALMS", tokens.issuer().origin()));
    }

    private static void serve(String auth, DockerRegistry registry, Map<String, String> more) throws Exception {
        new SampleImage(registry, "team/a/private").pushIndex("1", Family.OCI);
        Map<String, String> settings = new HashMap<>(more);
        settings.put("REGISTRY_HOST", registry.url());
        settings.put("REPO_PREFIX", "team/a");
        settings.put("REGISTRY_USERNAME", DockerRegistry.USER);
        settings.put("REGISTRY_PASSWORD", DockerRegistry.PASSWORD);
        registries.put(auth, registry);
        proxies.put(auth, ProxyServer.start(stage, settings));
    }

    @ParameterizedTest
    @CsvSource({
        "htpasswd, dockerd", "htpasswd, podman", "htpasswd, skopeo", "htpasswd, ctr",
        "token, dockerd", "token, podman", "token, skopeo", "token, ctr"
    })
    void a_client_pulls_a_private_repository_without_credentials(String auth, String client) throws Exception {
        Puller puller = clients.named(client);

        String ours = puller.pull(proxies.get(auth).host() + "/private:1");

        String direct = registries.get(auth).host() + "/team/a/private:1";
        assertEquals(puller.pullAs(DockerRegistry.USER, DockerRegistry.PASSWORD, direct), ours);
        String log = proxies.get(auth).process().log();
        assertFalse(log.contains(DockerRegistry.PASSWORD), "our log keeps the password");
    }
}
