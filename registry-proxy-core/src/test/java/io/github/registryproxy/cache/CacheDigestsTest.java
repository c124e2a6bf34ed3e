package io.github.registryproxy.cache;

import static io.github.registryproxy.cache.CacheBench.INDEX;
import static io.github.registryproxy.cache.CacheBench.TYPE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.ContentMismatchException;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.cache.CacheBench.Held;
import io.github.registryproxy.cache.CacheBench.Seen;
import io.github.registryproxy.protocol.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class CacheDigestsTest {
    private final CacheBench bench = new CacheBench();
    private final Held one = bench.hold("app", "1.0", TYPE, "{\"a\":1}");
    private final String path = "/v2/app/manifests/" + one.digest();

    @Test
    void a_manifest_by_digest_is_fetched_once_for_ever() throws IOException {
        assertEquals(CacheState.MISS, bench.get(path).state());
        bench.pass(Duration.ofDays(400));
        bench.unplug();
        Seen seen = bench.get(path);
        assertEquals(CacheState.HIT, seen.state());
        assertEquals("{\"a\":1}", seen.body());
        assertEquals(List.of("GET " + path), bench.asked());
    }

    @Test
    void its_head_is_answered_from_the_record() throws IOException {
        bench.get(path);
        bench.unplug();
        Seen head = bench.head(path);
        assertEquals(CacheState.HIT, head.state());
        assertEquals("7", head.headers().first(HeaderNames.CONTENT_LENGTH).orElseThrow());
        assertEquals(TYPE, head.headers().first(HeaderNames.CONTENT_TYPE).orElseThrow());
        assertEquals(one.digest().toString(), head.digest());
    }

    @Test
    void a_cold_head_is_asked_for_as_one() throws IOException {
        assertEquals(200, bench.head(path).status());
        assertEquals(List.of("HEAD " + path), bench.asked());
    }

    @Test
    void what_was_fetched_through_one_repository_is_unknown_to_another() throws IOException {
        bench.get(path);
        assertEquals(404, bench.get("/v2/other/manifests/" + one.digest()).status());
        assertEquals(404, bench.head("/v2/other/manifests/" + one.digest()).status());
    }

    @Test
    void what_another_repository_has_too_is_asked_of_the_upstream_once() throws IOException {
        bench.get(path);
        bench.hold("other", "1.0", TYPE, "{\"a\":1}");
        assertEquals(
                CacheState.MISS,
                bench.get("/v2/other/manifests/" + one.digest()).state());
        assertEquals(
                CacheState.HIT, bench.get("/v2/other/manifests/" + one.digest()).state());
        assertEquals(1, bench.store.content.size());
    }

    @Test
    void a_type_that_accept_excludes_is_asked_of_the_upstream() throws IOException {
        bench.get(path);
        bench.asked();
        assertEquals(
                CacheState.HIT, bench.get(path, "Accept", INDEX + ", */*;q=0.1").state());
        assertEquals(CacheState.HIT, bench.get(path, "Accept", "application/*").state());
        assertEquals(CacheState.HIT, bench.get(path, "Accept", TYPE).state());
        assertEquals(CacheState.BYPASS, bench.get(path, "Accept", INDEX).state());
        assertEquals(
                CacheState.BYPASS,
                bench.get(path, "Accept", INDEX + ", " + TYPE + ";q=0").state());
        assertEquals(List.of("GET " + path, "GET " + path), bench.asked());
    }

    @Test
    void content_that_does_not_hash_is_neither_served_nor_kept() throws IOException {
        bench.script = request -> RegistryResponse.of(
                200,
                Headers.of(
                        HeaderNames.CONTENT_TYPE,
                        TYPE,
                        HeaderNames.DOCKER_CONTENT_DIGEST,
                        one.digest().toString()),
                Body.of("{}".getBytes(StandardCharsets.UTF_8)));
        assertThrows(ContentMismatchException.class, () -> bench.get(path));
        assertThrows(ContentMismatchException.class, () -> bench.get("/v2/app/manifests/1.0"));
        assertTrue(bench.store.content.isEmpty());
        assertTrue(bench.store.records.isEmpty());
    }

    @Test
    void a_manifest_of_any_type_is_kept_byte_for_byte() throws IOException {
        Held odd = bench.hold("app", "odd", "application/vnd.example.thing", " \r\n not json \t");
        bench.get("/v2/app/manifests/" + odd.digest());
        Seen seen = bench.get("/v2/app/manifests/" + odd.digest());
        assertEquals(CacheState.HIT, seen.state());
        assertEquals(" \r\n not json \t", seen.body());
        assertEquals(
                "application/octet-stream",
                seen.headers().first(HeaderNames.CONTENT_TYPE).orElseThrow());
    }

    @Test
    void a_refusal_by_digest_is_passed_and_not_kept() throws IOException {
        bench.refuse(ErrorCode.DENIED);
        assertEquals(403, bench.get(path).status());
        bench.plugIn();
        assertEquals(200, bench.get(path).status());
    }
}
