package io.github.registryproxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigCommandTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Map<String, String> environment = new HashMap<>();

    @TempDir
    private Path dir;

    private int run(String... arguments) {
        out.reset();
        err.reset();
        return Main.run(
                arguments,
                environment,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private void shippedEnvironment() {
        environment.putAll(Map.of("DATA_DIR", dir.toString(), "UPSTREAM", "r.example:5000", "PORT", "5000"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"facade.yaml", "mirror.yaml", "team-registry.yaml", "release-tags.yaml"})
    void the_files_that_are_shipped_are_right(String name) {
        shippedEnvironment();
        assertEquals(0, run("check-config", "config/" + name), this::err);
        assertTrue(out().endsWith("config/" + name + ": all right" + System.lineSeparator()), this::out);
    }

    @ParameterizedTest
    @ValueSource(strings = {"facade.yaml", "mirror.yaml", "team-registry.yaml", "release-tags.yaml"})
    void what_is_printed_says_the_same_as_what_was_read(String name) throws Exception {
        shippedEnvironment();
        assertEquals(0, run("print-config", "config/" + name), this::err);
        String printed = out();
        Path again = Files.writeString(dir.resolve("again.yaml"), printed.replace("clients: {}\n", ""));

        assertEquals(0, run("print-config", again.toString()), this::err);

        assertEquals(withoutOrigins(printed), withoutOrigins(out()));
    }

    private static String withoutOrigins(String printed) {
        return printed.replaceAll(" {2}# .*", "");
    }

    @Test
    void each_value_says_where_it_is_from() {
        shippedEnvironment();
        assertEquals(0, run("print-config", "--config", "config/team-registry.yaml"));
        for (String line : List.of(
                "port: 5000  # team-registry.yaml:15, environment PORT",
                "push: true  # team-registry.yaml:23",
                "threads: 200  # default")) {
            assertTrue(out().contains(line), this::out);
        }
    }

    @Test
    void a_wrong_file_is_a_line_for_each_mistake_and_exit_2() throws Exception {
        Path file = Files.writeString(dir.resolve("wrong.yaml"), "listen: {prot: 1}\nlogin: {}\n");
        assertEquals(2, run("check-config", file.toString()));
        assertEquals("", out());
        assertEquals(
                List.of(
                        "registry-proxy: listen.prot (wrong.yaml:1): no such key; did you mean port?",
                        "registry-proxy: login (wrong.yaml:2): expected the key htpasswd",
                        "registry-proxy: routes (wrong.yaml:1): expected routes to upstreams, or hosted: there is"
                                + " nothing to serve"),
                err().lines().toList());
    }

    @Test
    void warnings_are_told_as_well() {
        shippedEnvironment();
        assertEquals(0, run("check-config", "config/team-registry.yaml"));
        assertTrue(
                out().startsWith("warning: hosted.push without a login: whoever reaches this site can push"),
                this::out);
    }

    @Test
    void the_schema_that_is_shipped_is_that_of_the_program() throws Exception {
        assertEquals(0, run("config-schema"));
        assertEquals(
                Files.readString(Path.of("config", "registry-proxy.schema.json")),
                out(),
                "print it anew: registry-proxy config-schema");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--config f.yaml --port 1 | --port beside a configuration file: expected in the file, where ${PORT} is"
                        + " the variable of that name",
                "serve --config f.txt | f.txt: expected a file that can be read (NoSuchFileException)",
                "--watch | --watch: expected --config beside it",
                "check-config | expected the name of a file behind it",
                "hosted | hosted: expected status, gc or fsck behind it: see hosted --help",
                "hosted status | hosted: expected --config FILE",
                "cache status --config f.yaml --cache-dir d | --cache-dir beside a configuration file: expected in the"
                        + " file, where ${CACHE_DIR} is the variable of that name"
            })
    void a_wrong_command_line_is_one_line_and_exit_2(String arguments, String message) {
        assertEquals(2, run(arguments.split(" ")));
        assertEquals("registry-proxy: " + message + System.lineSeparator(), err());
    }

    @Test
    void the_environment_may_name_the_file() {
        environment.put("CONFIG", "none.yaml");
        assertEquals(2, run());
        assertEquals(
                "registry-proxy: none.yaml: expected a file that can be read (NoSuchFileException)"
                        + System.lineSeparator(),
                err());
        assertEquals(2, run("--port", "1"));
        assertTrue(err().startsWith("registry-proxy: --port beside a configuration file"), this::err);
    }

    @ParameterizedTest
    @ValueSource(strings = {"check-config --help", "hosted --help", "cache --help"})
    void help_is_short(String arguments) {
        assertEquals(0, run(arguments.split(" ")));
        assertTrue(out().lines().count() <= 30, this::out);
        out().lines().forEach(line -> assertTrue(line.length() <= 105, line));
    }
}
