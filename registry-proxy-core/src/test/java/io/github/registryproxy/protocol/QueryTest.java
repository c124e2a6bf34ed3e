package io.github.registryproxy.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class QueryTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a=b",
                "a",
                "a=",
                "=b",
                "a=b=c",
                "a=%2F%2f%7E",
                "_state=AbC-_~.*'()!$,;:@/?",
                "X-Goog-Signature=1f%2Bb%3D&a=+b",
                "a=[1]"
            })
    void fields_are_rendered_byte_for_byte_as_they_came(String raw) {
        assertEquals(raw, Query.parse(raw).render());
    }

    @ParameterizedTest
    @CsvSource({"a=b%20c, b c", "a=b+c, b c", "a=%C3%A9, \u00e9", "a=x=y, x=y", "a=%26%3d, &=", "%61=1, 1"})
    void values_and_names_are_decoded_once(String raw, String value) {
        assertEquals(Optional.of(value), Query.parse(raw).first("a"));
    }

    @Test
    void an_escape_is_decoded_once_only() {
        assertEquals(Optional.of("%2F"), Query.parse("a=%252F").first("a"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a=%",
                "a=%2",
                "a=%zz",
                "a=%-1",
                "a=%\uff11\uff12",
                "a=%+1",
                "a= b",
                "a=\tb",
                "a=\r\nX: y",
                "a=\u0000",
                "a=\u00e9",
                "a=#b",
                "a=%ff",
                "a=%c3%28",
                "a=%ed%a0%80",
                "%=1"
            })
    void what_is_no_legal_escape_character_or_utf8_is_refused(String raw) {
        RegistryException refusal = assertThrows(RegistryException.class, () -> Query.parse(raw));
        assertEquals(ErrorCode.NAME_INVALID, refusal.error().code());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {"a={b}, a=%7Bb%7D", "a=\"b\", a=%22b%22", "a=<b>, a=%3Cb%3E", "a=b|c^d\\, a=b%7Cc%5Ed%5C"})
    void characters_that_no_uri_has_are_escaped(String raw, String rendered) {
        assertEquals(rendered, Query.parse(raw).render());
    }

    @Test
    void added_fields_are_escaped_so_that_they_stay_one_field() {
        Query query = Query.EMPTY.and("k&", "a&b=c#d e\u00e9");
        assertEquals("k%26=a%26b%3Dc%23d%20e%C3%A9", query.render());
        assertEquals(Optional.of("a&b=c#d e\u00e9"), Query.parse(query.render()).first("k&"));
    }

    @Test
    void fields_keep_their_order_and_can_be_left_out() {
        Query query = Query.parse("b=1&a=2&b=3&&");
        assertEquals(List.of("1", "3"), query.all("b"));
        assertEquals("a=2", query.without("b"::equals).render());
        assertEquals("b=1&a=2&b=3&c=4", query.and(Query.parse("c=4")).render());
        assertEquals(Query.EMPTY, query.without(name -> true));
        assertEquals(Query.EMPTY, Query.parse("&&"));
    }

    @Test
    void its_text_for_people_has_no_values_and_no_line_breaks() {
        String text = Query.parse("sig=secret&a%0d%0ab=1").toString();
        assertFalse(text.contains("secret"), text);
        assertFalse(text.contains("\n"), text);
    }

    @Test
    void every_text_survives_as_a_value() {
        Random random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            String name = Samples.text(random);
            String value = Samples.text(random);
            Query query = Query.EMPTY.and(name, value);
            assertEquals(query, Query.parse(query.render()));
            assertEquals(Optional.of(value), Query.parse(query.render()).first(name));
        }
    }
}
