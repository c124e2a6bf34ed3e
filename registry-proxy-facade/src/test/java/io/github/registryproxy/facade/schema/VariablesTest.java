package io.github.registryproxy.facade.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VariablesTest {
    private final Variables variables =
            new Variables(Map.of("HOST", "r.example", "PORT", "5000", "EMPTY", "", "TRICK", "${HOST} [a: b]"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "plain | plain",
                "${HOST}:${PORT} | r.example:5000",
                "${NONE:x} | x",
                "${NONE:http://a:1} | http://a:1",
                "${EMPTY:x} | x",
                "$$5 and $${HOST} | $5 and ${HOST}",
                "${TRICK} | ${HOST} [a: b]"
            })
    void a_variable_is_replaced_once(String text, String expected) throws Exception {
        assertEquals(expected, variables.replace(text).text());
    }

    @Test
    void a_default_may_be_nothing() throws Exception {
        assertEquals("", variables.replace("${NONE:}").text());
    }

    @Test
    void it_is_known_what_was_used() throws Exception {
        assertEquals(List.of("HOST"), variables.replace("${HOST}/${NONE:a}").used());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "${NONE} | the environment has no NONE: set it, or write ${NONE:default}",
                "${EMPTY} | the environment has no EMPTY: set it, or write ${EMPTY:default}",
                "${HOST | a ${ without its }",
                "$HOST | a dollar that begins no ${NAME}: write $$ for the sign itself",
                "a$ | a dollar that begins no ${NAME}: write $$ for the sign itself",
                "${no name} | expected ${NAME} or ${NAME:default}, with a name of letters, digits and _"
            })
    void what_cannot_be_replaced_is_told(String text, String expected) {
        assertEquals(
                expected,
                assertThrows(Variables.MissingException.class, () -> variables.replace(text))
                        .getMessage());
    }
}
