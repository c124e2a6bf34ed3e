package io.github.registryproxy.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.facade.Facade;
import io.github.registryproxy.metrics.Metrics;
import io.github.registryproxy.protocol.Target;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReloadingTest {
    private final List<String> logged = new CopyOnWriteArrayList<>();
    private final Logger logger = Logger.getLogger("io.github.registryproxy.server");
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord logRecord) {
            logged.add(new SimpleFormatter().formatMessage(logRecord));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @TempDir
    private Path dir;

    private Path file;
    private Facade facade;
    private Reloading reloading;
    private int changes;

    @BeforeEach
    void start() throws Exception {
        logger.addHandler(handler);
        logger.setLevel(Level.INFO);
        file = dir.resolve("site.yaml");
        write(site("push: false"));
        ConfigurationFile configuration = new ConfigurationFile(file, Map.of());
        facade = Facade.of(Metrics.NONE, configuration.read());
        reloading = new Reloading(configuration, facade, () -> changes++);
    }

    @AfterEach
    void stop() {
        reloading.close();
        facade.close();
        logger.removeHandler(handler);
    }

    private String site(String hosted) {
        return "store: {directory: \"" + dir.resolve("data") + "\"}\nhosted: {" + hosted + "}\n";
    }

    private void write(String text) throws IOException {
        Files.writeString(file, text);
    }

    private int push() throws IOException {
        Target target = Target.parse("POST", "/v2/app/blobs/uploads/");
        Client client = new Client("127.0.0.1", URI.create("http://localhost"));
        try (RegistryResponse response =
                facade.proxy().handle(RegistryRequest.of("POST", target, Headers.EMPTY, Body.empty(), client))) {
            return response.status();
        }
    }

    @Test
    void a_file_that_is_another_one_is_used() throws IOException {
        assertEquals(403, push());
        write(site("push: true"));

        reloading.look();

        assertEquals(202, push());
        assertEquals(1, changes);
        assertEquals(
                List.of(file + " is read again: hosted changed"),
                logged.stream().filter(line -> line.contains("read again")).toList());
    }

    @Test
    void a_file_that_is_the_same_is_not_read() throws IOException {
        write(site("push: false"));
        reloading.look();
        assertEquals(0, changes);
        assertEquals(List.of(), logged);
    }

    @Test
    void a_wrong_file_changes_nothing_and_says_why_once() throws IOException {
        write(site("pussh: true"));
        reloading.look();
        reloading.look();

        assertEquals(403, push());
        assertEquals(0, changes);
        assertEquals(
                List.of(
                        "hosted.pussh (site.yaml:2): no such key; did you mean push?",
                        file + " is not used, all stays as it was"),
                logged);
        write(site("push: true"));
        reloading.look();
        assertEquals(202, push());
    }

    @Test
    void a_file_that_is_gone_for_a_moment_is_waited_for() throws IOException {
        Path aside = dir.resolve("aside");
        Files.move(file, aside);
        reloading.look();
        assertEquals(403, push());
        Files.writeString(aside, site("push: true"));
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
        reloading.look();
        assertEquals(202, push());
    }

    @Test
    void what_cannot_be_had_changes_nothing() throws IOException {
        Path other = Files.createDirectories(dir.resolve("other").resolve("hosted"));
        Files.writeString(other.resolve("thesis.txt"), "mine");
        write(site("push: true").replace("data", "other"));

        assertFalse(reloading.reload());

        assertEquals(403, push());
        assertTrue(
                logged.stream().anyMatch(line -> line.contains("expected a directory for images alone")),
                logged::toString);
        assertEquals("mine", Files.readString(other.resolve("thesis.txt")));
    }

    @Test
    void what_takes_a_restart_is_said() throws IOException {
        write(site("push: false") + "listen: {port: 1}\nclients: {public-url: \"https://r.example\"}\n");
        assertTrue(reloading.reload());
        assertEquals(
                file + " is read again: clients changed: takes effect after a restart,"
                        + " listen changed: takes effect after a restart",
                logged.get(0));
    }
}
