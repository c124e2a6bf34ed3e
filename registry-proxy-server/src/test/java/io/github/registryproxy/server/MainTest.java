package io.github.registryproxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.facade.Setting;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h", "-help", "serve --help", "demo --help"})
    void help_is_short(String arguments) {
        assertEquals(0, run(arguments.split(" ")));

        String text = out.toString(StandardCharsets.UTF_8);
        assertTrue(text.lines().count() <= 60, () -> text.lines().count() + " lines");
        text.lines().forEach(line -> assertTrue(line.length() <= 100, line));
    }

    @Test
    void help_is_what_users_were_promised() throws Exception {
        try (InputStream golden = MainTest.class.getResourceAsStream("help.txt")) {
            assertEquals(new String(golden.readNBytes(10_000), StandardCharsets.UTF_8), Help.text());
        }
    }

    @Test
    void version_is_one_line() {
        assertEquals(0, run("--version"));
        assertEquals(1, out.toString(StandardCharsets.UTF_8).lines().count());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--port | registry-proxy: --port stands without a value: expected one behind it",
                "--port 1 --port 2 | registry-proxy: --port is given twice: expected once",
                "--prot 1 | registry-proxy: unknown option --prot: see --help",
                "--registry-passwrd=pw | registry-proxy: unknown option --registry-passwrd: see --help",
                "--auth-header Basic pw | registry-proxy: an argument that belongs to no option (not shown): see --help",
                "pw | registry-proxy: an argument that belongs to no option (not shown): see --help",
                "--port=x --registry-host=r | registry-proxy: --port=x (command line): expected a number from 0 to 65535",
                "-port x -registryHost r | registry-proxy: --port=x (command line): expected a number from 0 to 65535",
                "-repoPrefix=X -registeryHost=r | registry-proxy: --repo-prefix=X (command line): expected a repository"
                        + " name such as team/a: lower-case letters, digits, . _ - between slashes",
                "serve | registry-proxy: REGISTRY_HOST is missing: set REGISTRY_HOST or --registry-host to the registry"
                        + " behind, such as gcr.io (https) or http://127.0.0.1:5001",
                "demo --port x | registry-proxy: --port=x (command line): expected a number from 0 to 65535",
                "demo --registry-host r | registry-proxy: unknown option --registry-host: see --help",
                "--enable-push=maybe --registry-host r | registry-proxy: --enable-push=maybe (command line): expected"
                        + " true or false"
            })
    void a_wrong_command_line_is_one_line_and_exit_2(String arguments, String message) {
        assertEquals(2, run(arguments.split(" ")));

        assertEquals(message + System.lineSeparator(), err.toString(StandardCharsets.UTF_8));
        assertEquals("", out.toString(StandardCharsets.UTF_8));
        assertFalse(err.toString(StandardCharsets.UTF_8).contains("pw"));
    }

    @Test
    void switches_stand_alone() throws Exception {
        CommandLineArguments given =
                CommandLineArguments.parse("--enable-push", "--registry-host", "r", "--disable-browser-redirects");

        assertEquals("true", given.options().get(Setting.ENABLE_PUSH));
        assertEquals("true", given.options().get(Setting.DISABLE_BROWSER_REDIRECTS));
        assertEquals("r", given.options().get(Setting.REGISTRY_HOST));
    }

    @Test
    void values_are_taken_as_they_are() throws Exception {
        CommandLineArguments given = CommandLineArguments.parse(
                "--registry-password", "@file", "--registry-username", "-u", "--auth-header", "${env:HOME} \"x\"");

        assertEquals("@file", given.options().get(Setting.REGISTRY_PASSWORD));
        assertEquals("-u", given.options().get(Setting.REGISTRY_USERNAME));
        assertEquals("${env:HOME} \"x\"", given.options().get(Setting.AUTH_HEADER));
    }

    @Test
    void a_port_in_use_is_one_line_and_exit_1() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            String port = Integer.toString(taken.getLocalPort());

            assertEquals(1, run("demo", "--host", "0.0.0.0", "--port", port));

            assertEquals(
                    "registry-proxy: port " + port + " is in use: set PORT or --port to another"
                            + System.lineSeparator(),
                    err.toString(StandardCharsets.UTF_8));
        }
    }

    private int run(String... arguments) {
        return Main.run(
                arguments,
                Map.of(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }
}
