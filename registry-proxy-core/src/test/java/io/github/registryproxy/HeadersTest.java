package io.github.registryproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HeadersTest {
    private static final Headers TWO = Headers.of("Link", "<a>", "Accept", "x", "link", "<b>");

    private static List<String> lines(Headers headers) {
        List<String> lines = new ArrayList<>();
        headers.forEach((name, value) -> lines.add(name + ": " + value));
        return lines;
    }

    @Test
    void lines_keep_order_and_case_and_are_found_without_case() {
        assertEquals(List.of("Link: <a>", "Accept: x", "link: <b>"), lines(TWO));
        assertEquals(List.of("<a>", "<b>"), TWO.all("LINK"));
        assertEquals(Optional.of("<a>"), TWO.first("lInK"));
        assertEquals(3, TWO.size());
        assertTrue(TWO.contains("accept"));
        assertFalse(TWO.contains("Accept-Encoding"));
    }

    @Test
    void changes_leave_the_original_alone() {
        assertEquals(List.of("Accept: x", "Link: <c>"), lines(TWO.with("Link", "<c>")));
        assertEquals(List.of("Accept: x"), lines(TWO.without("LINK", "nothing")));
        assertEquals(List.of("Link: <a>", "Accept: x", "link: <b>", "Link: <c>"), lines(TWO.and("Link", "<c>")));
        assertEquals(6, TWO.and(TWO).size());
        assertSame(TWO, TWO.without("nothing"));
        assertSame(Headers.EMPTY, TWO.filter((name, value) -> false));
        assertEquals(3, TWO.size());
    }

    @Test
    void equal_lines_in_equal_order_are_equal() {
        assertEquals(Headers.of("A", "1", "B", "2"), Headers.of("a", "1", "b", "2"));
        assertEquals(Headers.of("A", "1").hashCode(), Headers.of("a", "1").hashCode());
        assertNotEquals(Headers.of("A", "1", "B", "2"), Headers.of("B", "2", "A", "1"));
        assertNotEquals(Headers.of("A", "x"), Headers.of("A", "X"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a:", "a\r\n", "\u00e9", "a\u0000", "(a)", "\u212a"})
    void a_name_that_is_no_token_is_refused(String name) {
        assertFalse(Headers.isLegal(name, "x"));
        assertThrows(IllegalArgumentException.class, () -> Headers.of(name, "x"));
        assertThrows(IllegalArgumentException.class, () -> TWO.and(name, "x"));
        assertThrows(IllegalArgumentException.class, () -> TWO.with(name, "x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nX: y", "a\nb", "a\rb", "a\u0000", "\u007f", "\u0085", "\u0100", "\ud83d\ude00"})
    void a_value_that_could_not_be_spoken_is_refused_and_not_repeated(String value) {
        assertFalse(Headers.isLegal("A", value));
        String message = assertThrows(IllegalArgumentException.class, () -> Headers.of("A", value))
                .getMessage();
        assertFalse(message.contains(value));
    }

    @Test
    void tabs_and_latin_1_are_legal_and_pairs_must_be_whole() {
        assertEquals(Optional.of("a\tb \u00e9"), Headers.of("A", "a\tb \u00e9").first("A"));
        assertThrows(IllegalArgumentException.class, () -> Headers.of("A"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization",
                "PROXY-AUTHORIZATION",
                "cookie",
                "Set-Cookie",
                "X-Registry-Auth",
                "Location",
                "X-Api-Key"
            })
    void secrets_are_not_for_people(String name) {
        String text = Headers.of("Accept", "shown", name, "hunter2").toString();
        assertFalse(text.contains("hunter2"), text);
        assertTrue(text.contains("Accept: shown"), text);
        assertTrue(text.contains(name), text);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "42, 42", "999999999999999999, 999999999999999999"})
    void a_content_length_is_a_number(String value, long length) {
        assertEquals(
                OptionalLong.of(length), Headers.of("content-length", value).contentLength());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "+1", "1 ", "1, 1", "0x1", "9999999999999999999", "\u00b2"})
    void what_is_no_length_is_none(String value) {
        assertEquals(OptionalLong.empty(), Headers.of("Content-Length", value).contentLength());
        assertEquals(OptionalLong.empty(), Headers.EMPTY.contentLength());
    }
}
