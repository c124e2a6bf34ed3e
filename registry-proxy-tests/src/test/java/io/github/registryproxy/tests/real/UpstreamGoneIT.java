package io.github.registryproxy.tests.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.tests.real.SampleImage.Content;
import io.github.registryproxy.tests.real.SampleImage.Family;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What was pulled once, while the registry is refused, silent, or was never there. */
@Tag("real")
@Timeout(240)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class UpstreamGoneIT {
    private static final int QUESTIONS = 500;

    /** Four seconds of patience, and a second for the machine. */
    private static final long LONGEST_WAIT_MILLIS = 5_000;

    @RegisterExtension
    static final Stage stage = new Stage(Clients.PROGRAMS);

    private static final Clients clients = new Clients(stage);
    private static final Map<String, String> pulled = new LinkedHashMap<>();
    private static Content index;
    private static Gate gate;
    private static Map<String, String> settings;
    private static ProxyServer proxy;

    @BeforeAll
    static void start() throws Exception {
        DockerRegistry registry = DockerRegistry.open(stage);
        index = new SampleImage(registry, "team/a/app").pushIndex("1", Family.OCI);
        Content docker = new SampleImage(registry, "team/a/docker").pushIndex("1", Family.DOCKER);
        gate = stage.closing(new Gate(registry.port()));
        settings = Map.of(
                "REGISTRY_HOST",
                gate.url(),
                "REPO_PREFIX",
                "team/a",
                "CACHE_DIR",
                stage.directory("cache").toString(),
                "TAG_TTL",
                "0s");
        proxy = ProxyServer.start(stage, settings);
        tag();
        for (String client : List.of("podman", "dockerd")) {
            for (String image : List.of("app:1", "docker:1", "app@" + index.digest(), "docker@" + docker.digest())) {
                pulled.put(client + " " + image, clients.named(client).pull(proxy.host() + "/" + image));
            }
        }
    }

    private static void everythingIsPulledAgain() throws Exception {
        for (Map.Entry<String, String> one : pulled.entrySet()) {
            String[] who = one.getKey().split(" ");
            assertEquals(one.getValue(), clients.named(who[0]).pull(proxy.host() + "/" + who[1]), one.getKey());
        }
    }

    @Test
    @Order(1)
    void a_registry_that_refuses_connections_is_not_missed() throws Exception {
        gate.shut();

        everythingIsPulledAgain();
        answersAtOnce("refused");
    }

    @Test
    @Order(2)
    void nor_is_one_that_is_silent_and_it_is_asked_once_a_second_at_most() throws Exception {
        gate.open();
        backAgain();
        gate.swallow();
        long begun = System.nanoTime();
        assertTrue(tag().headers().firstValue("Warning").isPresent());
        long first = (System.nanoTime() - begun) / 1_000_000;

        answersAtOnce("silent");
        everythingIsPulledAgain();

        long seconds = (System.nanoTime() - begun) / 1_000_000_000;
        int asked = gate.swallowed();
        gate.open();
        long back = backAgain();
        Figures.say(
                "registry silent: %d ms until cached answers come at once, asked %d times in %d s, %d ms until it was found back"
                        .formatted(first, asked, seconds, back));
        assertTrue(first <= LONGEST_WAIT_MILLIS, () -> "waited " + first + " ms");
        assertTrue(asked <= seconds + 2, () -> "asked " + asked + " times in " + seconds + " s");
        assertTrue(back <= 10_000, () -> "away for " + back + " ms more");
    }

    @Test
    @Order(3)
    void a_server_that_starts_without_its_registry_serves_what_it_has() throws Exception {
        proxy.close();
        gate.shut();
        proxy = ProxyServer.start(stage, settings);

        everythingIsPulledAgain();
    }

    private static HttpResponse<byte[]> tag() throws Exception {
        HttpResponse<byte[]> answer = Http.send(Http.to(proxy.url() + "/v2/app/manifests/1")
                .header("Accept", "application/vnd.oci.image.index.v1+json"));
        assertEquals(200, answer.statusCode());
        assertEquals(index.digest(), SampleImage.digest(answer.body()));
        return answer;
    }

    /** How long it takes, in milliseconds, until the tag is no longer stale. */
    private static long backAgain() throws Exception {
        long begun = System.nanoTime();
        while (tag().headers().firstValue("Warning").isPresent()) {
            assertTrue(System.nanoTime() - begun < 60_000_000_000L, "still stale");
            TimeUnit.MILLISECONDS.sleep(100);
        }
        return (System.nanoTime() - begun) / 1_000_000;
    }

    private static void answersAtOnce(String registry) throws Exception {
        for (int i = 0; i < 6; i++) {
            tag();
        }
        List<Long> micros = new ArrayList<>();
        for (int i = 0; i < QUESTIONS; i++) {
            long begun = System.nanoTime();
            assertTrue(tag().headers().firstValue("Warning").isPresent());
            micros.add((System.nanoTime() - begun) / 1_000);
        }
        micros.sort(null);
        Figures.say(
                "registry %s, breaker open: a cached tag within %.1f ms (median), %.1f ms (p99), %.1f ms (slowest of %d)"
                        .formatted(
                                registry,
                                micros.get(QUESTIONS / 2) / 1e3,
                                micros.get(QUESTIONS * 99 / 100) / 1e3,
                                micros.get(QUESTIONS - 1) / 1e3,
                                QUESTIONS));
        assertTrue(micros.get(QUESTIONS / 2) < 50_000, () -> micros.get(QUESTIONS / 2) + " us");
    }
}
