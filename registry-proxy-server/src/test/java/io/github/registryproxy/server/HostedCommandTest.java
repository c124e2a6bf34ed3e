package io.github.registryproxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.facade.Facade;
import io.github.registryproxy.facade.SiteConfiguration;
import io.github.registryproxy.metrics.Metrics;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.server.config.ConfigurationFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostedCommandTest {
    private static final String BLOB = "a blob";
    private static final String DIGEST = Digest.of(Digest.Algorithm.SHA256, BLOB.getBytes(StandardCharsets.UTF_8))
            .toString();

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path dir;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(dir.resolve("site.yaml"), """
                listen: {port: 0, host: 127.0.0.1}
                store: {directory: "DATA"}
                hosted: {push: true}
                """.replace(
                        "DATA", dir.resolve("data").toString()));
    }

    private SiteConfiguration said() throws Exception {
        return new ConfigurationFile(file, Map.of()).read();
    }

    private int run(String action) {
        return Main.run(
                new String[] {"hosted", action, "--config", file.toString()},
                Map.of(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private List<String> out() {
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private interface Work {
        void with(int port) throws Exception;
    }

    private void serving(Work work) throws Exception {
        try (Facade facade = Facade.of(Metrics.NONE, said());
                Control control = Control.of(facade)) {
            control.follow();
            ProxyServer server = new ProxyServer(said().listener(), Servlets.of(facade));
            server.start();
            try {
                work.with(server.port());
            } finally {
                server.drain();
            }
        }
    }

    private static void pushBlob(int port) throws IOException {
        String answer = Wire.ask(
                port,
                "POST /v2/app/blobs/uploads/?digest=" + DIGEST
                        + " HTTP/1.1\r\nHost: r\r\nConnection: close\r\nContent-Length: 6\r\n"
                        + "Content-Type: application/octet-stream\r\n\r\n" + BLOB);
        assertTrue(answer.startsWith("HTTP/1.1 201"), answer);
    }

    @Test
    void a_server_that_runs_says_how_much_there_is() throws Exception {
        serving(port -> {
            pushBlob(port);
            assertEquals(0, run("status"));
        });
        assertTrue(out().containsAll(List.of("server: running", "repositories: 1", "entries: 1")), out()::toString);
    }

    @Test
    void without_a_server_the_command_does_it_itself() throws Exception {
        serving(HostedCommandTest::pushBlob);

        assertEquals(0, run("status"), () -> err.toString(StandardCharsets.UTF_8));
        assertTrue(out().containsAll(List.of("server: not running", "entries: 1")), out()::toString);
        assertEquals(0, run("gc"));
        assertEquals(0, run("fsck"));
    }

    @Test
    void a_collection_leaves_alone_what_is_younger_than_the_grace() throws Exception {
        serving(port -> {
            pushBlob(port);
            assertEquals(0, run("gc"));
        });
        assertEquals(List.of("collected 0 contents, 0 bytes (0 B): 0 manifests, 0 blobs, 0 uploads"), out());
    }

    @Test
    void damage_is_found_and_exit_1() throws Exception {
        serving(HostedCommandTest::pushBlob);
        damageTheBlob();

        assertEquals(1, run("fsck"));

        assertTrue(out().stream().anyMatch(line -> line.contains(DIGEST)), out()::toString);
        serving(port -> assertEquals(1, run("fsck")));
    }

    @Test
    void health_status_and_fsck_tell_of_damaged_content_until_it_is_pushed_again() throws Exception {
        ServeCommand.run(
                (server, control) -> {
                    try {
                        control.follow();
                        int port = server.port();
                        pushBlob(port);
                        assertTrue(get(port, "/healthz").endsWith("ok\n"));
                        damageTheBlob();
                        assertFalse(get(port, "/v2/app/blobs/" + DIGEST).endsWith("b blob"));

                        assertTrue(get(port, "/healthz").startsWith("HTTP/1.1 200 "));
                        assertTrue(get(port, "/healthz").contains("damaged contents: 1"));
                        assertTrue(get(port, "/readyz").endsWith("ok\n"));
                        assertTrue(get(port, "/v2/app/blobs/" + DIGEST).startsWith("HTTP/1.1 404 "));
                        assertEquals(1, run("fsck"));
                        assertEquals(0, run("status"));
                        assertTrue(out().contains("damaged: 1"), out()::toString);

                        pushBlob(port);
                        assertTrue(get(port, "/healthz").endsWith("ok\n"));
                        assertTrue(get(port, "/v2/app/blobs/" + DIGEST).endsWith(BLOB));
                        assertEquals(0, run("fsck"));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                new ConfigurationFile(file, Map.of()),
                false);
    }

    private static String get(int port, String path) throws IOException {
        return Wire.ask(port, "GET " + path + " HTTP/1.1\r\nHost: r\r\nConnection: close\r\n\r\n");
    }

    private void damageTheBlob() throws IOException {
        try (Stream<Path> walk = Files.walk(dir.resolve("data"))) {
            Path content = walk.filter(Files::isRegularFile)
                    .filter(HostedCommandTest::holdsTheBlob)
                    .findFirst()
                    .orElseThrow();
            Files.writeString(content, "b blob");
        }
    }

    private static boolean holdsTheBlob(Path path) {
        try {
            return Files.size(path) == BLOB.length() && Files.readString(path).equals(BLOB);
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void where_nothing_was_hosted_nothing_is_made() {
        assertEquals(2, run("status"));
        assertTrue(
                err.toString(StandardCharsets.UTF_8).contains("expected a directory with images, and there is none"));
        assertTrue(Files.notExists(dir.resolve("data")));
    }
}
