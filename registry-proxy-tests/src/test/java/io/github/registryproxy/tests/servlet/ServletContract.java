package io.github.registryproxy.tests.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.tests.servlet.RawHttp.Answer;
import io.github.registryproxy.tests.servlet.RawHttp.Head;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the servlet promises, whatever container it runs in: {@link SampleApp} at the root and at {@code /app}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ServletContract {
    private static final int MIB = 1024 * 1024;
    private static final int PULLS = 2 * Container.THREADS;

    private final Container.Launcher launcher;

    private @Nullable Container container;

    ServletContract(Container.Launcher launcher) {
        this.launcher = launcher;
    }

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        container = launcher.start(directory, Map.of("", new SampleApp(), "/app", new SampleApp()));
    }

    @AfterAll
    void stop() throws Exception {
        container().stop();
    }

    private Container container() {
        return Objects.requireNonNull(container, "not started");
    }

    private int port() {
        return container().port();
    }

    /** Root, a context, a path in a context, there on container threads and on a pool. */
    static List<String> mounts() {
        return List.of("", "/app", "/app/registry", "/app/sync", "/app/pool");
    }

    /** By default work leaves the container's threads where the JDK has virtual ones. */
    static List<String> mountsWithThreadsOfTheirOwn() {
        return Runtime.version().feature() < 21 ? List.of("/app/pool") : List.of("", "/app", "/app/pool");
    }

    // Requests

    @ParameterizedTest
    @MethodSource("mounts")
    void a_request_arrives_as_it_was_sent(String mount) throws IOException {
        String target = "/v2/a/b/manifests/v1?x=%2F&y=a+b&y=";
        Answer answer = RawHttp.ask(
                port(),
                "GET " + mount + target,
                "Accept: a/b",
                "X-One: 1",
                "Accept: c/d;q=0.5",
                "X-Forwarded-For: 9.9.9.9");
        assertEquals(200, answer.status());
        assertLine(answer, "method=GET");
        assertLine(answer, "operation=PullManifest");
        assertLine(answer, "target=/v2/a/b/manifests/v1?x=%2F&y=a%20b&y=", "target=" + target);
        assertLine(answer, "base=http://localhost:" + port() + mount);
        assertLine(answer, "address=127.0.0.1");
        String fields = answer.body().toLowerCase(Locale.ROOT);
        assertTrue(fields.contains("header=accept: a/b\nheader=accept: c/d;q=0.5\n"), fields);
        assertFalse(fields.contains("forwarded"), fields);
        assertEquals(List.of("nosniff"), answer.head().all("X-Content-Type-Options"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2/echo/manifests/v1", "/v2/head/known/manifests/v1", "/v2/fails/refused/manifests/v1"})
    void no_filter_adds_a_charset_to_a_type(String target) throws IOException {
        for (String method : List.of("GET", "HEAD")) {
            Answer plain = RawHttp.ask(port(), method + " /app" + target);
            Answer forced = RawHttp.ask(port(), method + " /app/forced" + target);
            assertEquals(plain.head().all("Content-Type"), forced.head().all("Content-Type"));
            assertFalse(forced.head().all("Content-Type").get(0).contains("charset"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET /v2/, Ping",
        "HEAD /v2/a/manifests/v1, ''",
        "DELETE /v2/a/manifests/v1, DeleteManifest",
        "GET /v2/_catalog, Catalog",
        "POST /v2/a/blobs/uploads/, StartUpload",
        "PUT /v2/a/manifests/v1, PushManifest",
        "GET /_token?service=s, Token",
        "PROPFIND /v2/a/manifests/v1, Other"
    })
    void every_method_reaches_the_handler(String requestLine, String operation) throws IOException {
        for (String mount : mounts()) {
            if (mount.equals("/app") || !requestLine.contains("_catalog")) {
                Answer answer = RawHttp.ask(port(), requestLine.replace(" /", " " + mount + "/"));
                assertEquals(200, answer.status(), mount);
                assertTrue(answer.body().contains(operation.isEmpty() ? "" : "operation=" + operation), answer.body());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("mounts")
    void a_body_arrives_with_its_length_or_in_chunks(String mount) throws IOException {
        byte[] block = Pattern.block();
        try (RawHttp http = new RawHttp(port())) {
            http.send("PATCH " + mount + "/v2/sink/blobs/uploads/7", "Content-Length: " + 3 * block.length);
            for (int i = 0; i < 3; i++) {
                http.write(block, 0, block.length);
            }
            Answer known = http.answer(false);
            assertEquals("length=OptionalLong[192768] count=192768\n", known.body());

            http.send("PATCH " + mount + "/v2/sink/blobs/uploads/7", "Transfer-Encoding: chunked");
            for (int i = 0; i < 3; i++) {
                http.writeChunk(block, block.length);
            }
            http.sendRaw("0\r\n\r\n");
            Answer chunked = http.answer(false);
            assertEquals("length=OptionalLong.empty count=192768\n", chunked.body());

            http.send("PUT " + mount + "/v2/sink/manifests/v1", "Content-Length: 0");
            assertEquals("length=OptionalLong[0] count=0\n", http.answer(false).body());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/app/sync", "/app/pool"})
    void sixty_four_megabytes_stream_both_ways(String mount) throws IOException {
        byte[] block = Pattern.block();
        long count = 1024L * block.length;
        try (RawHttp http = new RawHttp(port())) {
            http.send("PATCH " + mount + "/v2/sink/blobs/uploads/7", "Content-Length: " + count);
            for (int i = 0; i < 1024; i++) {
                http.write(block, 0, block.length);
            }
            assertEquals(
                    "length=OptionalLong[" + count + "] count=" + count + "\n",
                    http.answer(false).body());
            http.send("PATCH " + mount + "/v2/sink/blobs/uploads/7", "Transfer-Encoding: chunked");
            for (int i = 0; i < 1024; i++) {
                http.writeChunk(block, block.length);
            }
            http.sendRaw("0\r\n\r\n");
            assertEquals(
                    "length=OptionalLong.empty count=" + count + "\n",
                    http.answer(false).body());
            for (String name : List.of("known", "chunked")) {
                http.send("GET " + mount + "/v2/" + name + "/manifests/n" + count);
                Head head = http.head();
                assertEquals(name.equals("known"), head.first("Content-Length").isPresent());
                assertEquals(count, Pattern.check(http.body(head)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "GET"})
    void a_body_refused_unread_is_never_asked_for(String method) throws IOException {
        for (String mount : mounts()) {
            try (RawHttp http = new RawHttp(port())) {
                String path = method.equals("GET") ? "/v2/unread/manifests/v1" : "/v2/unread/manifests/v1";
                http.send(method + " " + mount + path, "Content-Length: 1000000", "Expect: 100-continue");
                assertEquals(401, http.head().status(), mount);
            }
        }
    }

    /** More than what lies between the two sides, so that it cannot all be sent to nobody. */
    @ParameterizedTest
    @MethodSource("mounts")
    void a_client_that_sends_all_before_it_reads_gets_its_refusal(String mount) throws IOException {
        byte[] block = new byte[MIB];
        for (String framing : List.of("Content-Length: " + 12L * MIB, "Transfer-Encoding: chunked")) {
            try (RawHttp http = new RawHttp(port())) {
                http.send("PATCH " + mount + "/v2/unread/blobs/uploads/7", framing);
                for (int i = 0; i < 12; i++) {
                    if (framing.startsWith("C")) {
                        http.write(block, 0, MIB);
                    } else {
                        http.writeChunk(block, MIB);
                    }
                }
                if (!framing.startsWith("C")) {
                    http.sendRaw("0\r\n\r\n");
                }
                assertEquals(401, http.head().status(), mount + " " + framing);
            }
        }
    }

    @Test
    void a_body_that_is_read_is_asked_for() throws IOException {
        byte[] block = Pattern.block();
        for (String mount : mounts()) {
            try (RawHttp http = new RawHttp(port())) {
                http.send(
                        "PATCH " + mount + "/v2/sink/blobs/uploads/7",
                        "Content-Length: " + block.length,
                        "Expect: 100-continue");
                assertEquals(100, http.head().status(), mount);
                http.write(block, 0, block.length);
                assertEquals(200, http.answer(false).status(), mount);
            }
        }
    }

    // Paths

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v2/a%2Fb/manifests/v1",
                "/v2/a%2fb/manifests/v1",
                "/v2/%61/manifests/v1",
                "/v2/a/manifests/%2e%2e/v1",
                "/v2/a/manifests/%252e",
                "/v2/a//manifests/v1",
                "//v2/a/manifests/v1",
                "/v2//a/manifests/v1",
                "/v2/./a/manifests/v1",
                "/v2/x/../a/manifests/v1",
                "/v2/x/%2e%2e/a/manifests/v1",
                "/v2/a/manifests/v1/",
                "/v2/a;x=y/manifests/v1",
                "/v2/a/manifests/v1;jsessionid=0",
                "/v2;x/a/manifests/v1",
                "/v2/a/manifests/v1%00",
                "/v2/a/manifests/v1%0d%0aX:%20y",
                "/v2/a/manifests/v%C3%A9",
                "/v2/a/manifests/v\u00e9",
                "/v2/a/manifests/v\u0001",
                "/v2/a\\b/manifests/v1",
                "/v2/a%5Cb/manifests/v1",
                "/v2/a/manifests/v1#x",
                "/v2/a/manifests/v%",
                "/v2/a/manifests/v%zz",
                "/v2/a/manifests/{v}",
                "/v2/a/manifests/v|w",
                "/V2/../v2/a/manifests/v1",
                "/v2/A/manifests/v1",
                "/v2/a/blobs/sha256:abc"
            })
    void an_odd_path_is_never_taken_for_another(String path) throws IOException {
        for (String mount : mounts()) {
            Answer answer = RawHttp.ask(port(), "GET " + mount + path);
            boolean refused = answer.status() >= 400 && answer.status() < 500;
            boolean unknown = answer.status() == 200 && answer.body().contains("operation=Other");
            assertTrue(refused || unknown, mount + path + " -> " + answer);
            assertFalse(answer.body().contains("operation=Pull"), answer.body());
        }
    }

    /** Where a container is told to leave paths alone, all refusals are the protocol's. */
    @ParameterizedTest
    @MethodSource("pathsLeftToUs")
    void a_path_the_container_leaves_to_us_is_refused_in_the_protocols_words(String path) throws IOException {
        for (String mount : List.of("", "/app/registry")) {
            Answer answer = RawHttp.ask(port(), "GET " + mount + path);
            assertTrue(answer.status() == 400 || answer.status() == 404, mount + path + " -> " + answer);
            assertTrue(answer.body().startsWith("{\"errors\":[{\"code\":\""), mount + path + " -> " + answer);
        }
    }

    List<String> pathsLeftToUs() {
        return List.of(
                "/v2/a%2Fb/manifests/v1",
                "/v2/a//manifests/v1",
                "/v2/./a/manifests/v1",
                "/v2/x/../a/manifests/v1",
                "/v2/a;x=y/manifests/v1",
                "/v2/a/manifests/v%C3%A9",
                "/v2/A/manifests/v1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/%61pp/v2/a/manifests/v1", "/x/../app/v2/a/manifests/v1", "/app/%76%32/a/manifests/v1"})
    void a_mount_is_taken_only_as_it_is_written(String path) throws IOException {
        Answer answer = RawHttp.ask(port(), "GET " + path);
        assertTrue(answer.status() >= 400 || answer.body().contains("operation=Other"), answer.toString());
        assertFalse(answer.body().contains("operation=Pull"), answer.body());
    }

    @Test
    void an_absolute_target_is_the_path_in_it() throws IOException {
        Answer answer = RawHttp.ask(
                port(), "GET http://localhost:" + port() + "/app/v2/a/manifests/v1", "Host: localhost:" + port());
        assertLine(answer, "target=/v2/a/manifests/v1");
        Answer foreign = RawHttp.ask(port(), "GET http://evil.example/app/v2/a/manifests/v1");
        assertTrue(foreign.status() >= 400 || foreign.body().contains("target=/v2/a/manifests/v1"), foreign.body());
    }

    // Responses

    @ParameterizedTest
    @MethodSource("mounts")
    void locations_and_links_lead_back_to_the_mount(String mount) throws IOException {
        Answer location = RawHttp.ask(port(), "POST " + mount + "/v2/location/blobs/uploads/");
        assertEquals(202, location.status());
        assertEquals(
                List.of(mount + "/v2/echo/blobs/uploads/7?_state=x%2Fy"),
                location.head().all("Location"));
        Answer elsewhere = RawHttp.ask(port(), "GET " + mount + "/v2/elsewhere/manifests/v1");
        assertEquals(List.of("https://cdn.example/blob?sig=1"), elsewhere.head().all("Location"));
        Answer link = RawHttp.ask(port(), "GET " + mount + "/v2/link/tags/list");
        String field = link.head().first("Link").orElseThrow().replace("; ", ";");
        assertEquals(
                "<" + mount + "/v2/link/tags/list?n=1&last=a>;rel=\"next\", <https://e.example/>;rel=\"help\"", field);
    }

    @ParameterizedTest
    @MethodSource("mounts")
    void what_is_there_goes_out_at_once(String mount) throws IOException {
        for (String name : List.of("late/known", "late/chunked", "trickle/known", "trickle/chunked")) {
            String id = "id-" + UUID.randomUUID();
            try (RawHttp http = new RawHttp(port())) {
                http.send("GET " + mount + "/v2/" + name + "/manifests/" + id);
                Head head = http.head();
                InputStream body = http.body(head);
                int first = name.startsWith("trickle") ? body.readNBytes(10).length : 0;
                RawHttp.ask(port(), "GET " + mount + "/v2/_release/" + id);
                assertEquals(MIB - first, body.readAllBytes().length, mount + " " + name);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("mounts")
    void the_length_of_a_heads_answer_is_data(String mount) throws IOException {
        Answer known = RawHttp.ask(port(), "HEAD " + mount + "/v2/head/known/manifests/v1");
        assertEquals(List.of("12345678901"), known.head().all("Content-Length"));
        assertEquals(
                List.of("application/vnd.oci.image.manifest.v1+json"),
                known.head().all("Content-Type"));
        Answer unknown = RawHttp.ask(port(), "HEAD " + mount + "/v2/head/unknown/manifests/v1");
        assertEquals(200, unknown.status());
        assertEquals(List.of(), unknown.head().all("Content-Length"));
        Answer refused = RawHttp.ask(port(), "HEAD " + mount + "/v2/A/manifests/v1");
        assertEquals(400, refused.status());
    }

    @ParameterizedTest
    @MethodSource("mounts")
    void what_has_no_body_gets_none_and_the_connection_lives(String mount) throws IOException {
        try (RawHttp http = new RawHttp(port())) {
            for (String name : List.of("nothing", "unmodified", "head/known", "head/unknown", "echo")) {
                boolean head = name.startsWith("head");
                String what = name.equals("nothing") ? "/blobs/uploads/7" : "/manifests/v1";
                http.send((head ? "HEAD " : "GET ") + mount + "/v2/" + name + what);
                Answer answer = http.answer(head);
                assertEquals(name.equals("nothing") ? 204 : name.equals("unmodified") ? 304 : 200, answer.status());
                boolean bare = answer.status() != 200;
                assertTrue(!bare || answer.head().all("Content-Length").isEmpty(), name);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("mounts")
    void no_cookie_and_no_framing_of_others_is_passed_on(String mount) throws IOException {
        try (RawHttp http = new RawHttp(port())) {
            http.send("GET " + mount + "/v2/cookie/manifests/v1");
            Answer answer = http.answer(false);
            assertEquals(List.of(), answer.head().all("Set-Cookie"));
            assertEquals(List.of("2"), answer.head().all("Content-Length"));
            assertEquals("Accept, Origin", String.join(", ", answer.head().all("Vary")));
            http.send("GET " + mount + "/v2/echo/manifests/v1");
            assertEquals(200, http.answer(false).status());
        }
    }

    @Test
    void an_http_1_0_client_is_served() throws IOException {
        try (RawHttp http = new RawHttp(port())) {
            http.sendRaw("GET /v2/echo/manifests/v1 HTTP/1.0\r\n\r\n");
            Answer answer = http.answer(false);
            assertEquals(200, answer.status());
            assertLine(answer, "base=http://127.0.0.1:" + port());
        }
    }

    // Failures

    @ParameterizedTest
    @CsvSource({
        "io, 502, UNAVAILABLE",
        "wrapped, 502, UNAVAILABLE",
        "timeout, 504, UNAVAILABLE",
        "socket-timeout, 504, UNAVAILABLE",
        "http-timeout, 504, UNAVAILABLE",
        "interrupted, 503, UNAVAILABLE",
        "runtime, 500, UNKNOWN",
        "error, 500, UNKNOWN",
        "refused, 403, DENIED",
        "early, 502, UNAVAILABLE"
    })
    void a_failure_before_the_status_line_is_told_in_the_protocols_words(String how, int status, String code)
            throws IOException {
        for (String mount : mounts()) {
            Answer answer = RawHttp.ask(port(), "GET " + mount + "/v2/fails/" + how + "/manifests/v1");
            assertEquals(status, answer.status(), mount);
            assertEquals(List.of("application/json"), answer.head().all("Content-Type"));
            assertTrue(answer.body().startsWith("{\"errors\":[{\"code\":\"" + code + "\""), answer.body());
            assertFalse(answer.toString().contains("secret"), answer.toString());
            assertEquals(status == 503, answer.head().first("Retry-After").isPresent());
            assertEquals(List.of(), answer.head().all("Set-Cookie"));
        }
    }

    @Test
    void a_request_without_a_thread_is_told_to_come_back() throws IOException {
        Answer answer = RawHttp.ask(port(), "GET /app/full/v2/echo/manifests/v1");
        // Where requests already run on virtual threads, no other thread is asked for.
        assertTrue(answer.status() == 503 || onVirtualThreads(), answer.toString());
        assertEquals(!onVirtualThreads(), answer.head().first("Retry-After").isPresent());
    }

    boolean onVirtualThreads() {
        return false;
    }

    @ParameterizedTest
    @MethodSource("mounts")
    void a_body_that_breaks_never_looks_whole(String mount) throws IOException {
        for (String name : List.of("broken/known", "broken/chunked", "short")) {
            for (int bytes : new int[] {0, 100, 100_000, 10 * MIB}) {
                if (bytes < 100_000 && !name.equals("broken/chunked")) {
                    continue; // a small body of known length is told as an error instead
                }
                try (RawHttp http = new RawHttp(port())) {
                    http.send("GET " + mount + "/v2/" + name + "/manifests/n" + bytes);
                    Head head = http.head();
                    assertEquals(200, head.status());
                    InputStream body = http.body(head);
                    assertThrows(IOException.class, () -> Pattern.check(body), mount + " " + name + " " + bytes);
                    assertTrue(http.atEnd());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("mounts")
    void a_body_that_is_too_long_is_cut_not_squeezed(String mount) throws IOException {
        try (RawHttp http = new RawHttp(port())) {
            http.send("GET " + mount + "/v2/long/manifests/n100000");
            Head head = http.head();
            assertThrows(IOException.class, () -> Pattern.check(http.body(head)));
        }
    }

    @ParameterizedTest
    @MethodSource("mounts")
    void a_client_that_goes_away_closes_the_response(String mount) throws IOException {
        for (String name : List.of("endless/known", "endless/chunked")) {
            String id = "id-" + UUID.randomUUID();
            try (RawHttp http = new RawHttp(port())) {
                http.send("GET " + mount + "/v2/" + name + "/manifests/" + id);
                InputStream body = http.body(http.head());
                assertEquals(1000, body.readNBytes(1000).length);
            }
            assertEquals(
                    "closed",
                    RawHttp.ask(port(), "GET " + mount + "/v2/_closed/" + id).body());
        }
    }

    @ParameterizedTest
    @MethodSource("mounts")
    void a_slow_reader_holds_the_handler_back(String mount) throws IOException {
        String id = "id-" + UUID.randomUUID();
        try (RawHttp http = new RawHttp(port(), 32 * 1024)) {
            http.send("GET " + mount + "/v2/endless/known/manifests/" + id);
            InputStream body = http.body(http.head());
            long read = 0;
            for (int i = 0; i < 16; i++) {
                read += body.readNBytes(MIB).length;
                long produced = Long.parseLong(
                        RawHttp.ask(port(), "GET " + mount + "/v2/_seen/" + id).body());
                assertTrue(produced - read < 16 * MIB, read + " read, " + produced + " produced");
            }
        }
        assertEquals(
                "closed",
                RawHttp.ask(port(), "GET " + mount + "/v2/_closed/" + id).body());
    }

    @ParameterizedTest
    @MethodSource("mounts")
    void an_upload_that_breaks_off_is_no_upload(String mount) throws IOException {
        for (String framing : List.of("Content-Length: 1000", "Transfer-Encoding: chunked")) {
            try (RawHttp http = new RawHttp(port())) {
                http.send("PATCH " + mount + "/v2/sink/blobs/uploads/7", framing);
                http.sendRaw(framing.startsWith("C") ? "\0\1" : "5\r\n\0\1");
                http.endOutput();
                assertTrue(statusOrClosed(http) >= 400, mount + " " + framing);
            }
        }
        assertEquals(
                200,
                RawHttp.ask(port(), "GET " + mount + "/v2/echo/manifests/v1").status());
    }

    private static int statusOrClosed(RawHttp http) {
        try {
            return http.head().status();
        } catch (IOException e) {
            return 499; // cut without a word, which is also clear
        }
    }

    /** The containers here have fewer threads than there are pulls. */
    @ParameterizedTest
    @MethodSource("mountsWithThreadsOfTheirOwn")
    void slow_pulls_do_not_starve_the_neighbour(String mount) throws IOException {
        List<RawHttp> pulls = new ArrayList<>();
        try {
            for (int i = 0; i < PULLS; i++) {
                RawHttp http = new RawHttp(port(), 16 * 1024);
                pulls.add(http);
                http.send("GET " + mount + "/v2/endless/known/manifests/id-" + UUID.randomUUID());
                assertEquals(200, http.head().status());
            }
            assertEquals(
                    "hello /app/hello", RawHttp.ask(port(), "GET /app/hello").body());
        } finally {
            for (RawHttp http : pulls) {
                http.close();
            }
        }
    }

    // Clients

    @ParameterizedTest
    @CsvSource({
        "r.example, http://r.example",
        "R.Example:80, http://r.example",
        "r.example:5000, http://r.example:5000",
        "[::1]:8080, http://[::1]:8080",
        "[::1], http://[::1]"
    })
    void the_base_is_the_host_as_asked(String host, String base) throws IOException {
        for (String mount : mounts()) {
            Answer answer = RawHttp.ask(port(), "GET " + mount + "/v2/echo/manifests/v1", "Host: " + host);
            assertLine(answer, "base=" + base + mount);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"r.example:x", "a b", "evil\"", "r.example/x", "u@r.example", "[::1", "r.example:99999", "a,b"})
    void a_malformed_host_is_refused(String host) throws IOException {
        Answer answer = RawHttp.ask(port(), "GET /v2/echo/manifests/v1", "Host: " + host);
        assertEquals(400, answer.status());
        assertFalse(answer.body().contains("operation="));
    }

    @Test
    void a_host_that_is_not_listed_is_refused() throws IOException {
        String get = "GET /app/listed/v2/echo/manifests/v1";
        assertEquals(200, RawHttp.ask(port(), get, "Host: good.example").status());
        assertEquals(200, RawHttp.ask(port(), get, "Host: GOOD.example:123").status());
        assertEquals(200, RawHttp.ask(port(), get, "Host: other.example:99").status());
        Answer refused = RawHttp.ask(port(), get, "Host: other.example");
        assertEquals(421, refused.status());
        assertTrue(refused.body().startsWith("{\"errors\":[{\"code\":\"DENIED\""), refused.body());
        assertEquals(
                421,
                RawHttp.ask(port(), get, "Host: evil.example", "X-Forwarded-Host: good.example")
                        .status());
    }

    @Test
    void a_public_url_goes_before_everything() throws IOException {
        Answer answer = RawHttp.ask(port(), "GET /app/public/v2/echo/manifests/v1", "Host: evil.example");
        assertLine(answer, "base=https://r.example/reg");
        Answer location = RawHttp.ask(port(), "POST /app/public/v2/location/blobs/uploads/");
        assertEquals(
                List.of("/reg/v2/echo/blobs/uploads/7?_state=x%2Fy"),
                location.head().all("Location"));
    }

    @Test
    void a_trusted_proxy_is_believed_and_what_is_left_of_it_is_not() throws IOException {
        String get = "GET /app/trusting/v2/echo/manifests/v1";
        Answer forwarded = RawHttp.ask(
                port(),
                get,
                "Forwarded: for=6.6.6.6;host=evil.example;proto=http",
                "Forwarded: for=\"[2001:db8::7]:4711\";host=r.example;proto=https, for=10.0.0.1");
        assertLine(forwarded, "address=2001:db8::7");
        assertLine(forwarded, "base=https://r.example/app/trusting");
        Answer custom = RawHttp.ask(
                port(),
                get,
                "X-Forwarded-For: 6.6.6.6, 1.2.3.4",
                "X-Forwarded-For: 10.0.0.1",
                "X-Forwarded-Proto: https",
                "X-Forwarded-Host: r.example:8443",
                "X-Forwarded-Port: 8443");
        assertLine(custom, "address=1.2.3.4");
        assertLine(custom, "base=https://r.example:8443/app/trusting");
        assertEquals(400, RawHttp.ask(port(), get, "Forwarded: for=\"1.2.3.4").status());
    }

    @ParameterizedTest
    @MethodSource("mounts")
    void an_untrusted_peer_forwards_nothing(String mount) throws IOException {
        Answer answer = RawHttp.ask(
                port(),
                "GET " + mount + "/v2/echo/manifests/v1",
                "Forwarded: for=6.6.6.6;host=evil.example;proto=https",
                "X-Forwarded-For: 6.6.6.6",
                "X-Forwarded-Proto: https",
                "X-Forwarded-Host: evil.example",
                "X-Forwarded-Port: 1");
        assertLine(answer, "base=http://localhost:" + port() + mount);
        assertFalse(answer.body().contains("evil") || answer.body().contains("6.6.6.6"), answer.body());
    }

    // Neighbours

    @Test
    void the_servlet_beside_it_is_as_it_was() throws IOException {
        Answer hello = RawHttp.ask(port(), "GET /app/hello?q=a%2Fb");
        assertEquals("hello /app/hello", hello.body());
        assertEquals(List.of("a/b"), hello.head().all("X-Hello"));
        assertEquals(List.of(), hello.head().all("X-Content-Type-Options"));
        Answer missing = RawHttp.ask(port(), "GET /app/none");
        assertEquals(404, missing.status());
        assertFalse(missing.body().contains("\"errors\""), missing.body());
    }

    private static void assertLine(Answer answer, String... oneOf) {
        List<String> lines = answer.body().lines().toList();
        assertTrue(List.of(oneOf).stream().anyMatch(lines::contains), List.of(oneOf) + " is not in\n" + answer);
    }
}
