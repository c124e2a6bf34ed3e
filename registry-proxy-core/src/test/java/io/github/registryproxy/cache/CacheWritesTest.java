package io.github.registryproxy.cache;

import static io.github.registryproxy.cache.CacheBench.TYPE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.cache.CacheBench.Held;
import io.github.registryproxy.cache.CacheBench.Seen;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is pushed or deleted through the cache is so for whoever comes after it, also while an earlier answer is on its way. */
class CacheWritesTest {
    private static final String APP = "/v2/app/manifests/1.0";
    private static final String TAGS = "/v2/app/tags/list";

    private final CacheBench bench = new CacheBench();
    private final ExecutorService clients = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        clients.shutdownNow();
    }

    private interface Write {
        void run() throws IOException;
    }

    /** Asks, with an answer from before the write on its way: what comes while it is, and what comes after it arrived. */
    private List<Seen> askedAround(String path, Write write) throws Exception {
        CountDownLatch atUpstream = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicBoolean once = new AtomicBoolean();
        bench.script = request -> {
            if (!request.target().render().equals(path) || once.getAndSet(true)) {
                return null;
            }
            RegistryResponse before = bench.answer(request);
            atUpstream.countDown();
            try {
                assertTrue(go.await(60, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return before;
        };
        Future<Seen> early = clients.submit(() -> bench.get(path));
        assertTrue(atUpstream.await(20, TimeUnit.SECONDS));
        write.run();
        try {
            Seen late = clients.submit(() -> bench.get(path)).get(20, TimeUnit.SECONDS);
            go.countDown();
            assertEquals(200, early.get(20, TimeUnit.SECONDS).status());
            return List.of(late, bench.get(path));
        } finally {
            go.countDown();
        }
    }

    private void push(String content) throws IOException {
        bench.hold("app", "1.0", TYPE, content);
        bench.send("PUT", APP);
    }

    private void delete(String reference) throws IOException {
        bench.held.remove("/v2/app/manifests/" + reference);
        bench.send("DELETE", "/v2/app/manifests/" + reference);
    }

    @Test
    void the_next_pull_sees_what_was_pushed() throws IOException {
        assertEquals(404, bench.get(APP).status());
        push("{\"a\":1}");
        assertEquals("{\"a\":1}", bench.get(APP).body());
        push("{\"b\":2}");
        assertEquals("{\"b\":2}", bench.get(APP).body());
        assertEquals(7, bench.head(APP).headers().contentLength().orElseThrow());
    }

    @Test
    void a_pull_after_a_push_takes_no_answer_from_before_it() throws Exception {
        bench.hold("app", "1.0", TYPE, "{\"a\":1}");
        for (Seen seen : askedAround(APP, () -> push("{\"b\":2}"))) {
            assertEquals("{\"b\":2}", seen.body());
        }
    }

    @Test
    void a_tag_that_was_deleted_is_gone_at_once() throws Exception {
        bench.hold("app", "1.0", TYPE, "{}");
        for (Seen seen : askedAround(APP, () -> delete("1.0"))) {
            assertEquals(404, seen.status());
        }
    }

    @Test
    void a_list_after_a_push_takes_no_answer_from_before_it() throws Exception {
        bench.held.put(TAGS, new Held("application/json", "before"));
        for (Seen seen : askedAround(TAGS, () -> {
            bench.held.put(TAGS, new Held("application/json", "after"));
            push("{}");
        })) {
            assertEquals("after", seen.body());
        }
    }

    @Test
    void a_manifest_that_was_deleted_is_gone_by_its_digest_at_once() throws Exception {
        Held one = bench.hold("app", "1.0", TYPE, "{}");
        String path = "/v2/app/manifests/" + one.digest();
        for (Seen seen : askedAround(path, () -> delete(one.digest().toString()))) {
            assertEquals(404, seen.status());
        }
    }

    @Test
    void a_manifest_that_was_deleted_does_not_come_back_by_a_pull_of_its_tag() throws Exception {
        Held one = bench.hold("app", "1.0", TYPE, "{}");
        askedAround(APP, () -> {
            bench.held.remove(APP);
            delete(one.digest().toString());
        });
        assertEquals(404, bench.get("/v2/app/manifests/" + one.digest()).status());
        assertEquals(404, bench.get(APP).status());
        assertEquals(404, bench.head(APP).status());
    }

    @Test
    void the_tags_of_a_manifest_that_was_deleted_are_asked_for_again_and_no_others() throws IOException {
        Held one = bench.hold("app", "1.0", TYPE, "{}");
        bench.hold("app", "2.0", TYPE, "{\"b\":2}");
        bench.hold("other", "1.0", TYPE, "{}");
        for (String path : List.of(APP, "/v2/app/manifests/2.0", "/v2/other/manifests/1.0")) {
            assertEquals(200, bench.get(path).status());
        }
        bench.held.remove(APP);
        delete(one.digest().toString());
        bench.asked();
        assertEquals(404, bench.head(APP).status());
        assertEquals(404, bench.get(APP).status());
        assertEquals(200, bench.head("/v2/app/manifests/2.0").status());
        assertEquals(200, bench.get("/v2/other/manifests/1.0").status());
        assertEquals(List.of("HEAD " + APP, "GET " + APP), bench.asked());
    }

    @Test
    void what_a_push_names_beside_its_reference_is_new_as_well() throws IOException {
        bench.hold("app", "1.0", TYPE, "{}");
        bench.get(APP);
        Held two = bench.hold("app", "1.0", TYPE, "{\"b\":2}");
        bench.send("PUT", "/v2/app/manifests/" + two.digest() + "?tag=x&tag=1.0");
        assertEquals("{\"b\":2}", bench.get(APP).body());
    }

    @Test
    void an_older_answer_is_no_help_against_a_deletion() throws IOException {
        Held one = bench.hold("app", "1.0", TYPE, "{}");
        bench.get(APP);
        bench.held.remove(APP);
        delete(one.digest().toString());
        bench.pass(Duration.ofDays(1));
        bench.script = request -> RegistryResponse.of(503);
        assertEquals(503, bench.get(APP).status());
    }
}
