package io.github.registryproxy.route;

import static io.github.registryproxy.route.Scripted.DIGEST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Operation.ListTags;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.route.Scripted.Seen;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FailoverListsTest {
    private static final String TAGS = "GET /v2/app/tags/list";
    private static final String REFERRERS = "GET /v2/app/referrers/" + DIGEST;

    private final Scripted one = new Scripted();
    private final Scripted two = new Scripted();
    private final Failover members =
            Failover.builder().member("one", one).member("two", two).build();

    @AfterEach
    void every_answer_is_closed() {
        assertEquals(List.of(0, 0), List.of(one.open, two.open));
    }

    private Seen get(String line) throws IOException {
        return Scripted.seen(members, line);
    }

    private static String json(String tags) {
        String quoted = Arrays.stream(tags.split(" "))
                .filter(tag -> !tag.isEmpty())
                .map(tag -> "\"" + tag + "\"")
                .collect(Collectors.joining(","));
        return "{\"name\":\"app\",\"tags\":[" + quoted + "]}";
    }

    /** Lists its tags in pages, no longer than it likes. */
    private static void pages(Scripted member, int most, List<String> tags) {
        TreeSet<String> all = new TreeSet<>(tags);
        member.script = request -> {
            ListTags list = (ListTags) request.operation();
            List<String> left = new ArrayList<>(
                    list.page().last().map(last -> all.tailSet(last, false)).orElse(all));
            int n = Math.min(most, list.page().n().orElse(most));
            List<String> shown = left.subList(0, Math.min(n, left.size()));
            return shown.size() < left.size()
                    ? member.answer(200, json(String.join(" ", shown)), "Link", "</v2/app/tags/list?x>; rel=\"next\"")
                    : member.answer(200, json(String.join(" ", shown)));
        };
    }

    private List<String> walk(String first) throws IOException {
        List<String> all = new ArrayList<>();
        String line = first;
        for (int pages = 0; pages < 200; pages++) {
            Seen seen = get(line);
            assertEquals(200, seen.status());
            String tags = seen.body().replaceAll("^.*\\[|\\].*$|\"", "");
            all.addAll(tags.isEmpty() ? List.of() : List.of(tags.split(",")));
            String link = seen.header("Link");
            if (link.isEmpty()) {
                return all;
            }
            line = "GET " + link.substring(1, link.indexOf('>'));
        }
        throw new AssertionError("the list never ends: " + all);
    }

    @Test
    void tags_are_those_of_all_members_each_once_in_order() throws IOException {
        one.answers(200, json("b d B"));
        two.answers(200, json("a d c 1"));
        Seen seen = get(TAGS);
        assertEquals(json("1 B a b c d"), seen.body());
        assertEquals("application/json", seen.header("Content-Type"));
        assertFalse(seen.headers().contains("Link"));
    }

    @Test
    void every_member_is_asked_for_the_same_page() throws IOException {
        one.answers(200, json(""));
        two.answers(200, json(""));
        get(TAGS + "?n=2&last=a&x=y");
        assertEquals(List.of(TAGS + "?n=2&last=a&x=y"), one.asked());
        assertEquals(List.of(TAGS + "?n=2&last=a&x=y"), two.asked());
    }

    @Test
    void a_page_is_cut_and_says_where_it_goes_on() throws IOException {
        one.answers(200, json("a c"));
        two.answers(200, json("b d"));
        Seen seen = get(TAGS + "?n=3&x=y");
        assertEquals(json("a b c"), seen.body());
        assertEquals("</v2/app/tags/list?n=3&last=c&x=y>; rel=\"next\"", seen.header("Link"));
    }

    @Test
    void a_page_that_holds_all_has_no_link_unless_a_member_has_one() throws IOException {
        one.answers(200, json("a"));
        two.answers(200, json("b"));
        assertEquals("", get(TAGS + "?n=2").header("Link"));
        two.answers(200, json("b"), "Link", "</v2/app/tags/list?last=b>; rel=next");
        assertEquals(
                "</v2/app/tags/list?n=2&last=b>; rel=\"next\"",
                get(TAGS + "?n=2").header("Link"));
    }

    @Test
    void no_tag_is_passed_over_where_a_member_s_pages_are_shorter() throws IOException {
        pages(one, 2, List.of("a", "b", "m", "n"));
        pages(two, 100, List.of("c", "d", "z"));
        assertEquals(List.of("a", "b", "c", "d", "m", "n", "z"), walk(TAGS));
    }

    @Test
    void whatever_the_pages_are_a_walk_shows_every_tag_once_in_order() throws IOException {
        Random random = new Random(7);
        for (int round = 0; round < 300; round++) {
            List<List<String>> tags = List.of(new ArrayList<>(), new ArrayList<>());
            int count = random.nextInt(20);
            for (int i = 0; i < count; i++) {
                tags.get(random.nextInt(2)).add("t" + random.nextInt(15));
            }
            pages(one, 1 + random.nextInt(5), tags.get(0));
            pages(two, 1 + random.nextInt(5), tags.get(1));
            TreeSet<String> all = new TreeSet<>(tags.get(0));
            all.addAll(tags.get(1));
            assertEquals(List.copyOf(all), walk(TAGS + (random.nextBoolean() ? "?n=" + (1 + random.nextInt(6)) : "")));
        }
    }

    @Test
    void a_member_that_knows_no_pages_is_cut_like_the_others() throws IOException {
        one.answers(200, json("a b c d"));
        two.answers(200, json("b c e"));
        assertEquals(List.of("a", "b", "c", "d", "e"), walk(TAGS + "?n=2"));
    }

    @Test
    void a_member_whose_pages_begin_anew_each_time_is_no_reason_to_end_early() {
        one.answers(200, json("a b"), "Link", "</v2/app/tags/list?last=b>; rel=\"next\"");
        two.answers(200, json("c"));
        RegistryException refused = assertThrows(RegistryException.class, () -> get(TAGS + "?last=b"));
        assertEquals(502, refused.error().status());
    }

    @Test
    void a_member_that_pages_in_another_order_is_no_reason_to_leave_tags_out() throws IOException {
        one.answers(200, json("c a"), "Link", "</v2/app/tags/list?last=a>; rel=\"next\"");
        two.answers(200, json("b"));
        RegistryException refused = assertThrows(RegistryException.class, () -> get(TAGS));
        assertEquals(502, refused.error().status());
        one.answers(200, json("c a"));
        assertEquals(json("a b c"), get(TAGS).body());
    }

    @Test
    void nothing_was_asked_for_and_nothing_follows() throws IOException {
        one.answers(200, json("a b"));
        two.answers(200, json(""), "Link", "</v2/app/tags/list?n=0>; rel=\"next\"");
        Seen seen = get(TAGS + "?n=0");
        assertEquals(json(""), seen.body());
        assertEquals("", seen.header("Link"));
    }

    @Test
    void a_member_without_the_repository_adds_nothing_and_all_without_it_have_none() throws IOException {
        one.answers(404, "no");
        two.answers(200, json("a"));
        assertEquals(json("a"), get(TAGS).body());
        two.answers(404, "neither");
        assertEquals(404, get(TAGS).status());
        assertEquals("no", get(TAGS).body());
        one.answers(200, json(""));
        assertEquals(json(""), get(TAGS).body());
    }

    @Test
    void a_list_that_would_lack_a_member_is_an_error() throws IOException {
        for (String line : List.of(TAGS, REFERRERS)) {
            for (int status : new int[] {302, 401, 403, 429, 500, 503}) {
                one.answers(200, line.equals(TAGS) ? json("a") : "{\"manifests\":[]}");
                two.answers(status, "why", "Retry-After", "3");
                Seen seen = get(line);
                assertEquals(status, seen.status());
                assertEquals("why", seen.body());
                assertEquals("3", seen.header("Retry-After"));
            }
            two.fails(new IOException("gone"));
            assertThrows(IOException.class, () -> get(line));
            two.answers(200, "<html>");
            assertThrows(IOException.class, () -> get(line));
        }
    }

    @Test
    void a_head_of_a_list_tells_what_a_get_does() throws IOException {
        one.answers(200, json("a"));
        two.answers(200, json("b"));
        Seen head = get("HEAD /v2/app/tags/list?n=1");
        assertEquals("", head.body());
        assertEquals(Integer.toString(json("a").length()), head.header("Content-Length"));
        assertEquals(get(TAGS + "?n=1").header("Link"), head.header("Link"));
        two.answers(503, "why");
        assertEquals("", get("HEAD /v2/app/tags/list").body());
    }

    @Test
    void members_are_asked_for_their_whole_answer_whatever_the_client_has() throws IOException {
        one.answers(200, json("a"));
        two.answers(200, json("b"));
        Scripted.seen(members, TAGS, "If-None-Match", "\"x\"", "Range", "bytes=0-1");
        assertFalse(one.requests.get(0).headers().contains("If-None-Match"));
        assertFalse(two.requests.get(0).headers().contains("Range"));
    }

    private static String index(String... descriptors) {
        return "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":["
                + String.join(",", descriptors) + "]}";
    }

    private static final String A = "{\"digest\":\"sha256:a\",\"size\":1,\"annotations\":{\"b\":\"1\",\"a\":\"2\"}}";
    private static final String B = "{\"digest\":\"sha256:b\",\"unknown\":[1.5,{}]}";
    private static final String OTHER_A = "{\"digest\":\"sha256:a\",\"size\":2}";

    @Test
    void referrers_are_those_of_all_members_each_digest_once() throws IOException {
        one.answers(200, index(A));
        two.answers(200, index(OTHER_A, B));
        Seen seen = get(REFERRERS);
        assertEquals(index(A, B), seen.body());
        assertEquals("application/vnd.oci.image.index.v1+json", seen.header("Content-Type"));
        one.answers(404, "no");
        assertEquals(index(OTHER_A, B), get(REFERRERS).body());
        two.answers(404, "neither");
        assertEquals("no", get(REFERRERS).body());
    }

    @Test
    void a_filter_was_applied_only_if_every_list_was_filtered() throws IOException {
        String line = REFERRERS + "?artifactType=sbom";
        String[] filtered = {"OCI-Filters-Applied", "artifactType"};
        one.answers(200, index(A), filtered);
        two.answers(200, index(B), filtered);
        assertEquals("artifactType", get(line).header("OCI-Filters-Applied"));
        two.answers(200, index(B));
        assertEquals("", get(line).header("OCI-Filters-Applied"));
        one.answers(200, index(A));
        two.answers(200, index(B), filtered);
        assertEquals("", get(line).header("OCI-Filters-Applied"));
        one.answers(404, "");
        assertEquals("artifactType", get(line).header("OCI-Filters-Applied"));
        assertEquals(line, two.asked().get(0));
    }

    @Test
    void a_member_s_pages_are_read_to_the_end() throws IOException {
        String more = "/v2/app/referrers/" + DIGEST + "?cursor=7";
        one.answers(200, index(A));
        two.script = request -> request.target().render().equals(more)
                ? two.answer(200, index(B))
                : two.answer(200, index(), "Link", "<" + more + ">; rel=\"next\"");
        Seen seen = get(REFERRERS);
        assertEquals(index(A, B), seen.body());
        assertEquals("", seen.header("Link"));
        assertEquals(List.of(REFERRERS, "GET " + more), two.asked());
    }

    @Test
    void pages_that_lead_away_or_never_end_are_an_error() {
        one.answers(200, index(A));
        for (String target : List.of(
                "/v2/app/referrers/" + DIGEST,
                "/v2/other/referrers/" + DIGEST + "?c=1",
                "https://other.example.com/v2/app/referrers/" + DIGEST + "?c=1",
                "/v2/app/referrers/sha256:" + "b".repeat(64))) {
            two.answers(200, index(B), "Link", "<" + target + ">; rel=\"next\"");
            assertThrows(RegistryException.class, () -> get(REFERRERS), target);
        }
        int[] page = {0};
        two.script = request -> {
            String next = "</v2/app/referrers/" + DIGEST + "?c=" + page[0]++ + ">; rel=\"next\"";
            return two.answer(200, index(B), "Link", next);
        };
        assertThrows(RegistryException.class, () -> get(REFERRERS));
        assertEquals(64, page[0]);
    }

    @Test
    void a_page_that_is_gone_in_the_middle_is_an_error() {
        one.answers(200, index(A));
        two.script = request -> request.target().rest().isEmpty()
                ? two.answer(200, index(B), "Link", "</v2/app/referrers/" + DIGEST + "?c=1>; rel=\"next\"")
                : two.answer(404, "");
        assertEquals(
                502,
                assertThrows(RegistryException.class, () -> get(REFERRERS))
                        .error()
                        .status());
    }

    @Test
    void four_mebibytes_are_merged_in_all_and_no_byte_more() throws IOException {
        String padded = "{\"digest\":\"sha256:p\",\"x\":\"%s\"}";
        int room = 4 * 1024 * 1024
                - index(A).length()
                - index(padded.formatted("")).length();
        one.answers(200, index(A));
        two.answers(200, index(padded.formatted("x".repeat(room))));
        try (RegistryResponse answer = members.handle(Scripted.request(REFERRERS))) {
            assertEquals(200, answer.status());
        }
        two.answers(200, index(padded.formatted("x".repeat(room + 1))));
        assertEquals(
                502,
                assertThrows(RegistryException.class, () -> get(REFERRERS))
                        .error()
                        .status());
    }
}
