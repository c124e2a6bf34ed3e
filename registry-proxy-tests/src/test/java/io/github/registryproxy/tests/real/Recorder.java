package io.github.registryproxy.tests.real;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A relay before a server that keeps every byte its clients receive. */
final class Recorder implements AutoCloseable {
    private final ServerSocket listener;
    private final int target;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    Recorder(int target) throws IOException {
        this.target = target;
        this.listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        threads.execute(this::accept);
    }

    /** How images are named through it. */
    String host() {
        return "localhost:" + listener.getLocalPort();
    }

    /** All connections, one byte a character. */
    String received() {
        return received.toString(StandardCharsets.ISO_8859_1);
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Socket server = new Socket(InetAddress.getByName("127.0.0.1"), target);
                threads.execute(() -> relay(client, server, OutputStream.nullOutputStream()));
                threads.execute(() -> relay(server, client, received));
            }
        } catch (IOException e) {
            // Closed: the end of the test.
        }
    }

    /** One direction; the end of it ends both. */
    private static void relay(Socket from, Socket to, OutputStream copy) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[16 * 1024];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                copy.write(buffer, 0, n);
                out.write(buffer, 0, n);
            }
        } catch (IOException e) {
            // One side went away, and so does the other.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        threads.shutdownNow();
    }
}
