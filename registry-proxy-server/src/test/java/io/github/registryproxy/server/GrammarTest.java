package io.github.registryproxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.facade.SettingException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrammarTest {
    private final Grammar grammar = new Grammar()
            .flag("--watch")
            .switching("--push", "-push")
            .valued("--host", "-hostName")
            .valued("--port")
            .positional();

    @ParameterizedTest
    @CsvSource({
        "--host r, r",
        "--host=r, r",
        "--host=, ''",
        "--host=a=b, a=b",
        "-hostName r, r",
        "-hostName=r, r",
        "--host -u, -u",
        "--host --other, --other"
    })
    void a_value_follows_or_stands_behind_an_equals_sign(String arguments, String value) throws Exception {
        ParsedOptions parsed = grammar.parse(arguments.split(" "));

        assertTrue(parsed.has("--host"));
        assertEquals(value, parsed.value("--host"));
        assertFalse(parsed.has("--port"));
    }

    @ParameterizedTest
    @CsvSource({"--push, true", "--push false, false", "--push=false, false", "--push --port 1, true"})
    void a_switch_may_have_a_value(String arguments, String value) throws Exception {
        assertEquals(value, grammar.parse(arguments.split(" ")).value("--push"));
    }

    @Test
    void one_argument_may_stand_alone() throws Exception {
        ParsedOptions parsed = grammar.parse("--watch", "file.yaml", "--port", "1");

        assertEquals(Optional.of("file.yaml"), parsed.positional());
        assertTrue(parsed.has("--watch"));
        assertEquals(Optional.empty(), grammar.parse().positional());
    }

    @ParameterizedTest
    @CsvSource({
        "--host, -hostName stands without a value: expected one behind it",
        "--host --port 1, -hostName stands without a value: expected one behind it",
        "--port 1 --port=2, --port is given twice: expected once",
        "--host pw -hostName pw, -hostName is given twice: expected once",
        "--watch=pw, --watch has a value: expected none",
        "--pass=pw, unknown option --pass: see --help",
        "file pw, an argument that belongs to no option (not shown): see --help"
    })
    void what_is_wrong_is_told_without_values(String arguments, String message) {
        SettingException refused = assertThrows(SettingException.class, () -> grammar.parse(arguments.split(" ")));

        assertEquals(message, refused.getMessage());
    }
}
