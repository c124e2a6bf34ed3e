package io.github.registryproxy.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.BodySource;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.UpstreamTimeoutException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bodies of requests. */
public abstract class TransportUploadContract extends TransportContract {
    private static final String CREATED = "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n";
    private static final long BIG = 100_000_000;

    private Transport transport;

    @BeforeEach
    void open() throws IOException {
        transport = builder().build();
    }

    @AfterEach
    void close() {
        transport.close();
    }

    /** Bytes made while they are read, always in the same buffer; fails after so many if told to. */
    private static final class Made implements BodySource {
        private final long length;
        private final @Nullable IOException failure;
        private final byte[] buffer = new byte[50_000];
        private final AtomicLong read = new AtomicLong();
        private volatile boolean closed;
        private volatile @Nullable Thread reader;

        Made(long length, @Nullable IOException failure) {
            this.length = length;
            this.failure = failure;
        }

        @Override
        public @Nullable ByteBuffer read() throws IOException {
            reader = Thread.currentThread();
            if (read.get() >= length) {
                if (failure != null) {
                    throw failure;
                }
                return null;
            }
            int n = (int) Math.min(buffer.length, length - read.get());
            for (int i = 0; i < n; i++) {
                buffer[i] = (byte) ((read.get() + i) % 251);
            }
            read.addAndGet(n);
            return ByteBuffer.wrap(buffer, 0, n);
        }

        @Override
        public void close() {
            closed = true;
        }

        Body body() {
            return Body.of(this, OptionalLong.of(length));
        }
    }

    /** Takes a body of known length, checks its bytes, answers. */
    private static void take(RawServer.Connection connection, long length, AtomicReference<String> wrong)
            throws IOException {
        byte[] buffer = new byte[64 * 1024];
        long count = 0;
        while (count < length) {
            int n = connection.in.read(buffer, 0, (int) Math.min(buffer.length, length - count));
            if (n < 0) {
                wrong.set("ended at " + count);
                return;
            }
            for (int i = 0; i < n; i++) {
                if (buffer[i] != (byte) ((count + i) % 251)) {
                    wrong.set("other byte at " + (count + i));
                }
            }
            count += n;
        }
        connection.say(CREATED);
    }

    @Test
    void a_body_of_known_length_goes_out_with_it_byte_for_byte() throws Exception {
        AtomicReference<String> wrong = new AtomicReference<>();
        try (RawServer server = new RawServer(connection -> {
            connection.readHead();
            take(connection, BIG, wrong);
        })) {
            Made made = new Made(BIG, null);

            assertEquals(
                    201, transport.send(Sending.put(server.uri(), made.body())).status());

            assertEquals(null, wrong.get());
            assertTrue(server.heads().get(0).contains("Content-Length: " + BIG + "\r\n"));
            assertTrue(made.closed);
            assertSame(Thread.currentThread(), made.reader);
        }
    }

    @Test
    void a_body_of_unknown_length_goes_out_in_chunks() throws Exception {
        try (RawServer server = new RawServer(connection -> {
            connection.readHead();
            StringBuilder seen = new StringBuilder();
            while (!seen.toString().endsWith("0\r\n\r\n")) {
                seen.append((char) connection.in.read());
            }
            boolean right = seen.toString().equals("5\r\nhello\r\n0\r\n\r\n");
            connection.say(right ? CREATED : "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        })) {
            BodySource hello =
                    Body.of("hello".getBytes(StandardCharsets.US_ASCII)).source();

            RegistryResponse response = transport.send(Sending.put(server.uri(), Body.of(hello, OptionalLong.empty())));

            assertEquals(201, response.status());
            assertTrue(server.heads().get(0).toLowerCase(java.util.Locale.ROOT).contains("transfer-encoding: chunked"));
        }
    }

    @Test
    void an_empty_body_goes_out_as_length_0() throws Exception {
        try (RawServer server = RawServer.saying(CREATED)) {
            transport.send(Sending.request("POST", server.uri())).close();

            assertTrue(server.heads().get(0).contains("Content-Length: 0\r\n"));
        }
    }

    @Test
    void an_upstream_that_does_not_read_stops_the_source() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicReference<String> wrong = new AtomicReference<>();
        try (RawServer server = new RawServer(connection -> {
            connection.readHead();
            goOn.await(50, TimeUnit.SECONDS);
            take(connection, BIG, wrong);
        })) {
            Made made = new Made(BIG, null);
            AtomicReference<Object> result = new AtomicReference<>();
            Thread sender = new Thread(() -> {
                try {
                    result.set(transport
                            .send(Sending.put(server.uri(), made.body()))
                            .status());
                } catch (IOException e) {
                    result.set(e);
                }
            });
            sender.start();

            long stopped = TransportBodyContract.whenItStops(made.read);

            assertTrue(stopped < 30_000_000, () -> stopped + " bytes were read for an upstream that takes none");
            goOn.countDown();
            sender.join();
            assertEquals(201, result.get());
            assertEquals(null, wrong.get());
        }
    }

    /** As net/http of Go and nginx do: say it, read on for a while, close. */
    private static RawServer refusingEarly() throws IOException {
        return new RawServer(connection -> {
            connection.readHead();
            connection.say("HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno");
            connection.socket.shutdownOutput();
            connection.in.readNBytes(20_000_000);
            connection.noteGone();
        });
    }

    @Test
    void an_early_401_ends_the_upload_when_the_upstream_closes() throws Exception {
        for (int i = 0; i < 20; i++) {
            try (RawServer server = refusingEarly()) {
                Made made = new Made(20_000_000_000L, null);

                RegistryResponse response = transport.send(Sending.put(server.uri(), made.body()));

                assertEquals(401, response.status());
                assertEquals("no", Sending.text(response));
                assertTrue(made.read.get() < 1_000_000_000L, () -> made.read + " bytes were read");
                assertTrue(made.closed);
            }
        }
    }

    @Test
    void an_upstream_that_takes_no_byte_for_too_long_is_a_timeout() throws Exception {
        try (RawServer server = new RawServer(connection -> {
                    connection.readHead();
                    new CountDownLatch(1).await();
                });
                Transport hasty = builder().stallTimeout(Duration.ofMillis(300)).build()) {
            Made made = new Made(BIG, null);

            assertThrows(UpstreamTimeoutException.class, () -> hasty.send(Sending.put(server.uri(), made.body())));
            assertTrue(made.closed);
        }
    }

    @Test
    void a_source_that_fails_fails_the_exchange_with_its_own_exception_and_looks_complete_to_nobody() throws Exception {
        for (OptionalLong length : new OptionalLong[] {OptionalLong.empty(), OptionalLong.of(BIG)}) {
            AtomicReference<String> tail = new AtomicReference<>("");
            try (RawServer server = new RawServer(connection -> {
                connection.readHead();
                StringBuilder seen = new StringBuilder();
                try {
                    for (int c = connection.in.read(); c >= 0; c = connection.in.read()) {
                        seen.append((char) c);
                    }
                } catch (IOException e) {
                    seen.append("reset");
                }
                tail.set(seen.substring(Math.max(0, seen.length() - 5)));
                connection.noteGone();
            })) {
                IOException broken = new IOException("the client went away");
                Body body = Body.of(new Made(1000, broken), length);

                assertSame(
                        broken, assertThrows(IOException.class, () -> transport.send(Sending.put(server.uri(), body))));

                assertTrue(server.isLetGo());
                assertFalse(tail.get().endsWith("0\r\n\r\n"), tail.get());
            }
        }
    }

    @Test
    void a_source_with_other_than_the_announced_length_fails_the_exchange() throws Exception {
        for (long announced : new long[] {999, 1001}) {
            try (RawServer server = new RawServer(connection -> {
                connection.readHead();
                connection.awaitEnd();
            })) {
                Body body = Body.of(new Made(1000, null), OptionalLong.of(announced));

                assertThrows(IOException.class, () -> transport.send(Sending.put(server.uri(), body)));

                assertTrue(server.isLetGo());
            }
        }
    }

    @Test
    void a_body_for_a_connection_that_never_came_to_be_stays_unread() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Made made = new Made(BIG, null);
        URI uri = URI.create("http://127.0.0.1:" + port + "/");

        assertThrows(ConnectException.class, () -> transport.send(Sending.put(uri, made.body())));

        assertEquals(0, made.read.get());
        assertFalse(made.closed);
    }

    @Test
    void a_dead_pooled_connection_never_makes_a_body_be_read_twice() throws Exception {
        CountDownLatch pooled = new CountDownLatch(1);
        try (RawServer server = new RawServer(connection -> {
            String head = connection.readHead();
            if (head.startsWith("GET")) {
                connection.say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                connection.in.read(); // the next request has begun
                pooled.countDown();
            }
        })) {
            transport.send(Sending.get(server.uri())).close();
            Made made = new Made(1_000_000, null);

            assertThrows(IOException.class, () -> transport.send(Sending.put(server.uri(), made.body())));

            assertTrue(pooled.await(20, TimeUnit.SECONDS));
            assertEquals(1, server.connections());
            assertTrue(made.read.get() <= 1_000_000);
        }
    }

    @Test
    void a_get_with_a_body_read_in_part_is_not_sent_again() throws Exception {
        try (RawServer server = new RawServer(connection -> {
            connection.readHead();
            connection.say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            connection.readHead();
            connection.in.readNBytes(50_000);
        })) {
            transport.send(Sending.get(server.uri())).close();
            Made made = new Made(1_000_000, null);
            TransportRequest get =
                    new TransportRequest("GET", server.uri(), Headers.EMPTY, made.body(), AddressPolicy.ANY);

            assertThrows(IOException.class, () -> transport.send(get));

            assertTrue(made.read.get() <= 1_000_000);
        }
    }
}
