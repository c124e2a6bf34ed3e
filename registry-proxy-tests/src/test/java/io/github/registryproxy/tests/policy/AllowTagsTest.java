package io.github.registryproxy.tests.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.policy.AllowTags;
import io.github.registryproxy.policy.AllowTagsBuilder;
import io.github.registryproxy.policy.Audit;
import io.github.registryproxy.policy.ResolutionBudget;
import io.github.registryproxy.policy.Rules;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.store.MemoryStore;
import io.github.registryproxy.testing.FakeRegistry;
import io.github.registryproxy.testing.Quirk;
import io.github.registryproxy.tests.policy.Asking.SetClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AllowTagsTest {
    private static final Duration NO_GRACE = Duration.ZERO;

    private final FakeRegistry registry = new FakeRegistry();
    private final MemoryStore store = new MemoryStore(1 << 30);
    private final SetClock clock = new SetClock();
    private final List<String> audited = new CopyOnWriteArrayList<>();
    private final List<Asking> opened = new ArrayList<>();

    private Digest release;
    private Digest child;
    private Digest index;
    private Digest dev;

    @BeforeEach
    void fill() {
        release = registry.image("app", "release-1", bytes("shared"), bytes("only release"));
        dev = registry.image("app", "dev", bytes("shared"), bytes("only dev"));
        child = registry.image("app", "tmp", bytes("only child"));
        index = registry.index("app", "release-2", Map.of("amd64", child));
    }

    @AfterEach
    void close() {
        opened.forEach(Asking::close);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Digest digest(String text) {
        return Digest.of(Digest.Algorithm.SHA256, bytes(text));
    }

    private AllowTagsBuilder policy() {
        return AllowTags.builder(Rules.ofTags("release-*"))
                .provenance(store, "test")
                .clocks(clock::nanos, clock)
                .audit((request, policy, rule) -> audited.add(Audit.line(request, policy, rule)));
    }

    private Asking asking(AllowTagsBuilder policy, RegistryHandler upstream) {
        Asking asking = new Asking(policy.build(), upstream);
        opened.add(asking);
        return asking;
    }

    private Asking asking(AllowTagsBuilder policy) {
        return asking(policy, registry);
    }

    @Test
    void each_refusal_is_audited_once_with_the_rule() throws IOException {
        Asking client = asking(policy());
        assertEquals(404, client.manifest("dev"));
        assertEquals(404, client.blob(digest("only dev")));

        assertEquals(
                List.of(
                        "REFUSED - 192.0.2.1 GET PullManifest app dev AllowTags no rule allows it",
                        "REFUSED - 192.0.2.1 GET PullBlob app " + digest("only dev")
                                + " AllowTags no allowed tag leads to it"),
                audited);
    }

    @Test
    void after_a_restart_what_was_known_is_served_and_nothing_asked() throws IOException {
        Asking before = asking(policy());
        assertEquals(200, before.manifest("release-2"));
        assertEquals(200, before.manifest(child));
        before.close();
        int asked = registry.requests().size();

        Asking after = asking(policy());
        assertEquals(200, after.blob(digest("only child")));
        assertEquals(200, after.manifest(child));
        assertEquals(200, after.manifest(index));
        assertEquals(
                asked + 3, registry.requests().size(), registry.requestLines().toString());
        assertEquals(404, after.blob(digest("only dev")));
        assertEquals(404, after.manifest(dev));
    }

    @Test
    void on_a_cold_instance_every_digest_may_come_first() throws IOException {
        for (Digest manifest : List.of(release, index, child)) {
            assertEquals(200, cold().manifest(manifest));
        }
        for (String blob : List.of("shared", "only release", "only child")) {
            assertEquals(200, cold().blob(digest(blob)), blob);
        }
        assertEquals(404, cold().manifest(dev));
        assertEquals(404, cold().blob(digest("only dev")));
    }

    private Asking cold() {
        return asking(policy().provenance(new MemoryStore(1 << 20), "cold"));
    }

    @Test
    void what_a_tag_has_left_is_served_for_the_grace_and_then_not() throws IOException {
        Asking client = asking(policy().grace(Duration.ofMinutes(10)));
        assertEquals(200, client.manifest("release-1"));
        registry.tag("app", "release-1", child);
        assertEquals(200, client.manifest("release-1"));

        assertEquals(200, client.blob(digest("only release")));
        clock.pass(Duration.ofMinutes(11));
        assertEquals(404, client.blob(digest("only release")));
        assertEquals(404, client.manifest(release));
        assertEquals(200, client.manifest(child));
    }

    @Test
    void another_allowed_tag_keeps_what_one_has_left() throws IOException {
        Asking client = asking(policy().grace(NO_GRACE));
        registry.tag("app", "release-0", release);
        assertEquals(200, client.manifest("release-0"));
        assertEquals(200, client.manifest("release-1"));
        registry.tag("app", "release-1", child);
        assertEquals(200, client.manifest("release-1"));

        assertEquals(200, client.blob(digest("only release")));
        registry.tag("app", "release-0", child);
        assertEquals(200, client.manifest("release-0"));
        assertEquals(404, client.blob(digest("only release")));
    }

    @Test
    void a_move_is_remembered_over_a_restart() throws IOException {
        Asking before = asking(policy().grace(NO_GRACE));
        assertEquals(200, before.manifest("release-1"));
        registry.tag("app", "release-1", child);
        assertEquals(200, before.manifest("release-1"));
        before.close();

        Asking after = asking(policy().grace(NO_GRACE));
        assertEquals(404, after.blob(digest("only release")));
        assertEquals(200, after.blob(digest("only child")));
    }

    @Test
    void a_tag_that_is_gone_leads_nowhere() throws IOException {
        learn("release-1");
        FakeRegistry without = new FakeRegistry();
        without.blob("app", bytes("only release"));
        Asking later = asking(policy().grace(NO_GRACE), without);

        assertEquals(404, later.manifest("release-1"));
        assertEquals(404, later.blob(digest("only release")));
    }

    @Test
    void a_tag_that_nobody_pulled_for_long_is_asked_for_again() throws IOException {
        Asking client = asking(policy().grace(NO_GRACE).recheck(Duration.ofHours(1)));
        assertEquals(200, client.manifest("release-1"));
        clock.pass(Duration.ofHours(2));
        assertEquals(200, client.blob(digest("only release")));
        assertEquals("HEAD /v2/app/manifests/release-1", fromLast(2));

        registry.tag("app", "release-1", child);
        clock.pass(Duration.ofHours(2));
        assertEquals(404, client.blob(digest("only release")));
    }

    /** By a policy that has ended. */
    private void learn(String tag) throws IOException {
        Asking before = asking(policy());
        assertEquals(200, before.manifest(tag));
        before.close();
    }

    private String fromLast(int n) {
        List<String> lines = registry.requestLines();
        return lines.get(lines.size() - n);
    }

    @Test
    void a_tag_that_nobody_can_be_asked_for_is_believed() throws IOException {
        learn("release-1");
        clock.pass(Duration.ofDays(3));
        Asking away = asking(policy(), request -> {
            if (request.operation() instanceof Operation.PullBlob) {
                return registry.handle(request);
            }
            throw new IOException("away");
        });

        assertEquals(200, away.blob(digest("only release")));
    }

    @Test
    void a_clock_that_was_set_back_makes_nothing_immortal() throws IOException {
        Asking client = asking(policy().grace(Duration.ofHours(1)));
        assertEquals(200, client.manifest("release-1"));
        registry.tag("app", "release-1", child);
        assertEquals(200, client.manifest("release-1"));
        clock.pass(Duration.ofDays(-1));

        assertEquals(404, client.blob(digest("only release")));
        assertEquals(200, client.blob(digest("only child")));
    }

    @Test
    void one_tag_may_be_an_index_to_one_client_and_an_image_to_another() throws IOException {
        RegistryHandler converting = request -> request.headers()
                                .first("Accept")
                                .filter(accept -> accept.contains("index"))
                                .isPresent()
                        || !request.operation().path().endsWith("manifests/release-2")
                ? registry.handle(request)
                : registry.handle(request.with(new Operation.PullManifest(new RepositoryName("app"), child)));
        Asking client = asking(policy().grace(NO_GRACE), converting);
        registry.tag("app", "release-1", release);

        assertEquals(200, client.manifest(index));
        assertEquals(200, client.manifest("release-2"), "the image");
        assertEquals(200, client.manifest(index), "asked for again, the tag is still the index");
        assertEquals(200, client.blob(digest("only child")));
    }

    @Test
    void ten_thousand_tags_are_work_in_portions() throws IOException {
        for (int i = 0; i < 10_000; i++) {
            registry.tag("app", "release-x" + i, release);
        }
        registry.tag("app", "release-z", registry.image("app", "tmp", bytes("the last")));
        AtomicInteger manifests = new AtomicInteger();
        AtomicInteger lists = new AtomicInteger();
        RegistryHandler counted = request -> {
            (request.operation() instanceof Operation.ListTags ? lists : manifests).incrementAndGet();
            return registry.handle(request);
        };
        Asking client = asking(
                policy().budget(new ResolutionBudget(2000, 2, Duration.ofMinutes(1), Duration.ofSeconds(30))), counted);
        int attempts = 0;
        int status = 404;
        while (status == 404 && attempts < 10) {
            int before = manifests.get();
            int pages = lists.get();
            status = client.blob(digest("the last"));
            assertTrue(manifests.get() - before <= 2001, "manifests: " + (manifests.get() - before));
            assertTrue(lists.get() - pages <= 2, "pages: " + (lists.get() - pages));
            attempts++;
        }

        assertEquals(200, status, "after " + attempts);
        assertTrue(attempts > 3, "in portions: " + attempts);
    }

    @Test
    void digests_made_up_cost_the_registry_nothing_once_all_is_known() throws IOException {
        Asking client = asking(policy());
        assertEquals(404, client.blob(digest("made up")));
        int asked = registry.requests().size();
        for (int i = 0; i < 1000; i++) {
            assertEquals(404, client.blob(digest("made up " + i)));
        }
        assertEquals(asked, registry.requests().size());

        for (int i = 0; i < 1000; i++) {
            assertEquals(404, client.manifest(digest("made up " + i)));
        }
        assertTrue(registry.requests().size() - asked <= 16, "guesses are few");
        clock.pass(Duration.ofHours(1));
        registry.tag("app", "release-3", dev);
        assertEquals(200, client.manifest(dev), "what is new is found later");
    }

    @Test
    void a_hundred_that_come_at_once_are_answered_by_one_walk() throws Exception {
        Asking client = asking(policy());
        ExecutorService clients = Executors.newFixedThreadPool(20);
        try {
            List<Callable<Integer>> pulls = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                Digest wanted = i % 2 == 0 ? digest("only child") : digest("made up " + i);
                pulls.add(() -> client.blob(wanted));
            }
            List<Future<Integer>> answers = clients.invokeAll(pulls);
            for (int i = 0; i < 100; i++) {
                assertEquals(i % 2 == 0 ? 200 : 404, answers.get(i).get());
            }
        } finally {
            clients.shutdownNow();
            assertTrue(clients.awaitTermination(10, TimeUnit.SECONDS));
        }
        assertEquals(
                1,
                registry.requestLines().stream()
                        .filter(line -> line.contains("tags/list"))
                        .count());
        assertTrue(
                registry.requestLines().stream()
                                .filter(line -> line.startsWith("HEAD"))
                                .count()
                        <= 2,
                registry.requestLines().toString());
    }

    @Test
    void an_index_below_an_index_is_followed_for_four_levels() throws IOException {
        Digest below = registry.image("app", "tmp", bytes("deep"));
        List<Digest> levels = new ArrayList<>(List.of(below));
        for (int i = 1; i <= 5; i++) {
            below = registry.index("app", "release-deep", Map.of("amd64", below));
            levels.add(below);
        }
        Asking client = asking(policy());

        assertEquals(200, client.manifest("release-deep"));
        for (int i = 4; i >= 1; i--) {
            assertEquals(200, client.manifest(levels.get(i)), "level " + (5 - i));
        }
        assertEquals(404, client.manifest(levels.get(0)));
        assertEquals(404, client.blob(digest("deep")));
        assertEquals(404, cold().blob(digest("deep")));
    }

    @Test
    void a_manifest_of_a_type_nobody_knows_passes_and_leads_to_what_it_names() throws IOException {
        Digest blob = registry.blob("app", bytes("anything"));
        Digest artifact = registry.manifest(
                "app",
                new MediaType("application/vnd.example+json"),
                bytes("{\"blobs\":[{\"digest\":\"" + blob + "\"}]}"));
        Digest text = registry.manifest("app", new MediaType("text/plain"), bytes("{}"));
        registry.tag("app", "release-artifact", artifact);
        registry.tag("app", "release-text", text);
        Asking client = asking(policy());

        assertEquals(200, client.manifest("release-artifact"));
        assertEquals(200, client.blob(blob));
        assertEquals("{}", client.body("/v2/app/manifests/release-text"));
    }

    @Test
    void a_store_that_fails_costs_questions_and_no_pull() throws IOException {
        MemoryStore broken = new MemoryStore(1 << 20);
        broken.close();
        Asking client = asking(policy().provenance(broken, "broken"));

        assertEquals(200, client.manifest("release-1"));
        assertEquals(200, client.blob(digest("only release")));
        assertEquals(200, client.blob(digest("only child")));
        assertEquals(404, client.blob(digest("only dev")));
    }

    @Test
    void what_one_repository_may_show_another_may_not() throws IOException {
        registry.blob("other", bytes("only release"));
        registry.tag("other", "dev", registry.image("other", "dev", bytes("x")));
        Asking client = asking(policy());

        assertEquals(200, client.manifest("release-1"));
        assertEquals(404, client.ask("GET", "/v2/other/blobs/" + digest("only release")));
    }

    @Test
    void rules_that_have_become_narrower_hold_for_what_was_learned_before() throws IOException {
        learn("release-1");
        Asking narrower = asking(AllowTags.builder(Rules.ofTags("release-2"))
                .provenance(store, "test")
                .clocks(clock::nanos, clock));

        assertEquals(404, narrower.blob(digest("only release")));
        assertEquals(200, narrower.blob(digest("only child")));
    }

    @Test
    void what_was_pushed_is_found_at_once() throws IOException {
        Asking client = asking(policy());
        assertEquals(404, client.manifest(dev));
        byte[] json = registry.manifest("app", dev).orElseThrow();
        try (RegistryResponse pushed = client.push("release-9", json)) {
            assertEquals(201, pushed.status());
        }

        assertEquals(200, client.manifest(dev));
    }

    @Test
    void a_registry_that_knows_no_pages_shows_its_list_whole() throws IOException {
        FakeRegistry whole = new FakeRegistry(Quirk.IGNORES_N);
        Digest image = whole.image("app", "release-1", bytes("x"));
        whole.tag("app", "release-2", image);
        whole.tag("app", "dev", image);
        Asking client = asking(policy(), whole);

        assertEquals("{\"name\":\"app\",\"tags\":[\"release-1\",\"release-2\"]}", client.body("/v2/app/tags/list?n=1"));
    }
}
