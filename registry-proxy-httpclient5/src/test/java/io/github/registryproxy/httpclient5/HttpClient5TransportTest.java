package io.github.registryproxy.httpclient5;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.BodySource;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.UpstreamTimeoutException;
import io.github.registryproxy.transport.AddressPolicy;
import io.github.registryproxy.transport.AddressRefusedException;
import io.github.registryproxy.transport.AllowedAddresses;
import io.github.registryproxy.transport.TransportRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is this client's own to go wrong. */
class HttpClient5TransportTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    private HttpClient5Transport transport;
    private ServerSocket listener;

    @BeforeEach
    void open() throws IOException {
        transport = HttpClient5Transport.builder().build();
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        transport.close();
        listener.close();
    }

    private interface Script<T> {
        T run(Socket socket, InputStream in) throws Exception;
    }

    /** One connection, by the script. */
    private <T> CompletableFuture<T> serve(Script<T> script) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try (Socket socket = listener.accept()) {
                result.complete(script.run(socket, socket.getInputStream()));
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    private static String readHead(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            int c = in.read();
            if (c < 0) {
                return "";
            }
            head.append((char) c);
        }
        return head.toString();
    }

    /** What comes next; an end, gentle or not, is one. */
    private static String next(InputStream in) {
        try {
            int c = in.read();
            return c < 0 ? "end" : Character.toString(c);
        } catch (IOException e) {
            return "end";
        }
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private URI uri() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort() + "/v2/");
    }

    private TransportRequest request(String method, Body body, AddressPolicy addresses) {
        return new TransportRequest(method, uri(), Headers.EMPTY, body, addresses);
    }

    private TransportRequest get(AddressPolicy addresses) {
        return request("GET", Body.empty(), addresses);
    }

    @Test
    void a_pooled_connection_to_a_refused_address_is_not_used() throws Exception {
        CompletableFuture<String> second = serve((socket, in) -> {
            readHead(in);
            say(socket, OK);
            return readHead(in);
        });
        transport.send(get(AddressPolicy.ANY)).close();

        assertThrows(AddressRefusedException.class, () -> transport.send(get(AllowedAddresses.publicOnly())));

        transport.close();
        String seen =
                second.handle((head, failure) -> failure == null ? head : "").get(20, TimeUnit.SECONDS);
        assertEquals("", seen);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://0x7f.1/",
                "http://127.1/",
                "http://0177.0.0.1/",
                "http://127.0.0.1/",
                "http://[::1]/",
                "http://[::ffff:127.0.0.1]/",
                "http://localhost/",
                "http://[fe80::1]/",
                "http://169.254.169.254/latest/"
            })
    void no_notation_of_a_refused_address_gets_through(String uri) {
        Exception refusal = assertThrows(
                Exception.class,
                () -> transport.send(new TransportRequest(
                        "GET", URI.create(uri), Headers.EMPTY, Body.empty(), AllowedAddresses.publicOnly())));

        boolean before = refusal instanceof IllegalArgumentException; // java.net.URI sees no host in it
        assertEquals(before ? refusal.getClass() : AddressRefusedException.class, refusal.getClass());
    }

    @Test
    void a_get_on_a_pooled_connection_that_dies_unanswered_is_sent_again_once() throws Exception {
        serve((socket, in) -> {
            readHead(in);
            say(socket, OK);
            return readHead(in);
        });
        transport.send(get(AddressPolicy.ANY)).close();
        CompletableFuture<String> again = serve((socket, in) -> {
            String head = readHead(in);
            say(socket, OK);
            return head;
        });

        assertEquals(200, transport.send(get(AddressPolicy.ANY)).status());
        assertTrue(again.get(20, TimeUnit.SECONDS).startsWith("GET /v2/ "));
    }

    @Test
    void a_connection_that_may_not_lie_idle_serves_one_request() throws Exception {
        transport.close();
        transport = HttpClient5Transport.builder().keepAlive(Duration.ZERO).build();
        for (int i = 0; i < 2; i++) {
            CompletableFuture<String> connection = serve((socket, in) -> {
                String head = readHead(in);
                say(socket, OK);
                return head + next(in);
            });

            assertEquals(200, transport.send(get(AddressPolicy.ANY)).status());

            String seen = connection.get(20, TimeUnit.SECONDS);
            assertTrue(seen.contains("\r\nConnection: close\r\n"), seen);
            assertTrue(seen.endsWith("\r\nend"), seen);
        }
    }

    /** Zeros without end. */
    private static final class Zeros implements BodySource {
        private final ByteBuffer zeros = ByteBuffer.allocate(50_000);
        private volatile boolean closed;

        @Override
        public ByteBuffer read() {
            return zeros.clear();
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Test
    void an_early_answer_ends_an_upload_though_the_other_side_goes_on_reading() throws Exception {
        CompletableFuture<String> tail = serve((socket, in) -> {
            readHead(in);
            say(socket, "HTTP/1.1 103 Early Hints\r\n\r\n");
            in.readNBytes(300_000);
            say(socket, "HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno");
            StringBuilder last = new StringBuilder();
            byte[] buffer = new byte[64 * 1024];
            try {
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    last.append(new String(buffer, Math.max(0, n - 5), Math.min(5, n), StandardCharsets.ISO_8859_1));
                }
            } catch (IOException e) {
                last.append("reset");
            }
            return last.toString();
        });
        Zeros zeros = new Zeros();

        RegistryResponse response =
                transport.send(request("PUT", Body.of(zeros, OptionalLong.empty()), AddressPolicy.ANY));

        assertEquals(413, response.status());
        assertEquals("no", new String(response.body().readAll(10), StandardCharsets.ISO_8859_1));
        assertTrue(zeros.closed);
        assertFalse(tail.get(20, TimeUnit.SECONDS).contains("0\r\n\r\n"), "looks complete");
    }

    @Test
    void a_head_that_comes_byte_by_byte_has_no_longer_than_the_head_timeout() throws Exception {
        transport.close();
        transport = HttpClient5Transport.builder()
                .headTimeout(Duration.ofMillis(500))
                .build();
        serve((socket, in) -> {
            readHead(in);
            say(socket, "HTTP/1.1 200 OK\r\nX-Slow: ");
            for (int i = 0; i < 1000; i++) {
                say(socket, "x");
                new CompletableFuture<>()
                        .completeOnTimeout(null, 50, TimeUnit.MILLISECONDS)
                        .get();
            }
            return null;
        });

        assertThrows(UpstreamTimeoutException.class, () -> transport.send(get(AddressPolicy.ANY)));
    }

    @Test
    void trailers_are_bounded_as_heads_are() throws Exception {
        serve((socket, in) -> {
            readHead(in);
            say(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n");
            for (int i = 0; i < 100; i++) {
                say(socket, "X-Long: " + "x".repeat(8000) + "\r\n");
            }
            say(socket, "\r\n");
            return null;
        });
        RegistryResponse response = transport.send(get(AddressPolicy.ANY));

        assertThrows(IOException.class, () -> response.body().readAll(100));
    }
}
