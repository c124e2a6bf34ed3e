package io.github.registryproxy.tests.real;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.Headers;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.testing.ClientSide;
import io.github.registryproxy.testing.FakeRegistry;
import io.github.registryproxy.testing.Reply;
import io.github.registryproxy.testing.Transcript;
import io.github.registryproxy.tests.HandlerServer;
import io.github.registryproxy.tests.SocketClient;
import io.github.registryproxy.tests.SwitchedHandler;
import io.github.registryproxy.tests.real.StockTomcat.Application;
import io.github.registryproxy.tests.transcripts.FacadeTranscripts;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The example's WAR on the Tomcats that people download: the transcripts of {@link FacadeTranscripts}, and a pull. */
@Tag("real")
@Timeout(180)
class StockTomcatIT {
    @RegisterExtension
    static final Stage stage = new Stage();

    @TestFactory
    Stream<DynamicNode> the_war_serves_on_tomcat_10_1() throws Exception {
        return new Deployed("10.1").tests();
    }

    @TestFactory
    Stream<DynamicNode> the_war_serves_on_tomcat_11() throws Exception {
        return new Deployed("11.0").tests();
    }

    /** One Tomcat with the WAR at the root and at context paths, and the registry in this process behind all of them. */
    private static final class Deployed {
        private final SwitchedHandler registry = new SwitchedHandler();
        private final StockTomcat tomcat;

        Deployed(String line) throws IOException, InterruptedException {
            Path war = Programs.built("rp.example.war");
            HandlerServer server = stage.closing(new HandlerServer(registry));
            Map<String, String> environment = new TreeMap<>(FacadeTranscripts.PULLS.settings(server.base()));
            environment.put("ENABLE_PUSH", "false");
            environment.put("CATALINA_OPTS", "-Xmx256m");
            tomcat = new StockTomcat(
                    stage,
                    StockTomcat.distribution(line),
                    List.of(
                            new Application("ROOT", war, Map.of()),
                            new Application("mirror", war, Map.of()),
                            new Application("pushes", war, FacadeTranscripts.PUSHES.settings(server.base())),
                            new Application("broken", war, Map.of("BLOB_DELIVERY", "mail"))),
                    environment);
        }

        Stream<DynamicNode> tests() {
            return Stream.of(
                    FacadeTranscripts.PULLS.all(transcript -> replay(transcript, "")),
                    FacadeTranscripts.PULLS.all(transcript -> replay(transcript, "/mirror")),
                    FacadeTranscripts.PUSHES.all(transcript -> replay(transcript, "/pushes")),
                    DynamicTest.dynamicTest("an image is pulled", this::pull),
                    DynamicTest.dynamicTest("a wrong setting stops a deployment, and no other", this::broken));
        }

        private void replay(Transcript transcript, String context) {
            transcript.replay(upstream -> {
                registry.use(upstream);
                return client(context);
            });
        }

        private ClientSide client(String context) {
            return new SocketClient(URI.create("http://127.0.0.1:" + tomcat.port() + context), () -> {});
        }

        private void pull() throws IOException {
            FakeRegistry content = new FakeRegistry();
            byte[] blob = Transcript.bytes(3_000_000);
            Digest manifest = content.image("team/a/app", "1.0", blob);
            Digest layer = Digest.of(Digest.Algorithm.SHA256, blob);
            registry.use(content);
            for (String context : List.of("", "/mirror", "/pushes")) {
                Reply tagged = get(context, "/v2/app/manifests/1.0");
                assertEquals(manifest, Digest.of(Digest.Algorithm.SHA256, tagged.body()));
                assertArrayEquals(blob, get(context, "/v2/app/blobs/" + layer).body());
            }
        }

        private void broken() throws IOException {
            assertEquals(404, get("/broken", "/v2/_catalog").status(), "not even by the application at the root");
            String line = "/broken is not served: BLOB_DELIVERY=mail (context parameter): expected redirect or stream";
            assertTrue(tomcat.log().lines().anyMatch(logged -> logged.endsWith(line)), tomcat::log);
        }

        private Reply get(String context, String target) throws IOException {
            try (ClientSide client = client(context)) {
                return client.send("GET", target, Headers.EMPTY, Body.empty());
            }
        }
    }
}
