package io.github.registryproxy.tests.real;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.registryproxy.tests.real.SampleImage.Content;
import io.github.registryproxy.tests.real.SampleImage.Family;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The image of the {@code Containerfile}, built on this machine's Java, which must be one that the file is for. */
@Tag("real")
@Tag("java25")
@Timeout(180)
class ContainerImageIT {
    private static final int JAVA = 25;
    private static final String IMAGE = "localhost/registry-proxy";

    @RegisterExtension
    static final Stage stage = new Stage("buildah", "docker-registry", "ldd");

    private static ContainerTools tools;

    @BeforeAll
    static void build() throws Exception {
        int feature = feature(Programs.javaHome());
        assumeTrue(feature >= JAVA, "the image is for Java " + JAVA + ", this is " + feature);
        tools = new ContainerTools(stage);
        Path root = stage.directory("java");
        new JavaImage(root).make(Programs.javaHome());
        String base = buildah("from", "scratch");
        buildah("copy", base, root.toString(), "/");
        buildah("config", "--env=PATH=" + JavaImage.PATH, base);
        buildah("commit", "--rm", base, "localhost/java");
        buildah(
                "bud",
                "--isolation=chroot",
                "--build-arg=JAVA=localhost/java",
                "--tag=" + IMAGE,
                "--file=" + Programs.built("rp.containerfile"),
                Programs.built("rp.server.jar").getParent().toString());
    }

    @Test
    void it_serves_as_nobody_with_classes_from_its_archive() throws Exception {
        DockerRegistry registry = DockerRegistry.open(stage);
        SampleImage images = new SampleImage(registry, "team/app");
        Content manifest = images.pushImage("amd64", Family.OCI);
        images.pushManifest("1", manifest);
        int port = Stage.freePort();
        String container = buildah("from", "--pull=false", IMAGE);

        List<String> run = new ArrayList<>(List.of(
                "run",
                "--isolation=chroot",
                "--env=HOST=127.0.0.1",
                "--env=PORT=" + port,
                "--env=REGISTRY_HOST=" + registry.url(),
                "--env=CACHE_DIR=/data/cache",
                "--env=JAVA_TOOL_OPTIONS=-Xlog:class+load",
                container,
                "--"));
        run.addAll(entrypoint(container));
        Daemon server = stage.start(ProxyServer.NAME, tools.environment(), tools.storedCommand("buildah", run));
        String url = "http://127.0.0.1:" + port;
        server.awaitReady(
                Duration.ofSeconds(60),
                () -> Http.send(Http.to(url + "/readyz")).statusCode() == 200);

        assertArrayEquals(
                manifest.bytes(),
                Http.send(Http.to(url + "/v2/team/app/manifests/1").header("Accept", manifest.type()))
                        .body());
        Path status = Path.of("/proc", Long.toString(java(server).pid()), "status");
        assertTrue(Files.readString(status).contains("Uid:\t10001\t"), status::toString);
        assertTrue(java(server).destroy()); // SIGTERM
        ProcessHandle.of(server.pid()).orElseThrow().onExit().get(40, TimeUnit.SECONDS);

        List<String> ours = server.log()
                .lines()
                .filter(line -> line.contains("[class,load] io.github.registryproxy.") && !line.contains("Lambda"))
                .toList();
        long archived = ours.stream()
                .filter(line -> line.contains("shared objects file"))
                .count();
        assertTrue(archived > 200, server::logEnd);
        assertTrue(archived > ours.size() * 0.95, server::logEnd);
        assertTrue(server.log().contains("INFO server stopped"), server::logEnd);
    }

    private static List<String> entrypoint(String container) throws Exception {
        String config = buildah("inspect", "--format={{.OCIv1.Config.Entrypoint}}", container);
        return List.of(config.substring(1, config.length() - 1).split(" "));
    }

    private static ProcessHandle java(Daemon server) {
        return ProcessHandle.of(server.pid())
                .orElseThrow()
                .descendants()
                .filter(process -> process.info().command().orElse("").endsWith("/bin/java"))
                .findFirst()
                .orElseThrow();
    }

    private static int feature(Path javaHome) throws Exception {
        String release = Files.readString(javaHome.resolve("release"));
        return Pattern.compile("JAVA_VERSION=\"(\\d+)")
                .matcher(release)
                .results()
                .map(MatchResult::group)
                .map(line -> Integer.parseInt(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    private static String buildah(String... arguments) throws Exception {
        return tools.stored("buildah", List.of(arguments)).succeeded();
    }
}
