package io.github.registryproxy.route;

import static io.github.registryproxy.route.Scripted.DIGEST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.route.Scripted.Seen;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FailoverTest {
    private static final String TAG = "GET /v2/team/app/manifests/1";
    private static final String BLOB = "GET /v2/team/app/blobs/" + DIGEST;
    private static final String MANIFEST = "GET /v2/team/app/manifests/" + DIGEST;

    private final Scripted one = new Scripted();
    private final Scripted two = new Scripted();
    private final Scripted three = new Scripted();
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1000);
    private final Failover members = members().build();

    private Failover.Builder members() {
        return Failover.builder()
                .member("one", one)
                .member("two", two)
                .member("three", three)
                .nanos(nanos::get);
    }

    @AfterEach
    void every_answer_is_closed() {
        assertEquals(List.of(0, 0, 0), List.of(one.open, two.open, three.open));
    }

    private List<Integer> asked() {
        return List.of(one.asked().size(), two.asked().size(), three.asked().size());
    }

    private Seen get(String line) throws IOException {
        return Scripted.seen(members, line);
    }

    @Test
    void every_operation_has_been_decided_on() throws IOException {
        one.answers(404, "");
        two.answers(404, "");
        new Walk()
                .decides("[1, 1, 1]", Walk.READS)
                .decides("[0, 0, 0]", Walk.WRITES)
                .decides("[0, 0, 0]", Walk.PING, Walk.CATALOG, Walk.TOKEN, Walk.MALFORMED, Walk.OTHER)
                .check(line -> {
                    three.answers(
                            200, line.contains("referrers") ? "{\"manifests\":[]}" : "{\"name\":\"\",\"tags\":[]}");
                    get(line);
                    return asked().toString();
                });
        new Walk()
                .decides("200", Walk.READS)
                .decides("405", Walk.WRITES)
                .decides("200", Walk.PING)
                .decides("405", Walk.CATALOG)
                .decides("404", Walk.TOKEN, Walk.OTHER)
                .decides("400", Walk.MALFORMED)
                .check(line -> {
                    three.answers(
                            200, line.contains("referrers") ? "{\"manifests\":[]}" : "{\"name\":\"\",\"tags\":[]}");
                    return String.valueOf(get(line).status());
                });
    }

    @Test
    void the_first_that_has_it_answers_and_those_behind_are_not_asked() throws IOException {
        one.answers(404, "no");
        two.answers(200, "two");
        assertEquals("two", get(TAG).body());
        assertEquals(List.of(1, 1, 0), asked());
    }

    @Test
    void a_redirect_an_unchanged_answer_and_a_range_behind_the_end_are_answers() throws IOException {
        for (int status : new int[] {206, 301, 304, 307, 416}) {
            two.answers(status, "");
            one.answers(404, "");
            assertEquals(status, get(TAG).status());
        }
        assertEquals(List.of(5, 5, 0), asked());
    }

    @Test
    void an_error_leaves_the_question_to_the_next() throws IOException {
        for (int status : new int[] {400, 401, 403, 405, 429, 500, 502, 503, 504}) {
            one.answers(status, "error");
            two.answers(200, "two");
            assertEquals("two", get(TAG).body());
        }
        one.fails(new ConnectException("refused"));
        assertEquals("two", get(TAG).body());
        one.script = request -> {
            throw ErrorCode.DENIED.because("refused").asException();
        };
        assertEquals("two", get(TAG).body());
        one.script = request -> {
            throw new java.io.UncheckedIOException(new IOException("gone"));
        };
        assertEquals("two", get(TAG).body());
        assertEquals(List.of(12, 12, 0), asked());
    }

    /** Pairs in the order of what they tell; each must win wherever it comes. */
    @Test
    void if_nobody_has_it_the_most_telling_error_is_the_answer() throws IOException {
        List<Integer> less = List.of(404, 400, 503, 403, 429);
        for (int telling = 1; telling < less.size(); telling++) {
            for (int other = 0; other < telling; other++) {
                for (Scripted at : List.of(one, two, three)) {
                    one.answers(less.get(other), "other");
                    two.answers(less.get(other), "other");
                    three.answers(less.get(other), "other");
                    at.answers(less.get(telling), "telling", "Retry-After", "17");
                    Seen seen = get(TAG);
                    assertEquals(less.get(telling), seen.status());
                    assertEquals("telling", seen.body());
                    assertEquals("17", seen.header("Retry-After"));
                }
            }
        }
    }

    @Test
    void it_is_not_there_only_where_every_member_said_so() throws IOException {
        one.answers(404, "first");
        two.answers(404, "second");
        three.answers(404, "third");
        assertEquals("first", get(TAG).body());
        IOException gone = new SocketTimeoutException("gone");
        two.fails(gone);
        assertSame(gone, assertThrows(IOException.class, () -> get(TAG)));
        three.answers(503, "");
        assertEquals(503, get(TAG).status());
    }

    @Test
    void a_broken_connection_tells_more_than_a_refusal_of_the_question_and_less_than_a_5xx() throws IOException {
        one.answers(400, "");
        two.fails(new IOException("gone"));
        three.answers(404, "");
        assertThrows(IOException.class, () -> get(TAG));
        three.answers(500, "");
        assertEquals(500, get(TAG).status());
    }

    @Test
    void who_is_called_off_asks_nobody_else() {
        one.fails(new InterruptedIOException("called off"));
        assertThrows(InterruptedIOException.class, () -> get(TAG));
        assertEquals(List.of(1, 0, 0), asked());
    }

    @Test
    void an_error_ends_the_search_where_that_is_wanted() throws IOException {
        Failover stops = members().stopAtErrors().build();
        one.answers(404, "");
        two.answers(503, "away");
        assertEquals("away", Scripted.seen(stops, TAG).body());
        assertEquals(List.of(1, 1, 0), asked());
        two.fails(new ConnectException("refused"));
        assertThrows(ConnectException.class, () -> Scripted.seen(stops, TAG));
        assertEquals(List.of(1, 1, 0), asked());
        two.answers(404, "");
        assertEquals(200, Scripted.seen(stops, TAG).status());
        assertEquals(List.of(1, 1, 1), asked());
    }

    @Test
    void where_errors_end_the_search_members_before_the_last_server_are_still_asked() throws IOException {
        Failover stops = members().stopAtErrors().build();
        one.answers(404, "");
        Scripted.seen(stops, TAG);
        two.answers(503, "");
        asked();
        one.answers(200, "one");
        assertEquals("one", Scripted.seen(stops, TAG).body());
        two.answers(200, "two");
        one.answers(404, "");
        Scripted.seen(stops, TAG);
        asked();
        two.answers(503, "away");
        one.answers(200, "one");
        assertEquals("one", Scripted.seen(stops, BLOB).body());
        assertEquals(List.of(1, 1, 0), asked());
    }

    @Test
    void what_has_a_digest_is_asked_of_who_served_the_repository_last_and_tags_in_order() throws IOException {
        one.answers(404, "");
        two.answers(200, "two");
        get(TAG);
        asked();
        get(BLOB);
        get(MANIFEST);
        assertEquals(List.of(0, 2, 0), asked());
        get(TAG);
        assertEquals(List.of(1, 1, 0), asked());
        get("GET /v2/team/other/blobs/" + DIGEST);
        assertEquals(List.of(1, 1, 0), asked());
        two.answers(404, "");
        get(BLOB);
        assertEquals(List.of(1, 1, 1), asked());
        get(BLOB);
        assertEquals(List.of(0, 0, 1), asked());
    }

    @Test
    void who_served_a_repository_is_forgotten_after_a_while() throws IOException {
        one.answers(404, "");
        get(BLOB);
        asked();
        nanos.addAndGet(Duration.ofMinutes(11).toNanos());
        two.answers(404, "");
        get(BLOB);
        assertEquals(List.of(1, 1, 1), asked());
    }

    @Test
    void writes_go_to_the_first_alone_where_that_is_wanted() throws IOException {
        Failover writing = members().writesToFirst().build();
        one.answers(503, "away");
        for (String line : Walk.WRITES) {
            assertEquals("away", Scripted.seen(writing, line).body());
        }
        assertEquals(List.of(Walk.WRITES.size(), 0, 0), asked());
    }

    @Test
    void a_client_s_authorization_is_given_to_no_member() throws IOException {
        one.answers(404, "");
        Failover writing = members().writesToFirst().build();
        for (String line : List.of(TAG, "PUT /v2/app/manifests/1")) {
            Scripted.seen(writing, line, "Authorization", "Basic c2VjcmV0", "Accept", "x");
        }
        List<io.github.registryproxy.RegistryRequest> all = new ArrayList<>(one.requests);
        all.addAll(two.requests);
        assertEquals(3, all.size());
        for (var request : all) {
            assertFalse(request.headers().contains("Authorization"));
            assertEquals("x", request.headers().first("Accept").orElseThrow());
        }
    }

    @Test
    void a_head_finds_what_a_get_finds() throws IOException {
        one.answers(404, "");
        two.answers(200, "", "Content-Length", "5");
        assertEquals("5", get("HEAD /v2/team/app/manifests/1").header("Content-Length"));
        two.answers(404, "", "Content-Length", "9");
        three.answers(404, "");
        Seen seen = get("HEAD /v2/team/app/manifests/1");
        assertEquals(404, seen.status());
        assertEquals("", seen.body());
    }

    @Test
    void an_error_that_cannot_be_kept_is_told_without_its_document() throws IOException {
        one.answers(
                429, "x".repeat(70_000), "Retry-After", "5", "Content-Type", "text/html", "Content-Length", "70000");
        two.answers(404, "");
        three.answers(404, "");
        Seen seen = get(TAG);
        assertEquals(429, seen.status());
        assertEquals("5", seen.header("Retry-After"));
        assertEquals("application/json", seen.header("Content-Type"));
        assertTrue(seen.body().startsWith("{\"errors\":["));
        assertFalse(seen.headers().contains("Content-Length"));
    }

    @Test
    void a_member_has_a_name_of_its_own_and_there_is_at_least_one() {
        Failover.Builder builder = Failover.builder();
        assertThrows(IllegalStateException.class, builder::build);
        builder.member("a", one);
        assertThrows(IllegalArgumentException.class, () -> builder.member("a", two));
    }

    @Test
    void the_members_are_closed_with_it() {
        members.close();
        assertEquals(List.of(1, 1, 1), List.of(one.closed, two.closed, three.closed));
    }

    @Test
    void a_body_that_a_read_came_with_reaches_nobody() throws IOException {
        Body body = Body.of(new java.io.ByteArrayInputStream(new byte[] {1}), java.util.OptionalLong.of(1));
        one.answers(404, "");
        Scripted.seen(members.handle(Scripted.request("https://r.example.com", TAG, body, "Content-Length", "1")));
        assertEquals(0, one.requests.get(0).body().length().orElseThrow());
        assertFalse(two.requests.get(0).headers().contains("Content-Length"));
    }
}
