package io.github.registryproxy.upstream;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A server on the loopback that keeps every byte of what it is sent, and hangs up after each answer. What is written to its
 * record is there before the answer is.
 */
final class RecordingServer implements AutoCloseable {
    private static final int LARGEST = 1 << 20;

    private final ServerSocket listener;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile Function function = request -> Answer.of(404);

    @FunctionalInterface
    interface Function {
        Answer answer(Request request);
    }

    /**
     * One request.
     *
     * @param fields by lower-case name; of several lines the last
     * @param bytes head and body as they came
     */
    record Request(String method, String target, Map<String, String> fields, String bytes) {
        String field(String name) {
            return fields.getOrDefault(name, "");
        }

        String path() {
            int query = target.indexOf('?');
            return query < 0 ? target : target.substring(0, query);
        }
    }

    /**
     * One answer.
     *
     * @param fields names and values in turn
     * @param cut whether the second half of the body is never sent
     */
    record Answer(int status, List<String> fields, String body, boolean cut) {
        static Answer of(int status, String... fields) {
            return new Answer(status, List.of(fields), "", false);
        }

        Answer with(String name, String value) {
            List<String> more = new ArrayList<>(fields);
            more.add(name);
            more.add(value);
            return new Answer(status, more, body, cut);
        }

        Answer body(String text) {
            return new Answer(status, fields, text, cut);
        }

        Answer halved() {
            return new Answer(status, fields, body, true);
        }

        private byte[] bytes(boolean head) {
            StringBuilder text = new StringBuilder(
                    "HTTP/1.1 " + status + " x\r\nConnection: close\r\nContent-Length: " + body.length() + "\r\n");
            for (int i = 0; i < fields.size(); i += 2) {
                text.append(fields.get(i))
                        .append(": ")
                        .append(fields.get(i + 1))
                        .append("\r\n");
            }
            text.append("\r\n");
            if (!head) {
                text.append(cut ? body.substring(0, body.length() / 2) : body);
            }
            return text.toString().getBytes(StandardCharsets.ISO_8859_1);
        }
    }

    RecordingServer() throws IOException {
        this(new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")));
    }

    /** @param listener bound already; over TLS where it is one of TLS */
    RecordingServer(ServerSocket listener) {
        this.listener = listener;
        start(this::accept);
    }

    RecordingServer answering(Function answers) {
        function = answers;
        return this;
    }

    int port() {
        return listener.getLocalPort();
    }

    /** How many came, whatever they had to say. */
    int connections() {
        return connections.get();
    }

    List<Request> requests() {
        return requests;
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                return; // the other side is gone, or the test is over: the record tells what came
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() throws IOException {
        while (true) {
            Socket socket = listener.accept();
            connections.incrementAndGet();
            sockets.add(socket);
            start(() -> serve(socket));
        }
    }

    private void serve(Socket socket) throws IOException {
        try (socket) {
            Request request = read(new BufferedInputStream(socket.getInputStream()));
            if (request != null) {
                requests.add(request);
                socket.getOutputStream()
                        .write(function.answer(request).bytes(request.method().equals("HEAD")));
                socket.getOutputStream().flush();
            }
        }
    }

    private static @Nullable Request read(InputStream in) throws IOException {
        String head = until(in, "\r\n\r\n");
        if (head.isEmpty()) {
            return null;
        }
        List<String> lines = List.of(head.split("\r\n"));
        String[] first = lines.get(0).split(" ", 3);
        Map<String, String> fields = new LinkedHashMap<>();
        for (String line : lines.subList(1, lines.size())) {
            int colon = line.indexOf(':');
            fields.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        String body = fields.containsKey("transfer-encoding")
                ? until(in, "0\r\n\r\n")
                : new String(
                        in.readNBytes(Math.min(LARGEST, Integer.parseInt(fields.getOrDefault("content-length", "0")))),
                        StandardCharsets.ISO_8859_1);
        return new Request(first[0], first[1], fields, head + body);
    }

    private static String until(InputStream in, String end) throws IOException {
        StringBuilder bytes = new StringBuilder();
        while (!bytes.substring(Math.max(0, bytes.length() - end.length())).equals(end)) {
            int next = in.read();
            if (next < 0 || bytes.length() == LARGEST) {
                return "";
            }
            bytes.append((char) next);
        }
        return bytes.toString();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
