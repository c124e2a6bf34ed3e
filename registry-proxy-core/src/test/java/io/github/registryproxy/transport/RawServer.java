package io.github.registryproxy.transport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that says exactly what a test tells it to, on loopback. */
final class RawServer implements AutoCloseable {
    @FunctionalInterface
    interface Script {
        void run(Connection connection) throws Exception;
    }

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final CountDownLatch gone = new CountDownLatch(1);

    /** Each connection gets the script, from the start. */
    RawServer(Script script) throws IOException {
        start(() -> {
            while (true) {
                Socket socket = listener.accept();
                sockets.add(socket);
                connections.incrementAndGet();
                start(() -> {
                    try (socket) {
                        script.run(new Connection(socket));
                    }
                });
            }
        });
    }

    /** Answers each request without a body with these bytes, and keeps the connection. */
    static RawServer saying(String answer) throws IOException {
        return new RawServer(connection -> {
            while (!connection.readHead().isEmpty()) {
                connection.say(answer);
            }
        });
    }

    /** Answers the first request with these bytes and hangs up. */
    static RawServer sayingOnce(String answer) throws IOException {
        return new RawServer(connection -> {
            connection.readHead();
            connection.say(answer);
        });
    }

    private interface Work {
        void run() throws Exception;
    }

    private static void start(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (Exception e) {
                return; // the other side is gone, or the test is over: what came of it is the test's to say
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return listener.getLocalPort();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + port() + "/v2/");
    }

    int connections() {
        return connections.get();
    }

    /** Heads of the requests seen, as received. */
    List<String> heads() {
        return heads;
    }

    /** Whether the client lets one of the connections go that wait for it. */
    boolean isLetGo() throws InterruptedException {
        return gone.await(20, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    final class Connection {
        final Socket socket;
        final InputStream in;
        final OutputStream out;

        Connection(Socket socket) throws IOException {
            this.socket = socket;
            this.in = socket.getInputStream();
            this.out = socket.getOutputStream();
        }

        /** Up to the empty line; empty when the client hangs up. */
        String readHead() throws IOException {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                int c = readOrEnd();
                if (c < 0) {
                    gone.countDown();
                    return "";
                }
                head.write(c);
            }
            heads.add(head.toString(StandardCharsets.ISO_8859_1));
            return head.toString(StandardCharsets.ISO_8859_1);
        }

        private int readOrEnd() {
            try {
                return in.read();
            } catch (IOException e) {
                return -1; // a reset is an end too
            }
        }

        void say(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }

        /** Reads until the client closes or resets the connection; returns how many bytes came. */
        long awaitEnd() {
            long count = 0;
            byte[] buffer = new byte[64 * 1024];
            try {
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    count += n;
                }
            } catch (IOException e) {
                gone.countDown(); // a reset is an end too
                return count;
            }
            gone.countDown();
            return count;
        }

        void noteGone() {
            gone.countDown();
        }
    }
}
