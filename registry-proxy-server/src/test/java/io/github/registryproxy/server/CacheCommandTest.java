package io.github.registryproxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.facade.Facade;
import io.github.registryproxy.facade.Listener;
import io.github.registryproxy.facade.SettingSource;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.Target;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The cache's commands, with a proxy that runs and without. */
class CacheCommandTest {
    private static final String TAG = "/v2/hello/manifests/dev";

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Map<String, String> environment = new HashMap<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final SampleRegistry sample = new SampleRegistry();
    private ProxyServer registry;
    private Facade facade;
    private Control control;

    @BeforeEach
    void serve() throws Exception {
        registry = new ProxyServer(
                new Listener(Optional.of("127.0.0.1"), 0, Optional.empty(), Duration.ZERO, 10),
                Servlets.of((RegistryHandler) request -> {
                    asked.incrementAndGet();
                    return sample.handle(request);
                }));
        registry.start();
        environment.put("REGISTRY_HOST", "http://127.0.0.1:" + registry.port());
        environment.put("REPO_PREFIX", "samples");
        environment.put("CACHE_DIR", directory.resolve("cache").toString());
        environment.put("AUTH_HEADER", "Bearer of-the-proxy");
        facade = Facade.of(SettingSource.environment(environment));
        control = Control.of(facade);
    }

    @AfterEach
    void stop() {
        control.close();
        facade.close();
        registry.drain();
    }

    /** How often the registry was asked. */
    private int pull(String path) throws IOException {
        int before = asked.get();
        RegistryRequest request = RegistryRequest.of(
                "GET",
                Target.parse("GET", path),
                Headers.EMPTY,
                Body.empty(),
                new Client("192.0.2.7", URI.create("https://r.example.com")));
        try (RegistryResponse response = facade.proxy().handle(request)) {
            response.body().readAll(1 << 20);
        }
        return asked.get() - before;
    }

    private int run(String... arguments) {
        out.reset();
        err.reset();
        List<String> all = new ArrayList<>(List.of("cache"));
        all.addAll(List.of(arguments));
        return Main.run(
                all.toArray(String[]::new),
                environment,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String complained() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private Digest kept() throws IOException {
        pull(TAG);
        RegistryRequest request = RegistryRequest.of(
                "HEAD",
                Target.parse("HEAD", TAG),
                Headers.EMPTY,
                Body.empty(),
                new Client("192.0.2.7", URI.create("https://r.example.com")));
        try (RegistryResponse response = facade.proxy().handle(request)) {
            return Digest.parse(
                    response.headers().first("Docker-Content-Digest").orElseThrow());
        }
    }

    @Test
    void the_server_purges_a_repository_by_its_clients_name_while_it_serves() throws IOException {
        assertEquals(1, pull(TAG));
        assertEquals(0, pull(TAG));

        assertEquals(0, run("purge", "--repository", "hello"), this::complained);

        assertTrue(said().startsWith("purged samples/hello: 1 tags, 1 manifests and blobs, of which 1 were"), said());
        assertEquals(1, pull(TAG));
    }

    @Test
    void the_server_purges_a_tag_and_a_digest() throws IOException {
        Digest digest = kept();
        assertEquals(0, run("purge", "--repository", "hello", "--tag", "dev"));
        assertTrue(said().startsWith("purged samples/hello:dev: 1 tags, 0 manifests"), said());
        assertEquals(1, pull(TAG));

        assertEquals(0, run("purge", "--digest", digest.toString()));
        assertTrue(said().startsWith("purged " + digest + ": 1 tags, 1 manifests and blobs, of which 1"), said());
        assertEquals(0, run("purge", "--repository", "hello"));
        assertEquals("nothing was kept of samples/hello" + System.lineSeparator(), said());
    }

    @Test
    void the_server_forgets_which_tags_were_missing() throws IOException {
        pull("/v2/hello/manifests/none");
        assertEquals(0, pull("/v2/hello/manifests/none"));

        assertEquals(0, run("purge", "--missing-tags"));

        assertEquals(1, pull("/v2/hello/manifests/none"));
    }

    @Test
    void the_server_says_how_its_cache_stands() throws IOException {
        pull(TAG);

        assertEquals(0, run("status"));

        List<String> lines = said().lines().toList();
        assertEquals("server: running", lines.get(0));
        assertEquals("entries: 1", lines.get(1));
        assertTrue(said().contains("capacity: 21474836480 bytes (20.0 GiB)"), said());
        assertTrue(said().contains("upstream: asked"), said());
    }

    @Test
    void without_a_server_the_command_does_it_itself() throws IOException {
        Digest digest = kept();
        control.close();
        facade.close();

        assertEquals(0, run("status"), this::complained);
        assertTrue(said().startsWith("server: not running" + System.lineSeparator() + "entries: 1"), said());
        assertEquals(0, run("scrub"));
        assertEquals(0, run("purge", "--digest", digest.toString()));
        assertTrue(said().contains("of which 1 were"), said());
    }

    @Test
    void damage_is_told_and_is_exit_1() throws IOException {
        Digest digest = kept();
        Path file = directory
                .resolve("cache/sha256")
                .resolve(digest.encoded().substring(0, 2))
                .resolve(digest.encoded());
        byte[] content = Files.readAllBytes(file);
        content[7] ^= 1;
        Files.write(file, content);

        assertEquals(1, run("scrub"));

        assertTrue(said().startsWith(digest + " was damaged and is gone" + System.lineSeparator()), said());
        assertTrue(said().contains(": 1 damaged"), said());
        assertEquals(0, run("scrub"));
    }

    @Test
    void a_directory_in_use_by_who_takes_no_commands_is_exit_1_with_what_to_do() {
        control.close();

        assertEquals(1, run("status"));

        assertTrue(complained().contains("is in use as a store already"), complained());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | cache: expected status, scrub or purge",
                "empty | cache: expected status, scrub or purge",
                "status --tag 1 | unknown option --tag",
                "purge | cache purge: expected one of --repository",
                "purge --tag 1 | cache purge: expected one of --repository",
                "purge --repository a --missing-tags | cache purge: expected one of --repository",
                "purge --repository A | cache purge: ",
                "purge --repository a --tag / | cache purge: ",
                "purge --digest md5:1 | cache purge: ",
                "status --cache-dir /nowhere/at/all | --cache-dir=/nowhere/at/all (command line): expected the directory"
            })
    void a_wrong_command_is_one_line_and_exit_2(String arguments, String message) {
        assertEquals(2, run(arguments.isEmpty() ? new String[0] : arguments.split(" ")));

        assertTrue(complained().startsWith("registry-proxy: " + message), complained());
        assertEquals(1, complained().lines().count());
        assertEquals("", said());
    }

    @Test
    void help_says_what_there_is() {
        assertEquals(0, run("--help"));
        assertEquals(0, run("purge", "--help"));
        said().lines().forEach(line -> assertTrue(line.length() <= 100, line));
    }
}
