package io.github.registryproxy.tests.real;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The way to a server, which can be shut, so that connections are refused, or swallow everything without a word. */
final class Gate implements AutoCloseable {
    private final int target;
    private final int port = Stage.freePort();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger swallowed = new AtomicInteger();
    private volatile boolean silent;
    private volatile @Nullable ServerSocket listener;

    Gate(int target) throws IOException {
        this.target = target;
        open();
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /** As it was in the beginning. What was swallowed stays away. */
    void open() throws IOException {
        silent = false;
        if (listener == null) {
            ServerSocket fresh = new ServerSocket(port, 200, InetAddress.getByName("127.0.0.1"));
            listener = fresh;
            threads.execute(() -> accept(fresh));
        }
    }

    /** Refuses connections, and ends those there are. */
    void shut() throws IOException {
        ServerSocket old = listener;
        listener = null;
        if (old != null) {
            old.close();
        }
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /** Takes connections and whatever comes on any of them; no answer comes back. */
    void swallow() {
        swallowed.set(0);
        silent = true;
    }

    /** Requests that were swallowed, or nearly so: how often bytes came. */
    int swallowed() {
        return swallowed.get();
    }

    private void accept(ServerSocket from) {
        try {
            while (true) {
                Socket client = from.accept();
                Socket server = new Socket(InetAddress.getByName("127.0.0.1"), target);
                sockets.add(client);
                sockets.add(server);
                threads.execute(() -> relay(client, server, true));
                threads.execute(() -> relay(server, client, false));
            }
        } catch (IOException e) {
            // Shut, or closed.
        }
    }

    /** One direction; the end of it ends both. */
    private void relay(Socket from, Socket to, boolean requests) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[16 * 1024];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (!silent) {
                    out.write(buffer, 0, n);
                } else if (requests) {
                    swallowed.incrementAndGet();
                }
            }
        } catch (IOException e) {
            // One side went away, and so does the other.
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    @Override
    public void close() throws IOException {
        shut();
        threads.shutdownNow();
    }
}
