package io.github.registryproxy.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DockerConfigCredentialsTest {
    private static final Credentials FOUND = Credentials.basic("u", "planted-secret");
    private static final String PAIR =
            Base64.getEncoder().encodeToString("u:planted-secret".getBytes(StandardCharsets.UTF_8));

    private final AtomicLong now = new AtomicLong();

    @TempDir
    private Path dir;

    private Path config;

    @BeforeEach
    void place() {
        config = dir.resolve("config.json");
    }

    private DockerConfigCredentials.Builder at(String registry) {
        return DockerConfigCredentials.builder(URI.create(registry), config)
                .helperDirectories(List.of(dir.resolve("nowhere"), dir))
                .clock(now::get);
    }

    private Credentials get(String registry, String json) throws IOException {
        Files.writeString(config, json);
        return at(registry).build().get();
    }

    private void helper(String name, String script) throws IOException {
        Path file = dir.resolve("docker-credential-" + name);
        Files.writeString(file, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    /** As docker-credential-helpers speak: get, the server's name on stdin, JSON on stdout. */
    private void faithful(String name, String secret) throws IOException {
        helper(name, """
                read server
                echo "$1 $server" >> '%s'
                echo "debugging with planted-secret" >&2
                printf '{"ServerURL":"%%s","Username":"u","Secret":"%s"}' "$server"
                """.formatted(calls(), secret));
    }

    private Path calls() {
        return dir.resolve("calls");
    }

    private List<String> called() throws IOException {
        return Files.exists(calls()) ? Files.readAllLines(calls()) : List.of();
    }

    @ParameterizedTest
    @CsvSource({
        "https://ghcr.io, ghcr.io",
        "https://GHCR.io, ghcr.io",
        "https://ghcr.io:443, ghcr.io",
        "https://ghcr.io, ghcr.io:443",
        "https://ghcr.io, https://ghcr.io",
        "https://ghcr.io, https://ghcr.io/v1/",
        "https://ghcr.io, https://ghcr.io/v2/",
        "http://127.0.0.1:5000, 127.0.0.1:5000",
        "https://registry-1.docker.io, https://index.docker.io/v1/",
        "https://docker.io, https://index.docker.io/v1/",
        "https://registry-1.docker.io, docker.io",
        "https://registry-1.docker.io, registry-1.docker.io"
    })
    void a_registry_is_found_under_the_names_docker_gives_it(String registry, String key) throws IOException {
        assertEquals(FOUND, get(registry, "{\"auths\":{\"" + key + "\":{\"auth\":\"" + PAIR + "\"}}}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"quay.io", "ghcr.io.evil.example", "ghcr.io:5000", "ghcr.io/team", "evil.example/ghcr.io", "io"})
    void what_belongs_to_others_is_not_given_out(String key) throws IOException {
        assertEquals(
                Credentials.anonymous(),
                get("https://ghcr.io", "{\"auths\":{\"" + key + "\":{\"auth\":\"" + PAIR + "\"}}}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"username\":\"u\",\"password\":\"p\"} | Basic u p",
                "{\"auth\":\"dTpwOnE=\"} | Basic u p:q",
                "{\"auth\":\"PHRva2VuPjppZA==\"} | Identity id",
                "{\"auth\":\"dTpw\",\"identitytoken\":\"id\"} | Identity id",
                "{\"registrytoken\":\"t\"} | Bearer t",
                "{} | none",
                "{\"auth\":\"\"} | none"
            })
    void every_form_of_an_entry_is_understood(String entry, String expected) throws IOException {
        String[] words = expected.split(" ");
        Credentials credentials = switch (words[0]) {
            case "Basic" -> Credentials.basic(words[1], words[2]);
            case "Identity" -> Credentials.identityToken(words[1]);
            case "Bearer" -> Credentials.bearer(words[1]);
            default -> Credentials.anonymous();
        };
        assertEquals(credentials, get("https://r.example", "{\"auths\":{\"r.example\":" + entry + "}}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"auths\":",
                "{\"auths\":{\"r.example\":{\"auth\":\"planted-secret!\"}}}",
                "{\"auths\":{\"r.example\":{\"auth\":\"bm9jb2xvbg==\"}}}",
                "{\"auths\":{\"r.example\":{\"username\":\"a:b\",\"password\":\"planted-secret\"}}}",
                "{\"credsStore\":\"../planted-secret\"}",
                "{\"credHelpers\":{\"r.example\":\"a;rm\"}}"
            })
    void a_file_that_cannot_be_used_is_refused_without_being_quoted(String json) {
        IOException e = assertThrows(IOException.class, () -> get("https://r.example", json));
        assertFalse(Lines.of(e).contains("planted-secret"), () -> Lines.of(e));
    }

    @Test
    void a_missing_file_is_refused_at_the_start_and_a_missing_change_is_not() throws IOException {
        assertThrows(IOException.class, () -> at("https://r.example").build());
        Files.writeString(config, "{\"auths\":{\"r.example\":{\"auth\":\"" + PAIR + "\"}}}");
        CredentialsProvider credentials = at("https://r.example").build();
        Files.delete(config);
        assertEquals(FOUND, credentials.get());
        Files.writeString(config, "{\"auths\":{\"r.example\":{\"auth\":\"dTpwOnE=\"}}}");
        assertEquals(Credentials.basic("u", "p:q"), credentials.get());
        Files.writeString(config, "half a fi");
        assertEquals(Credentials.basic("u", "p:q"), credentials.get());
    }

    @Test
    void the_helper_of_a_registry_is_asked_once_and_its_answer_used_for_a_while() throws IOException {
        faithful("one", "planted-secret");
        Files.writeString(config, "{\"credHelpers\":{\"r.example\":\"one\"},\"credsStore\":\"absent\"}");
        CredentialsProvider credentials = at("https://r.example").build();
        assertEquals(List.of(), called());
        assertEquals(FOUND, credentials.get());
        assertEquals(FOUND, credentials.get());
        assertEquals(List.of("get r.example"), called());
    }

    @Test
    void a_rotated_secret_is_fetched_when_the_old_one_is_refused_or_has_lasted_long_enough() throws IOException {
        faithful("one", "a");
        Files.writeString(config, "{\"credsStore\":\"one\"}");
        CredentialsProvider credentials = at("https://r.example").build();
        credentials.get();
        faithful("one", "b");
        pass(31);
        assertEquals(Credentials.basic("u", "a"), credentials.get());
        credentials.rejected(Credentials.basic("u", "a"));
        assertEquals(Credentials.basic("u", "b"), credentials.get());
        faithful("one", "c");
        pass(299);
        assertEquals(Credentials.basic("u", "c"), credentials.get());
        assertEquals(3, called().size());
    }

    private void pass(long seconds) {
        now.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }

    @Test
    void a_store_is_asked_for_docker_hub_by_its_old_name() throws IOException {
        faithful("one", "planted-secret");
        assertEquals(FOUND, get("https://registry-1.docker.io", "{\"credsStore\":\"one\"}"));
        assertEquals(List.of("get https://index.docker.io/v1/"), called());
    }

    @Test
    void a_token_by_a_helper_is_an_identity_token() throws IOException {
        helper("one", "printf '{\"Username\":\"<token>\",\"Secret\":\"id\"}'");
        assertEquals(Credentials.identityToken("id"), get("https://r.example", "{\"credsStore\":\"one\"}"));
    }

    @Test
    void a_store_that_has_nothing_leaves_the_word_to_what_is_written() throws IOException {
        helper("one", "echo 'credentials not found in native keychain'; exit 1");
        assertEquals(
                FOUND,
                get(
                        "https://r.example",
                        "{\"credsStore\":\"one\",\"auths\":{\"r.example\":{\"auth\":\"" + PAIR + "\"}}}"));
        assertEquals(Credentials.anonymous(), get("https://r.example", "{\"credsStore\":\"one\"}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "echo planted-secret; echo planted-secret >&2; exit 2 | ended with status 2",
                "echo 'planted-secret' | printed no Username and Secret",
                "printf '{\"Username\":\"a:b\",\"Secret\":\"planted-secret\"}' | credentials that cannot be sent",
                "exec cat /dev/zero | printed more than 65536 bytes",
                "exec cat '/proc/self/cmdline' /nowhere | ended with status",
                "true | printed no Username and Secret"
            })
    void a_helper_that_fails_says_how_and_not_what(String script, String message) throws IOException {
        helper("one", script);
        try (Lines lines = new Lines()) {
            IOException e = assertThrows(IOException.class, () -> get("https://r.example", "{\"credsStore\":\"one\"}"));
            assertTrue(e.getMessage().contains(message), e::getMessage);
            assertFalse((lines + Lines.of(e)).contains("planted-secret"), lines::toString);
        }
    }

    @Test
    void a_helper_that_hangs_is_ended_in_time() throws IOException {
        helper("one", "echo $$ > '" + calls() + "'\nread server\nexec tail -f /dev/null");
        Files.writeString(config, "{\"credsStore\":\"one\"}");
        CredentialsProvider credentials =
                at("https://r.example").helperTimeout(Duration.ofMillis(300)).build();
        IOException e = assertThrows(IOException.class, credentials::get);
        assertTrue(e.getMessage().contains("took more than 300 ms"), e::getMessage);
        if (!called().isEmpty()) {
            long pid = Long.parseLong(called().get(0));
            ProcessHandle.of(pid)
                    .ifPresent(process ->
                            process.onExit().orTimeout(10, TimeUnit.SECONDS).join());
            assertTrue(ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
        }
    }

    @Test
    void a_helper_that_is_nowhere_is_missed_by_name() {
        IOException e = assertThrows(IOException.class, () -> get("https://r.example", "{\"credsStore\":\"absent\"}"));
        assertEquals("docker-credential-absent is not on the PATH", e.getMessage());
    }

    @Test
    void a_crowd_runs_one_helper() throws Exception {
        faithful("one", "planted-secret");
        Files.writeString(config, "{\"credsStore\":\"one\"}");
        CredentialsProvider credentials = at("https://r.example").build();
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<Future<Credentials>> crowd = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                crowd.add(threads.submit(credentials::get));
            }
            for (Future<Credentials> one : crowd) {
                assertEquals(FOUND, one.get(20, TimeUnit.SECONDS));
            }
        } finally {
            threads.shutdownNow();
        }
        assertEquals(1, called().size());
    }

    @Test
    void nothing_prints_or_logs_a_secret() throws IOException {
        try (Lines lines = new Lines()) {
            faithful("one", "planted-secret");
            String json = "{\"credsStore\":\"one\",\"auths\":{\"r.example\":{\"auth\":\"" + PAIR + "\"}}}";
            Files.writeString(config, json);
            DockerConfigCredentials credentials = at("https://r.example").build();
            credentials.get();
            pass(31);
            helper("one", "echo planted-secret; exit 3");
            credentials.rejected(FOUND);
            Files.writeString(config, "{\"auths\":{\"r.example\":{\"auth\":\"planted-secret\"}}}");
            credentials.get();
            String printed = credentials + " " + DockerConfig.parse(json, "r.example") + lines;
            assertTrue(printed.contains("ended with status 3"), printed);
            assertTrue(printed.contains("cannot be read again"), printed);
            assertFalse(printed.contains("planted-secret") || printed.contains(PAIR), printed);
        }
    }
}
