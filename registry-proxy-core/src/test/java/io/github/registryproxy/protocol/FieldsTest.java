package io.github.registryproxy.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The fields with a grammar of their own: ranges, links, scopes, challenges, errors. */
final class FieldsTest {
    @ParameterizedTest
    @ValueSource(strings = {"bytes=0-0", "bytes=0-", "bytes=-5", "bytes=10-999999999999999999"})
    void a_range_prints_as_it_came(String field) {
        assertEquals(field, ByteRange.parse(field).orElseThrow().toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bytes",
                "bytes=",
                "bytes=-",
                "bytes=-0",
                "bytes=5-4",
                "bytes=0-1,2-3",
                "bytes=a-b",
                "bytes=--1",
                "bytes=-1-2",
                "bytes=0x0-1",
                "bytes=18446744073709551616-",
                "bytes=0-18446744073709551616",
                "items=0-1",
                "bytes=+1-2",
                "bytes=1-2-3",
                "bytes=\u0661-\u0662",
                "bytes 0-1"
            })
    void an_unusable_range_is_none(String field) {
        assertEquals(Optional.empty(), ByteRange.parse(field));
    }

    @Test
    void a_range_that_cannot_be_is_not_made() {
        assertThrows(IllegalArgumentException.class, () -> ByteRange.of(5, 4));
        assertThrows(IllegalArgumentException.class, () -> ByteRange.from(-1));
        assertThrows(IllegalArgumentException.class, () -> new ByteRange(1, OptionalLong.of(2), true));
    }

    @Test
    void units_of_ranges_have_no_case() {
        assertEquals(Optional.of(ByteRange.of(1, 2)), ByteRange.parse("Bytes=1-2"));
        assertEquals(Optional.of(new ContentRange(1, 2, OptionalLong.empty())), ContentRange.parse("BYTES 1-2/*"));
    }

    @ParameterizedTest
    @CsvSource({"bytes 0-0/1, 1", "bytes 2-4/10, 3", "bytes 2-4/*, 3"})
    void a_content_range_prints_as_it_came_and_knows_its_length(String field, long length) {
        ContentRange range = ContentRange.parse(field).orElseThrow();
        assertEquals(field, range.toString());
        assertEquals(length, range.length());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bytes",
                "bytes ",
                "bytes 0-1",
                "bytes */10",
                "bytes 0-10/10",
                "bytes 5-4/10",
                "bytes -1/10",
                "bytes 0-/10",
                "bytes 0-1/",
                "bytes 0-1/x",
                "0-1/2",
                "bytes 0-99999999999999999999/*",
                "bytes=0-1/2",
                "bytes 0/1-2",
                "bytes 0-1/2/3"
            })
    void what_is_no_content_range_is_none(String field) {
        assertEquals(Optional.empty(), ContentRange.parse(field));
    }

    @Test
    void links_are_read_in_order_and_print_as_they_came() {
        String field = "</v2/a/tags/list?last=x,y&n=2>; rel=\"next\", <b>;rel=prev;title=\"a, \\\"<c>\"";
        List<Link> links = Link.parse(field);
        assertEquals(
                List.of("/v2/a/tags/list?last=x,y&n=2", "b"),
                links.stream().map(Link::target).toList());
        assertEquals("</x>; rel=\"next\"", links.get(0).withTarget("/x").toString());
        assertEquals(";rel=prev;title=\"a, \\\"<c>\"", links.get(1).parameters());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no link", "<never closed", ">", "rel=next", ",,,,"})
    void what_is_no_link_is_left_out(String field) {
        assertEquals(List.of(), Link.parse(field));
    }

    @Test
    void a_link_to_the_next_page_is_known_however_it_is_written() {
        for (String next : List.of("</x>; rel=\"next\"", "</x>;rel=next", "</x>; a=b; REL = \"Next\"")) {
            assertTrue(Link.parse(next).get(0).isNext(), next);
        }
        for (String other : List.of("</x>", "</x>; rel=\"prev\"", "</next>; title=\"next\"")) {
            assertFalse(Link.parse(other).get(0).isNext(), other);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "repository:a/b:pull repository a/b pull",
                "repository:host:5000/a:pull,push repository host:5000/a pull,push",
                "repository(plugin):a:pull repository(plugin) a pull",
                "registry:catalog:* registry catalog *",
                "repository:a: repository a ",
            })
    void a_scope_is_split_from_both_ends(String text, String type, String name, String actions) {
        Scope scope = Scope.parse(text).orElseThrow();
        assertEquals(type, scope.type());
        assertEquals(name, scope.name());
        assertEquals(actions == null ? "" : actions, String.join(",", scope.actions()));
        assertEquals(text, scope.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "::",
                "a:b",
                "repository::pull",
                ":a:pull",
                "repository:a b:pull",
                "repository:\u00e9:pull"
            })
    void what_is_no_scope_is_none(String text) {
        assertEquals(Optional.empty(), Scope.parse(text));
    }

    @Test
    void only_names_of_repositories_are_mapped_in_scopes() {
        List<Scope> scopes =
                Scope.parseAll("repository:a:pull  junk registry:a:* repository(plugin):a:pull repository:A:pull");
        assertEquals(
                "repository:x/a:pull registry:a:* repository(plugin):a:pull repository:A:pull",
                Scope.render(scopes.stream()
                        .map(scope -> scope.mapName(new RepositoryName("x")::resolve))
                        .toList()));
    }

    @Test
    void challenges_are_read_from_several_lines_and_several_to_a_line() {
        List<Challenge> challenges = Challenge.parse(
                List.of(
                        "Negotiate, Basic realm=\"a, b\", NTLM TlRM+/==",
                        "bearer Realm=https://t.test/token , service=r.test,scope=\"repository:a:pull repository:b:pull,push\""));
        assertEquals(
                List.of("Negotiate", "Basic", "NTLM", "bearer"),
                challenges.stream().map(Challenge::scheme).toList());
        assertEquals(Optional.of("a, b"), challenges.get(1).parameter("REALM"));
        assertEquals(Optional.of("TlRM+/=="), challenges.get(2).token68());
        Challenge bearer = challenges.get(3);
        assertTrue(bearer.isScheme("Bearer"));
        assertEquals(Optional.of("https://t.test/token"), bearer.parameter("realm"));
        assertEquals(Optional.of("r.test"), bearer.parameter("service"));
        assertEquals(2, bearer.scopes().size());
    }

    @Test
    void a_challenge_prints_quoted_and_is_read_back() {
        Challenge challenge = Challenge.bearer(
                "https://t.test/?a=\"b\\c\"", Optional.of("x y"), List.of(Scope.repository(Samples.NAME, "pull")));
        assertEquals(List.of(challenge), Challenge.parse(List.of(challenge.toString())));
        assertEquals("Basic realm=\"a\"", new Challenge("Basic", Optional.empty(), Map.of("realm", "a")).toString());
        assertEquals(Optional.of("z"), challenge.with("service", "z").parameter("service"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Bearer realm=\"never closed|never closed",
                "Bearer realm=\"a\\|a\\",
                "Bearer realm=|''",
                "Bearer realm=\"a\",realm=\"b\"|a",
                "Bearer  \t realm = \"a\"|a",
                "Bearer realm=a service=b|a",
                ",,Bearer realm=a|a",
            })
    void sloppy_challenges_are_read_as_far_as_they_go(String field, String realm) {
        Challenge challenge = Challenge.parse(List.of(field)).get(0);
        assertTrue(challenge.isScheme("bearer"));
        assertEquals(
                realm,
                challenge.parameter("realm").or(challenge::token68).orElse("").replace("realm=", ""));
    }

    @Test
    void no_input_makes_a_parser_throw() {
        Random random = new Random(7);
        String alphabet = "abBearer =,\"\\<>;:-/*09\t\r\u0000\u00e9realmbytes";
        for (int i = 0; i < 100_000; i++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "bytes=" : "Bearer realm=");
            for (int n = random.nextInt(24); n > 0; n--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            String field = text.toString();
            List<Challenge> challenges = Challenge.parse(List.of(field));
            challenges.forEach(Challenge::toString);
            challenges.forEach(Challenge::scopes);
            Link.parse(field).forEach(Link::toString);
            ByteRange.parse(field)
                    .ifPresent(range -> assertEquals(Optional.of(range), ByteRange.parse(range.toString())));
            ContentRange.parse(field.replace('=', ' '))
                    .ifPresent(range -> assertEquals(Optional.of(range), ContentRange.parse(range.toString())));
            Scope.parseAll(field).forEach(scope -> assertEquals(Optional.of(scope), Scope.parse(scope.toString())));
        }
    }

    /** A bound far above what linear work takes and far below what quadratic work would. */
    @ParameterizedTest
    @ValueSource(
            strings = {"a a/", "a=\"", "<", "<a>,", "\"", "a ", "a=b,", "\\\"", "a,", ":", "repository:a:b ", "a /a"})
    void long_hostile_fields_take_linear_time(String piece) {
        String field = "Bearer " + piece.repeat(1_000_000 / piece.length()) + "!";
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            for (int i = 0; i < 20; i++) {
                Challenge.parse(List.of(field));
                Link.parse(field);
                ByteRange.parse(field);
                ContentRange.parse(field);
                Scope.parseAll(field);
            }
        });
    }

    @Test
    void what_follows_a_scheme_without_a_space_is_no_token68() {
        assertEquals(Optional.empty(), Challenge.parse(List.of("a/b/c")).get(0).token68());
    }

    @Test
    void error_codes_have_the_specification_s_words_and_unknown_ones_are_kept() {
        assertEquals(404, ErrorCode.of("MANIFEST_UNKNOWN").status());
        assertEquals(ErrorCode.DENIED, ErrorCode.of("DENIED"));
        assertEquals("QUOTA_EXCEEDED_2", ErrorCode.of("QUOTA_EXCEEDED_2").value());
        assertEquals(ErrorCode.UNKNOWN, ErrorCode.of("<script>"));
        assertEquals(ErrorCode.UNKNOWN, ErrorCode.of(""));
        assertEquals(ErrorCode.UNKNOWN, ErrorCode.of("A".repeat(65)));
        assertThrows(IllegalArgumentException.class, () -> new ErrorCode("A", 200));
        assertThrows(IllegalArgumentException.class, () -> new ErrorCode("a", 400));
    }

    @Test
    void an_error_is_cut_and_carried() {
        RegistryError error =
                ErrorCode.DENIED.because("x".repeat(1000)).withStatus(404).withRetryAfter(Duration.ofSeconds(3));
        assertEquals(512, error.message().length());
        RegistryException thrown = error.asException();
        assertEquals(error, thrown.error());
        assertTrue(thrown.getMessage().startsWith("DENIED: xxx"));
        assertThrows(IllegalArgumentException.class, () -> error.withStatus(302));
        assertFalse(error.detail().isPresent());
    }
}
