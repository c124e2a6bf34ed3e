package io.github.registryproxy.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.RegistryResponse;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TranscriptTest {
    private static final String ONE = """
            # two comments
            # before it
            client   > GET /v2/a/tags/list
            upstream > GET /v2/a/tags/list
            upstream < 200  X-One: 1
                | body
            client   < 200  X-One: 1
                | body
            """;

    private static Function<RegistryHandler, RegistryHandler> with(Middleware middleware) {
        return upstream ->
                RegistryProxy.builder().use(middleware).upstream(upstream).build();
    }

    private static String failureOf(String text, Middleware middleware) {
        Transcript transcript = Transcript.parse("case.http", text);
        return assertThrows(AssertionError.class, () -> transcript.run(with(middleware)))
                .getMessage();
    }

    private static String failureOf(String text) {
        return failureOf(text, (request, next) -> next.handle(request));
    }

    @TestFactory
    Stream<DynamicTest> a_directory_of_transcripts_becomes_tests() {
        return Transcripts.in(TranscriptTest.class, "transcripts/sample", transcript -> transcript.run(p -> p));
    }

    @Test
    void a_directory_without_transcripts_is_a_mistake() {
        assertThrows(
                IllegalArgumentException.class, () -> Transcripts.in(TranscriptTest.class, "META-INF-none", t -> {}));
    }

    @Test
    void what_agrees_passes() {
        Transcript.parse("case.http", ONE).run(p -> p);
    }

    @Test
    void a_missing_upstream_request_fails_with_file_line_expected_and_actual() {
        assertEquals("""
                case.http:4: upstream >
                  expected: GET /v2/a/tags/list
                  actual:   no further upstream request; the client got 204 []""", failureOf(ONE, (request, next) -> RegistryResponse.of(204)));
    }

    @Test
    void a_second_upstream_request_fails_even_where_its_answer_is_swallowed() {
        String failure = failureOf(ONE, (request, next) -> {
            try {
                next.handle(request).close();
                return next.handle(request);
            } catch (AssertionError e) {
                return RegistryResponse.of(200);
            }
        });
        assertEquals("""
                case.http:3: upstream, after request 1 of this exchange
                  expected: no further upstream request
                  actual:   GET /v2/a/tags/list""", failure);
    }

    @Test
    void a_request_where_nothing_is_expected_fails() {
        String failure = failureOf("client > GET /v2/\nupstream > (nothing)\nclient < 200\n");
        assertTrue(failure.contains("no further upstream request"), failure);
    }

    @Test
    void another_target_fails_on_the_upstream_side() {
        assertEquals("""
                case.http:4: upstream >
                  expected: GET /v2/b/tags/list
                  actual:   GET /v2/a/tags/list""", failureOf(ONE.replace("upstream > GET /v2/a", "upstream > GET /v2/b")));
    }

    @Test
    void another_header_value_a_missing_and_an_unwanted_header_fail() {
        assertEquals("""
                case.http:7: client < header X-One
                  expected: 2
                  actual:   1""", failureOf(ONE.replace("client   < 200  X-One: 1", "client   < 200  X-One: 2")));
        assertTrue(failureOf(ONE.replace("client   < 200  X-One: 1", "client   < 200  X-Two: *"))
                .endsWith("actual:   absent"));
        assertTrue(failureOf(ONE.replace("client   < 200  X-One: 1", "client   < 200  !X-One"))
                .contains("expected: absent"));
    }

    @Test
    void another_body_fails() {
        String failure = failureOf(ONE.substring(0, ONE.length() - 5) + "ydob\n");
        assertTrue(failure.startsWith("case.http:7: client < body"), failure);
    }

    @Test
    void a_body_that_ends_where_it_should_break_fails_and_the_other_way_round() {
        assertTrue(failureOf(ONE.replace("client   < 200", "client   < 200  (breaks)"))
                .contains("expected: a body that breaks off"));
        assertTrue(failureOf(ONE.replace("upstream < 200", "upstream < 200  (breaks)"))
                .contains("actual:   broken off after 4 bytes"));
    }

    @Test
    void a_response_that_nobody_closes_fails() {
        String failure = failureOf(ONE, (request, next) -> {
            next.handle(request);
            return RegistryResponse.of(200);
        });
        // The header is missing too; that the body stays open shows where all else is right.
        assertTrue(failure.contains("header X-One"), failure);
        String leak =
                failureOf("client > GET /v2/\nupstream > GET /v2/\nupstream < 200\nclient < 200\n", (request, next) -> {
                    next.handle(request);
                    return RegistryResponse.of(200);
                });
        assertTrue(leak.startsWith("case.http:1: 1 not closed: the answer of line 3"), leak);
    }

    @Test
    void a_placeholder_keeps_what_it_took() {
        String text = """
                client   > GET /v2/{x}/tags/list
                upstream > GET /v2/{x}/tags/list
                upstream < 200  A: one/{y}  B: {proxy}/v2/
                client   < 200  A: one/{y}  B: http://proxy.test/v2/
                """;
        // {x} is no legal target character, so the client side binds nothing: the request is refused as malformed.
        Transcript.parse("case.http", text.replace("{x}", "x").replace("one/{y}", "one/two"))
                .run(p -> p);
        String bound = """
                client   > GET /v2/x/tags/list
                upstream > GET /v2/{name}/tags/list
                upstream < 200  A: {name}
                client   < 200  A: {name}
                client   > GET /v2/y/tags/list
                upstream > GET /v2/{name}/tags/list
                upstream < 200
                client   < 200
                """;
        assertTrue(failureOf(bound).startsWith("case.http:6: upstream >\n  expected: GET /v2/x/tags/list"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "client > GET",
                "client > GET /v2/",
                "client > GET /v2/\nupstream > GET /v2/\nclient < 200",
                "client > GET /v2/\nclient < ok",
                "client > GET /v2/\nclient < (no answer)",
                "client > (nothing)\nclient < 200",
                "upstream > GET /v2/\nupstream < 200\nclient < 200",
                "client > GET /v2/\nclient < 200  (unheard of)",
                "client > GET /v2/\nclient < 200\n   neither field nor body",
                "  Indented: first",
                "server > GET /v2/",
            })
    void what_is_no_transcript_is_refused_with_its_line(String text) {
        String message = assertThrows(IllegalArgumentException.class, () -> Transcript.parse("case.http", text))
                .getMessage();
        assertTrue(message.matches("case\\.http:\\d+: .+"), message);
    }
}
