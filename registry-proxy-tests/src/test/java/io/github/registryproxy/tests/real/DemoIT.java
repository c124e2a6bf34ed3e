package io.github.registryproxy.tests.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The README's first command. */
@Tag("real")
@Timeout(120)
class DemoIT {
    @RegisterExtension
    static final Stage stage = new Stage("podman");

    @Test
    void the_demo_serves_the_pull_it_prints_and_ends_at_sigterm() throws Exception {
        int port = Stage.freePort();
        Daemon demo = stage.start(
                "demo",
                Map.of("JAVA_HOME", Programs.javaHome().toString()),
                List.of(Programs.built("rp.launcher").toString(), "demo", "--port", Integer.toString(port)));
        String host = "localhost:" + port;
        demo.awaitReady(
                Duration.ofSeconds(60),
                () -> Http.send(Http.to("http://" + host + "/v2/")).statusCode() < 500);

        for (String tag : List.of("release-1", "release-2", "dev")) {
            String digest = new Podman(stage).pull(host + "/hello:" + tag);
            assertTrue(digest.startsWith("sha256:"), digest);
        }
        assertTrue(demo.log().contains("podman pull --tls-verify=false " + host + "/hello:release-1"), demo.log());
        assertEquals(0, demo.stop(Duration.ofSeconds(40)));
    }

    @Test
    void the_launcher_takes_classes_from_the_archive_it_made_and_says_nothing_of_it() throws Exception {
        String launcher = Programs.built("rp.launcher").toString();
        String java = Programs.javaHome().toString();

        String quiet = Command.run(Map.of("JAVA_HOME", java), List.of(launcher, "--version"))
                .succeeded();
        String telling = Command.run(
                        Map.of("JAVA_HOME", java, "JAVA_OPTS", "-Xlog:class+load"), List.of(launcher, "--version"))
                .succeeded();

        assertTrue(quiet.matches("registry-proxy \\S+"), quiet);
        assertTrue(
                telling.lines()
                        .anyMatch(line ->
                                line.contains("io.github.registryproxy.server.Main source: shared objects file")),
                telling);
    }
}
