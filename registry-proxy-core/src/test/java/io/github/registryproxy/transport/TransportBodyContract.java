package io.github.registryproxy.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.BodySource;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.UpstreamTimeoutException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Time, back-pressure, and letting go. */
public abstract class TransportBodyContract extends TransportContract {
    private static final Duration SOON = Duration.ofMillis(200);
    private static final String HEAD_OF_100_MB = "HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n";

    private static RawServer stallingInTheBody() throws IOException {
        return new RawServer(connection -> {
            connection.readHead();
            connection.say(HEAD_OF_100_MB + "abc");
            connection.awaitEnd();
        });
    }

    private static RawServer silent() throws IOException {
        return new RawServer(connection -> {
            connection.readHead();
            connection.awaitEnd();
        });
    }

    @Test
    void a_body_that_stalls_fails_its_reader_and_frees_the_connection() throws Exception {
        try (RawServer server = stallingInTheBody();
                Transport transport = builder().stallTimeout(SOON).build()) {
            RegistryResponse response = transport.send(Sending.get(server.uri()));

            assertThrows(UpstreamTimeoutException.class, () -> Sending.count(response));
            assertTrue(server.isLetGo());
        }
    }

    @Test
    void a_reader_who_tries_again_after_a_stall_does_not_see_an_end() throws Exception {
        try (RawServer server = stallingInTheBody();
                Transport transport = builder().stallTimeout(SOON).build();
                RegistryResponse response = transport.send(Sending.get(server.uri()))) {
            BodySource source = response.body().source();
            assertNotNull(source.read());

            assertThrows(UpstreamTimeoutException.class, source::read);
            assertThrows(IOException.class, source::read);
            assertThrows(IOException.class, source::read);
        }
    }

    @Test
    void a_silent_head_fails_the_sender_and_frees_the_connection() throws Exception {
        try (RawServer server = silent();
                Transport transport = builder().headTimeout(SOON).build()) {
            assertThrows(UpstreamTimeoutException.class, () -> transport.send(Sending.get(server.uri())));
            assertTrue(server.isLetGo());
        }
    }

    @Test
    void a_slow_body_that_moves_outlives_every_timeout() throws Exception {
        Duration limit = Duration.ofSeconds(2);
        CountDownLatch never = new CountDownLatch(1);
        try (RawServer server = new RawServer(connection -> {
                    connection.readHead();
                    connection.say("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n");
                    for (int i = 0; i < 6; i++) {
                        never.await(limit.toMillis() / 4, TimeUnit.MILLISECONDS);
                        connection.say("x");
                    }
                });
                Transport transport =
                        builder().headTimeout(limit).stallTimeout(limit).build()) {
            long start = System.nanoTime();

            assertEquals("xxxxxx", Sending.text(transport.send(Sending.get(server.uri()))));

            assertTrue(System.nanoTime() - start > limit.toNanos(), "the test was too fast to show anything");
        }
    }

    @Test
    void a_reader_who_takes_his_time_is_no_stall() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (RawServer server = RawServer.saying("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
                Transport transport = builder().stallTimeout(SOON).build();
                RegistryResponse response = transport.send(Sending.get(server.uri()))) {
            never.await(2 * SOON.toMillis(), TimeUnit.MILLISECONDS);

            assertEquals("hello", Sending.text(response));
        }
    }

    @Test
    void closing_an_unread_body_frees_the_connection_at_once() throws Exception {
        try (RawServer server = stallingInTheBody();
                Transport transport = builder().build()) {
            transport.send(Sending.get(server.uri())).close();

            assertTrue(server.isLetGo());
        }
    }

    @Test
    void closing_in_the_middle_frees_the_connection_at_once() throws Exception {
        try (RawServer server = stallingInTheBody();
                Transport transport = builder().build()) {
            RegistryResponse response = transport.send(Sending.get(server.uri()));
            BodySource source = response.body().source();
            assertNotNull(source.read());

            source.close();
            source.close();

            assertTrue(server.isLetGo());
        }
    }

    @Test
    void twenty_unread_bodies_leave_no_connection_behind() throws Exception {
        AtomicLong ended = new AtomicLong();
        CountDownLatch all = new CountDownLatch(20);
        try (RawServer server = new RawServer(connection -> {
                    connection.readHead();
                    connection.say(HEAD_OF_100_MB + "abc");
                    connection.awaitEnd();
                    ended.incrementAndGet();
                    all.countDown();
                });
                Transport transport = builder().build()) {
            List<RegistryResponse> held = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                held.add(transport.send(Sending.get(server.uri())));
            }
            assertEquals(0, ended.get());

            held.forEach(RegistryResponse::close);

            assertTrue(all.await(20, TimeUnit.SECONDS), () -> ended.get() + " of 20 are closed");
        }
    }

    @Test
    void closing_from_another_thread_wakes_a_waiting_reader() throws Exception {
        try (RawServer server = stallingInTheBody();
                Transport transport = builder().build()) {
            RegistryResponse response = transport.send(Sending.get(server.uri()));
            BodySource source = response.body().source();
            assertNotNull(source.read());
            Thread closer = new Thread(response::close);
            closer.start();

            assertThrows(IOException.class, source::read);
            closer.join();
        }
    }

    @Test
    void closing_the_transport_breaks_bodies_and_waits_visibly() throws Exception {
        try (RawServer server = stallingInTheBody()) {
            Transport transport = builder().build();
            RegistryResponse response = transport.send(Sending.get(server.uri()));

            transport.close();

            assertThrows(IOException.class, () -> Sending.count(response));
            assertTrue(server.isLetGo());
        }
    }

    @Test
    void an_interrupted_wait_for_the_head_keeps_the_flag_and_frees_the_connection() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (RawServer server = new RawServer(connection -> {
                    connection.readHead();
                    asked.countDown();
                    connection.awaitEnd();
                });
                Transport transport = builder().build()) {
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Thread sender = interruptible(thrown, () -> transport.send(Sending.get(server.uri())));
            assertTrue(asked.await(20, TimeUnit.SECONDS));

            sender.interrupt();
            sender.join();

            assertEquals(InterruptedIOException.class, thrown.get().getClass());
            assertTrue(server.isLetGo());
        }
    }

    @Test
    void a_head_that_comes_after_its_sender_was_interrupted_is_let_go() throws Exception {
        try (RawServer server = stallingInTheBody();
                Transport transport = builder().build()) {
            for (int i = 0; i < 30; i++) {
                AtomicReference<Throwable> thrown = new AtomicReference<>();
                int seen = server.heads().size();
                Thread sender = interruptible(
                        thrown, () -> transport.send(Sending.get(server.uri())).close());
                while (server.heads().size() == seen && sender.isAlive()) {
                    Thread.onSpinWait();
                }
                sender.interrupt(); // just when the head is on its way
                sender.join();
            }
            CountDownLatch none = new CountDownLatch(1);
            for (int i = 0; i < 100 && openExchanges(transport) > 0; i++) {
                none.await(50, TimeUnit.MILLISECONDS);
            }
            assertEquals(0, openExchanges(transport));
            assertTrue(server.isLetGo());
        }
    }

    @Test
    void an_interrupted_reader_keeps_the_flag_and_frees_the_connection() throws Exception {
        try (RawServer server = stallingInTheBody();
                Transport transport = builder().build()) {
            RegistryResponse response = transport.send(Sending.get(server.uri()));
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            CountDownLatch reading = new CountDownLatch(1);
            Thread reader = interruptible(thrown, () -> {
                reading.countDown();
                Sending.count(response);
            });
            assertTrue(reading.await(20, TimeUnit.SECONDS));

            reader.interrupt();
            reader.join();

            assertEquals(InterruptedIOException.class, thrown.get().getClass());
            assertTrue(server.isLetGo());
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    private static Thread interruptible(AtomicReference<Throwable> thrown, Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (Throwable e) {
                thrown.set(Thread.currentThread().isInterrupted() ? e : new AssertionError("flag lost", e));
            }
        });
        thread.start();
        return thread;
    }

    @Test
    void a_reader_who_does_not_read_stops_the_sender() throws Exception {
        AtomicLong written = new AtomicLong();
        try (RawServer server = new RawServer(connection -> {
                    connection.socket.setSendBufferSize(256 * 1024);
                    connection.readHead();
                    connection.say(HEAD_OF_100_MB);
                    byte[] some = new byte[100_000];
                    for (int i = 0; i < 1000; i++) {
                        connection.out.write(some);
                        written.addAndGet(some.length);
                    }
                });
                Transport transport = builder().build()) {
            RegistryResponse response = transport.send(Sending.get(server.uri()));

            long stopped = whenItStops(written);

            assertTrue(stopped < 30_000_000, () -> stopped + " bytes went out unread");
            assertEquals(100_000_000, Sending.count(response));
        }
    }

    /** The value once it has been the same for half a second. */
    static long whenItStops(AtomicLong value) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        long last = -1;
        for (int i = 0; i < 40 && value.get() != last; i++) {
            last = value.get();
            never.await(500, TimeUnit.MILLISECONDS);
        }
        return value.get();
    }

    @Test
    void a_connection_that_does_not_come_about_in_time_is_a_timeout() throws Exception {
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<Socket> queue = new ArrayList<>();
            try (Transport transport = builder().connectTimeout(SOON).build()) {
                fill(full, queue);
                URI uri = URI.create("http://127.0.0.1:" + full.getLocalPort() + "/");

                assertThrows(UpstreamTimeoutException.class, () -> transport.send(Sending.get(uri)));
            } finally {
                for (Socket socket : queue) {
                    socket.close();
                }
            }
        }
    }

    /** Until the kernel takes no more connections for a listener that accepts none. */
    private static void fill(ServerSocket full, List<Socket> queue) throws IOException {
        for (int i = 0; i < 20; i++) {
            Socket socket = new Socket();
            queue.add(socket);
            try {
                socket.connect(full.getLocalSocketAddress(), 200);
            } catch (java.net.SocketTimeoutException e) {
                return;
            }
        }
    }

    @Test
    void buffers_are_never_empty_and_the_end_stays_the_end() throws Exception {
        try (RawServer server = RawServer.saying(
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\n\r\n");
                Transport transport = builder().build();
                RegistryResponse response = transport.send(Sending.get(server.uri()))) {
            BodySource source = response.body().source();
            int count = 0;
            for (ByteBuffer bytes = source.read(); bytes != null; bytes = source.read()) {
                assertTrue(bytes.hasRemaining());
                count += bytes.remaining();
            }
            assertEquals(2, count);
            assertEquals(null, source.read());
        }
    }
}
