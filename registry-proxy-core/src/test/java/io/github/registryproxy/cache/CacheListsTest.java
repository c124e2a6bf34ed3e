package io.github.registryproxy.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.cache.CacheBench.Held;
import io.github.registryproxy.protocol.ErrorCode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class CacheListsTest {
    private static final String TAGS = "/v2/app/tags/list";
    private static final String PAGE = "/v2/app/tags/list?n=1&last=a";
    private static final String REFERRERS = "/v2/app/referrers/sha256:" + "a".repeat(64);

    private final CacheBench bench = new CacheBench();

    private void hold(String path, String content) {
        bench.held.put(path, new Held("application/json", content));
    }

    @Test
    void a_page_is_asked_for_once_within_the_ttl_each_by_its_whole_query() throws IOException {
        hold(TAGS, "all");
        hold(PAGE, "page");
        hold(REFERRERS, "referrers");
        hold(REFERRERS + "?artifactType=sbom", "sboms");
        for (int i = 0; i < 2; i++) {
            assertEquals("all", bench.get(TAGS).body());
            assertEquals("page", bench.get(PAGE).body());
            assertEquals("referrers", bench.get(REFERRERS).body());
            assertEquals("sboms", bench.get(REFERRERS + "?artifactType=sbom").body());
        }
        assertEquals(4, bench.asked().size());
        bench.pass(Duration.ofSeconds(60));
        hold(TAGS, "more");
        assertEquals("more", bench.get(TAGS).body());
    }

    @Test
    void an_old_page_is_given_when_the_upstream_cannot_say_and_not_when_it_refuses() throws IOException {
        hold(TAGS, "all");
        bench.get(TAGS);
        bench.pass(Duration.ofDays(1));
        bench.unplug();
        assertEquals(CacheState.STALE, bench.get(TAGS).state());
        assertTrue(bench.get(TAGS).headers().contains(HeaderNames.WARNING));
        bench.refuse(ErrorCode.UNAVAILABLE);
        assertEquals("all", bench.get(TAGS).body());
        bench.refuse(ErrorCode.DENIED);
        assertEquals(403, bench.get(TAGS).status());
        bench.refuse(ErrorCode.NAME_UNKNOWN);
        assertEquals(404, bench.get(TAGS).status());
        bench.refuse(ErrorCode.UNAVAILABLE);
        assertEquals(502, bench.get(TAGS).status());
    }

    @Test
    void only_what_was_found_is_kept() throws IOException {
        assertEquals(404, bench.get(REFERRERS).status());
        hold(REFERRERS, "referrers");
        assertEquals(200, bench.get(REFERRERS).status());
    }

    @Test
    void a_push_makes_the_repository_s_lists_new() throws IOException {
        hold(TAGS, "all");
        hold("/v2/other/tags/list", "other");
        bench.get(TAGS);
        bench.get("/v2/other/tags/list");
        bench.send("PUT", "/v2/app/manifests/new");
        bench.asked();
        bench.get(TAGS);
        bench.get("/v2/other/tags/list");
        assertEquals(List.of("GET " + TAGS), bench.asked());
    }

    @Test
    void pages_are_bounded_by_16_mib() throws IOException {
        String large = "x".repeat(1 << 20);
        hold(TAGS, large);
        for (int i = 0; i < 20; i++) {
            hold(TAGS + "?n=" + i, large);
            bench.get(TAGS + "?n=" + i);
        }
        bench.asked();
        for (int i = 0; i < 20; i++) {
            bench.get(TAGS + "?n=" + i);
        }
        assertTrue(bench.asked().size() >= 5);
        bench.get(TAGS);
        assertEquals(CacheState.HIT, bench.get(TAGS).state());
    }

    @Test
    void a_head_passes() throws IOException {
        hold(TAGS, "all");
        assertEquals(CacheState.BYPASS, bench.head(TAGS).state());
    }
}
