package io.github.registryproxy.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.policy.Provenance.Key;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Operation.PullManifest;
import io.github.registryproxy.protocol.Platform;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Tag;
import io.github.registryproxy.store.MemoryStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** What policies remember is bounded, however much a registry or a client makes up. */
class PolicyMemoryTest {
    private static final RepositoryName APP = new RepositoryName("app");

    private static Digest digest(int n) {
        return Digest.parse("sha256:%064x".formatted(n));
    }

    @Test
    void at_most_100_000_manifests_have_known_platforms() {
        KnownPlatforms known = new KnownPlatforms(Optional.empty(), "scope");
        Set<Platform> amd64 = Set.of(Platform.parse("linux/amd64"));
        for (int i = 0; i < 120_000; i++) {
            known.add(APP, digest(i), amd64);
        }
        int remembered = 0;
        for (int i = 0; i < 120_000; i++) {
            remembered += known.of(APP, digest(i)).isEmpty() ? 0 : 1;
        }
        assertTrue(remembered <= 100_000, remembered + " remembered");
    }

    @Test
    void manifest_has_at_most_32_known_platforms() {
        KnownPlatforms known = new KnownPlatforms(Optional.empty(), "scope");
        Set<Platform> many = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            many.add(Platform.parse("linux/arch" + i));
        }
        known.add(APP, digest(1), many);
        assertEquals(32, known.of(APP, digest(1)).size());
    }

    @Test
    void tag_stands_for_at_most_4_manifests_of_different_types() {
        Tagged tagged = Tagged.NOTHING;
        for (int i = 0; i < 10; i++) {
            tagged = tagged.with(new MediaType("application/type" + i), digest(i));
        }
        assertEquals(Set.of(digest(6), digest(7), digest(8), digest(9)), Set.copyOf(tagged.all()));
    }

    @Test
    void at_most_10_000_absent_digests_are_remembered() {
        try (MemoryStore store = new MemoryStore(1 << 28)) {
            ReachRecords records = new ReachRecords(store, "scope", Runnable::run);
            ReachNodes nodes = new ReachNodes(records, 1_000);
            Key first = new Key(APP, digest(0));
            assertTrue(nodes.find(first).isEmpty());
            ReachNode node = new ReachNode();
            node.add(new ReachNode.Standing(new Tag("release"), 1, 0));
            records.putNow(first, node);
            assertTrue(nodes.find(first).isEmpty(), "absent as remembered");
            for (int i = 1; i < 30_000; i++) {
                nodes.find(new Key(APP, digest(i)));
            }
            assertTrue(nodes.find(first).isPresent(), "pushed out by others");
        }
    }

    @Test
    void at_most_20_000_records_wait_to_be_written() {
        CountDownLatch go = new CountDownLatch(1);
        int accepted = 0;
        try (WriteBehind writer = new WriteBehind()) {
            writer.execute(() -> await(go));
            try {
                while (accepted < 30_000) {
                    writer.execute(() -> {});
                    accepted++;
                }
            } catch (RejectedExecutionException e) {
                assertEquals(20_000, accepted);
            } finally {
                go.countDown();
            }
        }
        assertEquals(20_000, accepted);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static byte[] manifest(int n) {
        return ("{\"schemaVersion\":2,\"layers\":[],\"annotations\":{\"n\":\"" + n + "\"}}")
                .getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void at_most_100_000_verdicts_are_remembered() throws IOException {
        int[] judged = {0};
        ManifestGate.Judge judge = (documents, manifest) -> {
            judged[0]++;
            return Optional.empty();
        };
        ManifestGate gate = new ManifestGate(judge, new Refusals((request, policy, rule) -> {}, "Test"), () -> 0);
        int others = 110_000;
        for (int i = 0; i < others; i++) {
            ask(gate, i);
        }
        for (int i = 0; i < 1_000; i++) {
            ask(gate, i);
        }
        assertTrue(judged[0] > others, "all are remembered");
    }

    private static void ask(ManifestGate gate, int n) throws IOException {
        byte[] content = manifest(n);
        PullManifest pull = new PullManifest(APP, Shelf.sha256(content));
        RegistryRequest request = Shelf.request("GET", "/v2/").with(pull);
        gate.handle(request, pull, asked -> RegistryResponse.of(200, Headers.EMPTY, Body.of(content)))
                .close();
    }

    @Test
    void manifest_that_many_ask_for_at_once_is_judged_once() throws Exception {
        int[] judged = {0};
        Thread[] second = new Thread[1];
        ManifestGate.Judge judge = (documents, manifest) -> {
            judged[0]++;
            if (judged[0] == 1) {
                second[0].start();
                while (second[0].getState() != Thread.State.WAITING && second[0].isAlive()) {
                    Thread.onSpinWait();
                }
            }
            return Optional.empty();
        };
        ManifestGate gate = new ManifestGate(judge, new Refusals((request, policy, rule) -> {}, "Test"), () -> 0);
        second[0] = new Thread(() -> {
            try {
                ask(gate, 1);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        ask(gate, 1);
        second[0].join();
        assertEquals(1, judged[0]);
    }
}
