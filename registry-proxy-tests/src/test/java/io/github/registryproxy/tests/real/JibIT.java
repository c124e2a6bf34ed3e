package io.github.registryproxy.tests.real;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import io.github.registryproxy.tests.real.SampleImage.Family;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** jib-core: a base image pulled and a new one pushed, both through us, with the login of the client. */
@Tag("real")
@Timeout(120)
class JibIT {
    private static final String OVER_HTTP = "sendCredentialsOverHttp";

    @RegisterExtension
    static final Stage stage = new Stage("docker-registry", "openssl");

    private static DockerRegistry registry;
    private static ProxyServer proxy;

    @BeforeAll
    static void start() throws Exception {
        System.setProperty(OVER_HTTP, "true");
        registry = DockerRegistry.withTokens(stage);
        new SampleImage(registry, "team/a/private").pushIndex("1", Family.OCI);
        proxy = ProxyServer.start(
                stage,
                Map.of(
                        "REGISTRY_HOST",
                        registry.url(),
                        "REPO_PREFIX",
                        "team/a",
                        "ENABLE_PUSH",
                        "true",
                        "TRUSTED_REALMS",
                        registry.issuer().origin()));
    }

    @AfterAll
    static void stop() {
        System.clearProperty(OVER_HTTP);
    }

    @Test
    void jib_builds_on_a_base_image_from_us_and_pushes_to_us() throws Exception {
        Path file = stage.directory("jib").resolve("file");
        Files.writeString(file, "content");
        Path cache = stage.directory("cache");

        JibContainer built = Jib.from(image("private:1"))
                .addLayer(List.of(file), AbsoluteUnixPath.get("/app"))
                .containerize(Containerizer.to(image("jib:1"))
                        .setAllowInsecureRegistries(true)
                        .setBaseImageLayersCache(cache)
                        .setApplicationLayersCache(cache));

        var request = Http.to(registry.url() + "/v2/team/a/jib/manifests/1")
                .header("Accept", Family.OCI.manifest + ", " + Family.DOCKER.manifest)
                .header("Authorization", registry.authorization("team/a/jib"));
        assertEquals(
                built.getDigest().toString(),
                SampleImage.digest(Http.send(request).body()));
    }

    private static RegistryImage image(String name) throws Exception {
        return RegistryImage.named(proxy.host() + "/" + name)
                .addCredential(DockerRegistry.USER, DockerRegistry.PASSWORD);
    }
}
