package io.github.registryproxy.cache;

import static io.github.registryproxy.cache.CacheBench.TYPE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.cache.CacheBench.Held;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Tag;
import io.github.registryproxy.protocol.Target;
import io.github.registryproxy.store.Progress;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CachePurgeTest {
    private static final RepositoryName APP = new RepositoryName("app");
    private static final RepositoryName OTHER = new RepositoryName("other");
    private static final String BY_TAG = "/v2/app/manifests/1.0";

    private final CacheBench bench = new CacheBench();
    private final byte[] blob = "a layer".getBytes(StandardCharsets.UTF_8);
    private final Digest blobDigest = Digest.of(Digest.Algorithm.SHA256, blob);
    private final ExecutorService fetchers = Executors.newSingleThreadExecutor();
    private final CacheBlobs blobs = CacheBlobs.builder(bench.store, "hub")
            .access(CacheAccess.PUBLIC)
            .fetchers(fetchers)
            .build();
    private final List<String> askedForBlobs = new ArrayList<>();
    private final Set<String> having = ConcurrentHashMap.newKeySet();

    @AfterEach
    void stop() {
        blobs.close();
    }

    private CachePurge purge() {
        return CachePurge.builder(bench.store)
                .upstream("hub")
                .manifests(bench.cache)
                .blobs(blobs)
                .build();
    }

    private RegistryHandler upstream() {
        return request -> {
            askedForBlobs.add(request.method() + " " + request.target().render());
            return having.stream().anyMatch(name -> request.target().render().startsWith("/v2/" + name + "/"))
                    ? RegistryResponse.of(200, Headers.EMPTY, request.isHead() ? Body.empty() : Body.of(blob))
                    : RegistryResponse.of(ErrorCode.BLOB_UNKNOWN.because("not here"));
        };
    }

    private int pull(String repository) throws IOException {
        String path = "/v2/" + repository + "/blobs/" + blobDigest;
        RegistryRequest request = RegistryRequest.of(
                "GET",
                Target.parse("GET", path),
                Headers.EMPTY,
                Body.empty(),
                new Client("192.0.2.7", URI.create("https://r.example.com")));
        try (RegistryResponse response = blobs.handle(request, upstream())) {
            response.body().readAll(1 << 20);
            // The fetch ends a moment after its last byte was read; until then it could be joined.
            fetchers.submit(() -> {}).get();
            return response.status();
        } catch (InterruptedException | ExecutionException e) {
            throw new IOException(e);
        }
    }

    @Test
    void a_purged_repository_is_asked_for_again_by_tag_by_digest_by_list_and_by_blob() throws IOException {
        having.add("app");
        Held held = bench.hold("app", "1.0", TYPE, "{}");
        bench.held.put("/v2/app/tags/list", new Held("application/json", "{\"tags\":[\"1.0\"]}"));
        String byDigest = "/v2/app/manifests/" + held.digest();
        List<String> all = List.of(BY_TAG, byDigest, "/v2/app/tags/list");
        for (String path : all) {
            bench.get(path);
        }
        pull("app");
        bench.asked();
        askedForBlobs.clear();

        Purged purged = purge().repository(APP, Progress.NONE);

        assertEquals(new Purged(1, 2, 2, 2 + blob.length), purged);
        assertTrue(bench.store.content.isEmpty());
        assertTrue(bench.store.records.isEmpty());
        for (String path : all) {
            assertEquals(
                    path.equals(byDigest) ? CacheState.HIT : CacheState.MISS,
                    bench.get(path).state(),
                    path);
        }
        assertEquals(List.of("GET " + BY_TAG, "GET /v2/app/tags/list"), bench.asked());
        assertEquals(200, pull("app"));
        assertEquals(1, askedForBlobs.size());
    }

    @Test
    void content_that_another_repository_has_stays_with_it() throws IOException {
        having.addAll(Set.of("app", "other"));
        bench.hold("app", "1.0", TYPE, "{}");
        bench.hold("other", "1.0", TYPE, "{}");
        bench.get(BY_TAG);
        bench.get("/v2/other/manifests/1.0");
        pull("app");
        pull("other");

        assertEquals(new Purged(1, 2, 0, 0), purge().repository(APP, Progress.NONE));

        bench.asked();
        askedForBlobs.clear();
        assertEquals(CacheState.HIT, bench.get("/v2/other/manifests/1.0").state());
        assertEquals(200, pull("other"));
        assertEquals(List.of(), askedForBlobs);
        assertEquals(new Purged(1, 2, 2, 2 + blob.length), purge().repository(OTHER, Progress.NONE));
    }

    @Test
    void who_may_read_a_blob_is_forgotten_with_its_repository() throws IOException {
        having.addAll(Set.of("app", "other"));
        pull("app");
        pull("other");
        purge().repository(APP, Progress.NONE);
        having.remove("app");

        assertEquals(404, pull("app"));
        assertEquals(200, pull("other"));
    }

    @Test
    void another_upstreams_repository_of_the_same_name_stays() throws IOException {
        bench.hold("app", "1.0", TYPE, "{}");
        bench.get(BY_TAG);

        Purged purged =
                CachePurge.builder(bench.store).upstream("elsewhere").build().repository(APP, Progress.NONE);

        assertEquals(new Purged(0, 0, 0, 0), purged);
        assertEquals(CacheState.HIT, bench.get(BY_TAG).state());
    }

    @Test
    void a_purged_tag_is_asked_for_again_and_its_manifest_stays() throws IOException {
        Held held = bench.hold("app", "1.0", TYPE, "{}");
        bench.get(BY_TAG);

        assertEquals(new Purged(1, 0, 0, 0), purge().tag(APP, new Tag("1.0")));

        bench.asked();
        assertEquals(
                CacheState.HIT, bench.get("/v2/app/manifests/" + held.digest()).state());
        assertEquals(CacheState.MISS, bench.get(BY_TAG).state());
    }

    @Test
    void what_was_asked_before_a_purge_is_not_kept_after_it() throws IOException {
        bench.hold("app", "1.0", TYPE, "{}");
        bench.script = request -> {
            purge().repository(APP, Progress.NONE);
            return null;
        };
        bench.get(BY_TAG);
        bench.plugIn();

        assertEquals(CacheState.MISS, bench.get(BY_TAG).state());
        assertEquals(CacheState.HIT, bench.get(BY_TAG).state());
    }

    @Test
    void a_purged_digest_is_gone_from_every_repository_with_the_tags_that_stand_for_it() throws IOException {
        Held held = bench.hold("app", "1.0", TYPE, "{}");
        bench.hold("other", "2.0", TYPE, "{}");
        bench.hold("other", "3.0", TYPE, "{\"c\":3}");
        for (String path : List.of(BY_TAG, "/v2/other/manifests/2.0", "/v2/other/manifests/3.0")) {
            bench.get(path);
        }
        bench.asked();

        assertEquals(new Purged(2, 2, 1, 2), purge().digest(held.digest(), Progress.NONE));

        assertFalse(bench.store.content.containsKey(held.digest()));
        assertEquals(CacheState.MISS, bench.get(BY_TAG).state());
        assertEquals(CacheState.MISS, bench.get("/v2/other/manifests/2.0").state());
        assertEquals(CacheState.HIT, bench.get("/v2/other/manifests/3.0").state());
    }

    @Test
    void what_an_unfinished_fetch_has_left_goes_with_its_digest() throws IOException {
        bench.store.left = new byte[] {1, 2, 3};

        purge().digest(blobDigest, Progress.NONE);

        assertEquals(0, bench.store.left.length);
    }

    @Test
    void tags_that_were_missing_are_asked_for_again() throws IOException {
        bench.get(BY_TAG);
        bench.get(BY_TAG);
        bench.pass(Duration.ofSeconds(1));
        purge().forgetMissingTags();
        bench.get(BY_TAG);

        assertEquals(List.of("GET " + BY_TAG, "GET " + BY_TAG), bench.asked());
    }

    @Test
    void progress_comes_to_its_end_and_can_end_the_work() throws IOException {
        bench.hold("app", "1.0", TYPE, "{}");
        bench.get(BY_TAG);
        List<String> seen = new ArrayList<>();
        purge().repository(APP, (done, total) -> seen.add(done + "/" + total));
        assertEquals(List.of("1/3", "2/3", "3/3"), seen);

        bench.get(BY_TAG);
        assertThrows(
                IOException.class,
                () -> purge().repository(APP, (done, total) -> {
                    throw new IOException("enough");
                }));
        assertEquals(1, bench.store.records.size());
    }

    @Test
    void a_store_that_fails_is_said_to() throws IOException {
        bench.hold("app", "1.0", TYPE, "{}");
        bench.get(BY_TAG);
        bench.store.broken = true;

        assertThrows(IOException.class, () -> purge().repository(APP, Progress.NONE));
    }
}
