package io.github.registryproxy.server.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.facade.CacheOperations;
import io.github.registryproxy.facade.SettingSource;
import io.github.registryproxy.store.DirectoryStore;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlServerTest {
    private static final String GREETING = "registry-proxy control 1\n";

    @TempDir
    private Path directory;

    private CacheOperations cache;
    private ControlServer server;

    @BeforeEach
    void hold() throws Exception {
        DirectoryStore.open(directory, DirectoryStore.LEAST_CAPACITY).close();
        cache = CacheOperations.open(SettingSource.environment(Map.of("CACHE_DIR", directory.toString())));
    }

    @AfterEach
    void stop() throws IOException {
        if (server != null) {
            server.close();
        }
        cache.close();
    }

    private void start(Duration deadline) throws IOException {
        server = ControlServer.start(directory, new CacheActions(cache, true), deadline);
    }

    private void start() throws IOException {
        start(Duration.ofSeconds(30));
    }

    /** Everything that is said, as the lines on the wire. */
    private static final class Heard implements ControlReply {
        final List<String> lines = new ArrayList<>();

        @Override
        public void say(String line) {
            lines.add("say " + line);
        }

        @Override
        public void progress(String text) {
            lines.add("progress " + text);
        }

        @Override
        public void fail(String line) {
            lines.add("fail " + line);
        }
    }

    private OptionalInt ask(String request, Heard heard) throws IOException {
        return ControlClient.ask(directory, ControlRequest.parse(request).orElseThrow(), heard);
    }

    private SocketChannel connect() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(ControlSocket.address(directory));
        return channel;
    }

    private static String all(SocketChannel channel) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer bytes = ByteBuffer.allocate(512);
        while (all.size() < 10_000 && channel.read(bytes.clear()) >= 0) {
            all.write(bytes.array(), 0, bytes.position());
        }
        return all.toString(StandardCharsets.US_ASCII);
    }

    private static void send(SocketChannel channel, String text) throws IOException {
        channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void the_socket_is_the_owners_alone_and_leaves_nothing_beside_it() throws IOException {
        start();

        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("control"))));
        assertFalse(Files.exists(directory.resolve("control.new")));
    }

    @Test
    void a_request_is_answered_with_its_exit_code() throws IOException {
        start();
        Heard heard = new Heard();

        assertEquals(OptionalInt.of(0), ask("scrub", heard));

        assertEquals(List.of("say scrubbed 0 entries, 0 bytes (0 B): 0 damaged"), heard.lines);
    }

    @Test
    void what_nobody_understands_is_said_so() throws IOException {
        start();
        try (SocketChannel channel = connect()) {
            send(channel, "reboot\n");

            assertEquals(
                    GREETING
                            + "fail the server does not know this request: is the command of the same version?\nend 1\n",
                    all(channel));
        }
    }

    @Test
    void an_endless_line_is_cut_and_the_next_command_is_served() throws IOException {
        start();
        try (SocketChannel channel = connect()) {
            send(channel, "x".repeat(ControlRequest.LONGEST + 1));

            assertFalse(all(channel).contains("end"));
        }
        assertEquals(OptionalInt.of(0), ask("status", new Heard()));
    }

    @Test
    void who_says_nothing_is_cut_after_the_deadline() throws IOException {
        start(Duration.ofMillis(50));
        try (SocketChannel channel = connect()) {
            assertEquals(GREETING, all(channel));
        }
    }

    @Test
    void one_command_too_many_is_refused_and_told_when_to_come_again() throws IOException {
        start();
        List<Closeable> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                SocketChannel channel = connect();
                silent.add(channel);
                channel.read(ByteBuffer.allocate(GREETING.length()));
            }
            try (SocketChannel channel = connect()) {
                assertTrue(all(channel).contains("try again when one has ended\nend 1\n"));
            }
        } finally {
            for (Closeable channel : silent) {
                channel.close();
            }
        }
    }

    @Test
    void what_a_killed_server_has_left_is_no_server_and_is_replaced() throws IOException {
        ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        killed.bind(ControlSocket.address(directory)).close();
        Files.createDirectory(directory.resolve("control.new"));
        Files.createFile(directory.resolve("control.new").resolve("s"));
        assertTrue(Files.exists(directory.resolve("control")));
        assertEquals(OptionalInt.empty(), ask("status", new Heard()));

        start();

        assertEquals(OptionalInt.of(0), ask("status", new Heard()));
    }

    @Test
    void a_server_that_ends_takes_its_socket_with_it_and_cuts_its_commands() throws IOException {
        start();
        try (SocketChannel channel = connect()) {
            channel.read(ByteBuffer.allocate(GREETING.length()));
            server.close();

            assertEquals("", all(channel));
        }
        assertFalse(Files.exists(directory.resolve("control")));
        assertEquals(OptionalInt.empty(), ask("status", new Heard()));
    }

    @Test
    void a_directory_with_a_socket_opens_as_a_store_again() throws Exception {
        start();
        cache.close();
        cache = CacheOperations.open(SettingSource.environment(Map.of("CACHE_DIR", directory.toString())));

        assertEquals(0, cache.status().entries());
    }

    @Test
    void a_name_too_long_for_a_socket_is_said_to_be() {
        Path deep = directory.resolve("d".repeat(100));

        assertFalse(ControlClient.isPossible(deep));
        String message = assertThrows(IOException.class, () -> ControlServer.start(deep, new CacheActions(cache, true)))
                .getMessage();
        assertTrue(message.contains("too long for a socket: at most 86 bytes"), message);
    }

    @Test
    void answer_of_a_server_in_a_line_over_4_KiB_is_refused() throws Exception {
        try (ServerSocketChannel liar = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            liar.bind(ControlSocket.address(directory));
            Thread serving = new Thread(() -> {
                try (SocketChannel client = liar.accept()) {
                    send(client, GREETING);
                    client.read(ByteBuffer.allocate(100));
                    send(client, "say " + "x".repeat(4096) + "\nend 0\n");
                    client.read(ByteBuffer.allocate(100));
                } catch (IOException e) {
                    // the client has gone
                    return;
                }
            });
            serving.start();
            assertThrows(IOException.class, () -> ask("status", new Heard()));
            serving.join();
        }
    }

    @Test
    void line_is_written_in_at_most_4_KiB() throws Exception {
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(ControlSocket.address(directory));
            SocketChannel client = connect();
            try (SocketChannel accepted = server.accept()) {
                try (LineChannel lines = new LineChannel(client)) {
                    lines.write("x".repeat(9_000), Duration.ofSeconds(30));
                }
                assertEquals(4096 - 64 + 1, all(accepted).length());
            }
        }
    }
}
