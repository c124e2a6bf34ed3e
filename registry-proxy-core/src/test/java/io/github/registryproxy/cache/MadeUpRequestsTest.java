package io.github.registryproxy.cache;

import static io.github.registryproxy.cache.CacheBench.INDEX;
import static io.github.registryproxy.cache.CacheBench.TYPE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.cache.CacheBench.Held;
import io.github.registryproxy.cache.CacheBench.Seen;
import io.github.registryproxy.protocol.MediaType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A client cannot choose a cache key: what it makes up costs the upstream nothing and takes nothing from others. */
class MadeUpRequestsTest {
    private static final String APP = "/v2/app/manifests/1.0";
    private static final String TAGS = "/v2/app/tags/list";
    private static final List<String> TYPES = List.of(
            INDEX,
            TYPE,
            MediaType.DOCKER_MANIFEST_LIST.value(),
            MediaType.DOCKER_MANIFEST.value(),
            "application/vnd.docker.distribution.manifest.v1+prettyjws",
            "application/vnd.docker.distribution.manifest.v1+json",
            "*/*");
    private static final String ALL = String.join(", ", TYPES.subList(0, 4));

    private final CacheBench bench = new CacheBench();

    private long gets() {
        return bench.asked.stream().filter(asked -> asked.startsWith("GET")).count();
    }

    private static List<String> combinations() {
        List<String> all = new ArrayList<>();
        for (int bits = 0; bits < 1 << TYPES.size(); bits++) {
            List<String> chosen = new ArrayList<>();
            for (int i = 0; i < TYPES.size(); i++) {
                if ((bits & 1 << i) != 0) {
                    chosen.add(TYPES.get(i));
                }
            }
            all.add(String.join(",", chosen) + ", x/y" + bits);
        }
        return all;
    }

    @Test
    void every_combination_of_types_costs_one_get_and_takes_the_tag_from_no_client() throws IOException {
        bench.hold("app", "1.0", TYPE, "{}");
        assertEquals("{}", bench.get(APP, "Accept", ALL).body());
        for (String accept : combinations()) {
            assertEquals("{}", bench.get(APP, "Accept", accept).body());
        }
        assertEquals(1, gets());
        bench.unplug();
        bench.pass(Duration.ofDays(1));
        Seen seen = bench.get(APP, "Accept", ALL);
        assertEquals(CacheState.STALE, seen.state());
        assertEquals("{}", seen.body());
    }

    @Test
    void a_registry_that_knows_no_head_is_asked_once_for_each_set_of_known_types_at_most() throws IOException {
        bench.hold("app", "1.0", TYPE, "{}");
        bench.script = request -> request.isHead() ? RegistryResponse.of(405) : null;
        for (int round = 0; round < 3; round++) {
            for (String accept : combinations()) {
                bench.get(APP, "Accept", accept.replace("x/y", "x/z" + round));
            }
        }
        assertTrue(gets() <= AcceptedTypes.COUNT, () -> gets() + " GETs");
        bench.unplug();
        assertEquals("{}", bench.get(APP, "Accept", ALL).body());
    }

    @Test
    void while_the_upstream_is_away_any_kept_document_that_the_client_takes_is_served() throws IOException {
        bench.hold("app", "1.0", TYPE, "{}");
        bench.get(APP, "Accept", TYPE);
        bench.unplug();
        Seen seen = bench.get(APP, "Accept", ALL);
        assertEquals(CacheState.STALE, seen.state());
        assertEquals("{}", seen.body());
    }

    @Test
    void a_client_that_does_not_take_what_is_kept_gets_its_own_answer() throws IOException {
        bench.hold("app", "1.0", INDEX, "{\"manifests\":[]}");
        bench.get(APP, "Accept", ALL);
        bench.hold("app", "1.0", TYPE, "{}");
        assertEquals("{}", bench.get(APP, "Accept", TYPE).body());
        assertEquals("{\"manifests\":[]}", bench.get(APP, "Accept", ALL).body());
    }

    @Test
    void what_was_converted_for_one_client_is_not_for_one_that_takes_more() throws IOException {
        bench.hold("app", "1.0", TYPE, "{}");
        bench.get(APP, "Accept", TYPE);
        bench.hold("app", "1.0", INDEX, "{\"manifests\":[]}");
        assertEquals(
                "{\"manifests\":[]}", bench.get(APP, "Accept", ALL + ", */*").body());
    }

    @Test
    void a_tag_that_is_gone_for_a_client_that_takes_all_is_gone_for_every_client() throws IOException {
        bench.hold("app", "1.0", TYPE, "{}");
        bench.get(APP, "Accept", TYPE);
        bench.get(APP, "Accept", ALL);
        bench.held.clear();
        bench.pass(Duration.ofSeconds(61));
        assertEquals(404, bench.get(APP, "Accept", ALL).status());
        bench.pass(Duration.ofSeconds(61));
        bench.refuse(503, "");
        assertEquals(503, bench.get(APP, "Accept", TYPE).status());
    }

    @Test
    void a_404_for_one_type_takes_the_tag_from_no_client_that_takes_more() throws IOException {
        bench.hold("app", "1.0", INDEX, "{}");
        bench.get(APP, "Accept", ALL);
        bench.script = request -> RegistryResponse.of(404);
        assertEquals(404, bench.get(APP, "Accept", TYPE).status());
        bench.unplug();
        assertEquals(CacheState.HIT, bench.get(APP, "Accept", ALL).state());
    }

    @Test
    void made_up_query_fields_of_a_manifest_cost_nothing_and_do_not_reach_the_upstream() throws IOException {
        Held one = bench.hold("app", "1.0", TYPE, "{}");
        for (int i = 0; i < 70; i++) {
            assertEquals("{}", bench.get(APP + "?i=" + i + "&ns=" + i).body());
            assertEquals(
                    "{}",
                    bench.get("/v2/app/manifests/" + one.digest() + "?i=" + i).body());
        }
        assertEquals(List.of("GET " + APP), bench.asked());
    }

    @Test
    void made_up_query_fields_of_a_list_cost_nothing_and_do_not_reach_the_upstream() throws IOException {
        bench.held.put(TAGS, new Held("application/json", "all"));
        for (int i = 0; i < 70; i++) {
            assertEquals("all", bench.get(TAGS + "?i=" + i).body());
        }
        bench.head(TAGS + "?i=1");
        assertEquals(List.of("GET " + TAGS, "HEAD " + TAGS), bench.asked());
    }

    @Test
    void a_field_that_the_upstream_put_into_a_link_to_the_next_page_reaches_it() throws IOException {
        bench.held.put(TAGS + "?next_page=abc", new Held("application/json", "second"));
        bench.script = request -> request.target().render().equals(TAGS)
                ? RegistryResponse.of(
                        200,
                        Headers.of(HeaderNames.LINK, "<" + TAGS + "?next_page=abc>; rel=\"next\""),
                        Body.of("first".getBytes(StandardCharsets.UTF_8)))
                : null;
        assertEquals("first", bench.get(TAGS + "?next_page=abc").body());
        assertEquals("second", bench.get(TAGS + "?next_page=abc&other=1").body());
        assertEquals(List.of("GET " + TAGS, "GET " + TAGS + "?next_page=abc"), bench.asked());
    }

    @Test
    void an_upstream_offers_few_fields() throws IOException {
        ListFields fields = new ListFields();
        for (int i = 0; i < 100; i++) {
            fields.learn(Headers.of(HeaderNames.LINK, "<" + TAGS + "?f" + i + "=1>; rel=\"next\""));
        }
        ListFields named = new ListFields();
        for (int length : new int[] {64, 65}) {
            String name = "f".repeat(length);
            named.learn(Headers.of(HeaderNames.LINK, "<" + TAGS + "?" + name + "=1>; rel=\"next\""));
            var asked = io.github.registryproxy.RegistryRequest.of(
                    "GET",
                    io.github.registryproxy.protocol.Target.parse("GET", TAGS + "?" + name + "=1"),
                    Headers.EMPTY,
                    Body.empty(),
                    new io.github.registryproxy.Client("192.0.2.7", java.net.URI.create("https://r.example.com")));
            assertEquals(length == 64, named.reduced(asked).target().render().contains(name));
        }
        bench.get(TAGS);
        var request = io.github.registryproxy.RegistryRequest.of(
                "GET",
                io.github.registryproxy.protocol.Target.parse("GET", TAGS + "?f1=1&f99=1"),
                Headers.EMPTY,
                Body.empty(),
                new io.github.registryproxy.Client("192.0.2.7", java.net.URI.create("https://r.example.com")));
        assertEquals(TAGS + "?f1=1", fields.reduced(request).target().render());
    }

    @Test
    void chosen_pages_do_not_push_out_a_list() throws IOException {
        bench.held.put(TAGS, new Held("application/json", "all"));
        bench.get(TAGS);
        String large = "x".repeat(1 << 20);
        for (int i = 0; i < 20; i++) {
            bench.held.put(TAGS + "?last=t" + i, new Held("application/json", large));
            bench.get(TAGS + "?last=t" + i);
        }
        assertEquals(CacheState.HIT, bench.get(TAGS).state());
    }

    @Test
    void a_429_silences_no_kept_tag_and_no_list_and_no_head() throws IOException {
        bench.hold("app", "1.0", TYPE, "{}");
        bench.hold("app", "2.0", TYPE, "{\"b\":2}");
        bench.held.put(TAGS, new Held("application/json", "all"));
        bench.get(APP);
        bench.script = request -> request.isHead()
                ? null
                : RegistryResponse.of(429, Headers.of(HeaderNames.RETRY_AFTER, "3600"), Body.empty());
        Seen cold = bench.get("/v2/app/manifests/2.0");
        assertEquals(429, cold.status());
        assertEquals("3600", cold.headers().first(HeaderNames.RETRY_AFTER).orElseThrow());
        assertEquals(CacheState.HIT, bench.get(APP).state());
        bench.asked();
        bench.pass(Duration.ofSeconds(61));
        assertEquals(CacheState.REVALIDATED, bench.get(APP).state());
        assertEquals(List.of("HEAD " + APP), bench.asked());
        assertEquals(429, bench.get("/v2/app/manifests/2.0").status());
        assertEquals(List.of(), bench.asked());
        bench.plugIn();
        assertEquals(200, bench.get(TAGS).status());
    }

    @Test
    void a_429_to_a_head_makes_a_kept_tag_stale_and_silences_gets_too() throws IOException {
        bench.hold("app", "1.0", TYPE, "{}");
        bench.get(APP);
        bench.pass(Duration.ofSeconds(61));
        bench.refuse(429, "60");
        Seen stale = bench.get(APP);
        assertEquals(CacheState.STALE, stale.state());
        assertTrue(stale.headers().contains(HeaderNames.WARNING));
        bench.asked();
        assertEquals(429, bench.get("/v2/app/manifests/2.0").status());
        assertFalse(bench.asked().stream().anyMatch(asked -> asked.contains("2.0")));
    }

    @Test
    void a_tag_that_an_earlier_version_kept_is_asked_about_and_served_while_the_upstream_is_away() throws IOException {
        Held one = bench.hold("app", "1.0", TYPE, "{}");
        bench.get(APP);
        bench.store.records.replaceAll((key, value) -> {
            String text = key.kind().equals("tag")
                    ? "1\n" + "a".repeat(64) + " " + one.digest() + " 2 "
                            + bench.wall.get().toEpochMilli() + " " + TYPE
                    : "1\n" + TYPE + "\n2";
            return text.getBytes(StandardCharsets.UTF_8);
        });
        bench.cache = bench.settings().build();
        bench.asked();
        bench.unplug();
        assertEquals(CacheState.STALE, bench.get(APP).state());
        bench.plugIn();
        bench.pass(Duration.ofSeconds(1));
        assertEquals(CacheState.REVALIDATED, bench.get(APP).state());
        assertEquals(CacheState.HIT, bench.get(APP).state());
    }
}
