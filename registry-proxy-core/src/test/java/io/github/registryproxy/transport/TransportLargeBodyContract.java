package io.github.registryproxy.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.BodySource;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.UpstreamTimeoutException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bodies that come so fast, for so long, that a transport may read them in another way than it begins with. */
@Timeout(120)
public abstract class TransportLargeBodyContract extends TransportContract {
    private static final int SIZE = 40 * 1024 * 1024 + 77;
    private static final int FIRST = 30 * 1024 * 1024;
    private static final byte[] CONTENT = new byte[SIZE];

    static {
        new Random(11).nextBytes(CONTENT);
    }

    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Length: " + SIZE + "\r\n\r\n";

    /** Answers each request with the content, and keeps the connection. */
    private static RawServer serving() throws IOException {
        return new RawServer(connection -> {
            while (!connection.readHead().isEmpty()) {
                connection.say(HEAD);
                connection.out.write(CONTENT);
            }
        });
    }

    private static RawServer sayingTheFirst(CountDownLatch goOn, byte[] more) throws IOException {
        return new RawServer(connection -> {
            connection.readHead();
            connection.say(HEAD);
            connection.out.write(CONTENT, 0, FIRST);
            goOn.await();
            connection.out.write(more);
            connection.socket.shutdownOutput();
            connection.awaitEnd();
        });
    }

    private static RawServer stalling() throws IOException {
        return new RawServer(connection -> {
            connection.readHead();
            connection.say(HEAD);
            connection.out.write(CONTENT, 0, FIRST);
            connection.awaitEnd();
        });
    }

    private static byte[] hash(RegistryResponse response) throws Exception {
        MessageDigest hash = MessageDigest.getInstance("SHA-256");
        try (response;
                BodySource source = response.body().source()) {
            for (ByteBuffer bytes = source.read(); bytes != null; bytes = source.read()) {
                assertTrue(bytes.hasRemaining());
                hash.update(bytes);
            }
        }
        return hash.digest();
    }

    /** Reads what the server says before it waits. */
    private static void readTheFirst(BodySource source) throws IOException {
        for (long count = 0; count < FIRST; ) {
            ByteBuffer bytes = source.read();
            count += bytes.remaining();
        }
    }

    @Test
    void all_bytes_come_as_they_are_and_the_connection_is_used_again() throws Exception {
        byte[] expected = MessageDigest.getInstance("SHA-256").digest(CONTENT);
        try (RawServer server = serving();
                Transport transport = builder().build()) {
            for (int i = 0; i < 5; i++) {
                assertArrayEquals(expected, hash(transport.send(Sending.get(server.uri()))));
            }
            assertEquals(1, server.connections());
            assertEquals(0, openExchanges(transport));
        }
    }

    @Test
    void many_at_a_time_come_as_they_are() throws Exception {
        byte[] expected = MessageDigest.getInstance("SHA-256").digest(CONTENT);
        ExecutorService pool = Executors.newCachedThreadPool();
        try (RawServer server = serving();
                Transport transport = builder().build()) {
            List<Future<byte[]>> all = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                all.add(pool.submit(() -> hash(transport.send(Sending.get(server.uri())))));
            }
            for (Future<byte[]> one : all) {
                assertArrayEquals(expected, one.get());
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void what_breaks_off_late_has_not_ended() throws Exception {
        CountDownLatch goOn = new CountDownLatch(0);
        try (RawServer server = sayingTheFirst(goOn, new byte[] {1, 2, 3});
                Transport transport = builder().build();
                RegistryResponse response = transport.send(Sending.get(server.uri()))) {
            BodySource source = response.body().source();
            readTheFirst(source);
            IOException broken = assertThrows(IOException.class, () -> {
                while (source.read() != null) {
                    continue;
                }
            });
            assertTrue(broken.getMessage().contains("broke off"), broken::toString);
            assertThrows(IOException.class, source::read);
            assertTrue(server.isLetGo());
        }
    }

    @Test
    void what_stalls_late_fails_its_reader_and_frees_the_connection() throws Exception {
        try (RawServer server = stalling();
                Transport transport =
                        builder().stallTimeout(Duration.ofMillis(500)).build();
                RegistryResponse response = transport.send(Sending.get(server.uri()))) {
            BodySource source = response.body().source();
            readTheFirst(source);
            assertThrows(UpstreamTimeoutException.class, source::read);
            assertThrows(IOException.class, source::read);
            assertTrue(server.isLetGo());
        }
    }

    @Test
    void a_reader_who_takes_his_time_late_is_no_stall() throws Exception {
        byte[] rest = Arrays.copyOfRange(CONTENT, FIRST, SIZE);
        CountDownLatch goOn = new CountDownLatch(1);
        try (RawServer server = sayingTheFirst(goOn, rest);
                Transport transport =
                        builder().stallTimeout(Duration.ofMillis(500)).build();
                RegistryResponse response = transport.send(Sending.get(server.uri()))) {
            BodySource source = response.body().source();
            long count = 0;
            while (count < FIRST - 1024 * 1024) {
                count += source.read().remaining();
            }
            new CountDownLatch(1).await(1500, TimeUnit.MILLISECONDS);
            goOn.countDown();
            for (ByteBuffer bytes = source.read(); bytes != null; bytes = source.read()) {
                count += bytes.remaining();
            }
            assertEquals(SIZE, count);
        }
    }

    @Test
    void closing_late_from_another_thread_wakes_a_waiting_reader() throws Exception {
        try (RawServer server = stalling();
                Transport transport = builder().build()) {
            RegistryResponse response = transport.send(Sending.get(server.uri()));
            BodySource source = response.body().source();
            readTheFirst(source);
            Thread closer = new Thread(response::close);
            closer.start();

            assertThrows(IOException.class, source::read);
            closer.join();
            assertTrue(server.isLetGo());
        }
    }

    @Test
    void closing_late_in_the_middle_frees_the_connection_at_once() throws Exception {
        try (RawServer server = serving();
                Transport transport = builder().build()) {
            RegistryResponse response = transport.send(Sending.get(server.uri()));
            BodySource source = response.body().source();
            readTheFirst(source);

            source.close();
            source.close();

            assertThrows(IOException.class, source::read);
            assertEquals(0, openExchanges(transport));
        }
    }

    @Test
    void a_reader_who_is_interrupted_late_keeps_the_flag_and_frees_the_connection() throws Exception {
        try (RawServer server = stalling();
                Transport transport = builder().build()) {
            RegistryResponse response = transport.send(Sending.get(server.uri()));
            BodySource source = response.body().source();
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            CountDownLatch first = new CountDownLatch(1);
            Thread reader = new Thread(() -> {
                try {
                    readTheFirst(source);
                    first.countDown();
                    source.read();
                } catch (IOException e) {
                    thrown.set(Thread.currentThread().isInterrupted() ? e : new AssertionError("flag lost", e));
                }
            });
            reader.start();
            first.await();
            reader.interrupt();
            reader.join();

            assertEquals(InterruptedIOException.class, thrown.get().getClass());
            assertTrue(server.isLetGo());
        }
    }
}
