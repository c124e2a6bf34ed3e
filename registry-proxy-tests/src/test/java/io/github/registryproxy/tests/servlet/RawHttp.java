package io.github.registryproxy.tests.servlet;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A strict HTTP/1.1 client that sends what it is told, byte for byte, and believes no framing that is not there. */
final class RawHttp implements Closeable {
    record Head(int status, List<String> lines) {
        List<String> all(String name) {
            return lines.stream()
                    .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .toList();
        }

        Optional<String> first(String name) {
            return all(name).stream().findFirst();
        }
    }

    record Answer(Head head, String body) {
        int status() {
            return head.status();
        }
    }

    private final Socket socket = new Socket();
    private final InputStream in;

    RawHttp(int port) throws IOException {
        this(port, 0);
    }

    RawHttp(int port, int receiveBuffer) throws IOException {
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.setSoTimeout(20_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        in = new BufferedInputStream(socket.getInputStream(), 16 * 1024);
    }

    /** One request on a connection of its own. */
    static Answer ask(int port, String requestLine, String... headers) throws IOException {
        try (RawHttp http = new RawHttp(port)) {
            http.send(requestLine, headers);
            return http.answer(requestLine.startsWith("HEAD "));
        }
    }

    void send(String requestLine, String... headers) throws IOException {
        StringBuilder text = new StringBuilder(requestLine).append(" HTTP/1.1\r\n");
        boolean host = false;
        for (String header : headers) {
            host |= header.startsWith("Host:");
            text.append(header).append("\r\n");
        }
        sendRaw(text + (host ? "" : "Host: localhost:" + socket.getPort() + "\r\n") + "\r\n");
    }

    void sendRaw(String latin1) throws IOException {
        write(latin1.getBytes(StandardCharsets.ISO_8859_1), 0, latin1.length());
    }

    void write(byte[] bytes, int offset, int count) throws IOException {
        socket.getOutputStream().write(bytes, offset, count);
    }

    void writeChunk(byte[] bytes, int count) throws IOException {
        sendRaw(Integer.toHexString(count) + "\r\n");
        write(bytes, 0, count);
        sendRaw("\r\n");
    }

    /** Says that nothing more will come, though the framing says so. */
    void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    Answer answer(boolean toHead) throws IOException {
        Head head = head();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        if (!toHead) {
            body(head).transferTo(body);
        }
        return new Answer(head, body.toString(StandardCharsets.UTF_8));
    }

    Head head() throws IOException {
        String status = line();
        if (!status.matches("HTTP/1\\.[01] [1-5]\\d\\d( .*)?")) {
            throw new IOException("no status line: " + status);
        }
        List<String> lines = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            lines.add(line);
        }
        return new Head(Integer.parseInt(status.substring(9, 12)), lines);
    }

    /** The body, which fails when it ends before its framing says so. */
    InputStream body(Head head) throws IOException {
        List<String> lengths = head.all("Content-Length");
        List<String> codings = head.all("Transfer-Encoding");
        if (lengths.size() > 1 || codings.size() > 1 || (!lengths.isEmpty() && !codings.isEmpty())) {
            throw new IOException("ambiguous framing: " + head);
        }
        if (head.status() == 204 || head.status() == 304) {
            return InputStream.nullInputStream();
        }
        if (!codings.isEmpty()) {
            return new Chunks();
        }
        return lengths.isEmpty() ? in : new Fixed(Long.parseLong(lengths.get(0)));
    }

    /** Whether the other side has closed and sent nothing more. */
    boolean atEnd() {
        try {
            return in.read() < 0;
        } catch (IOException e) {
            return true; // reset: also an end
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the connection ended in a line: " + line);
            }
            line.append((char) c);
        }
        if (line.length() == 0 || line.charAt(line.length() - 1) != '\r') {
            throw new IOException("a line without CR: " + line);
        }
        return line.substring(0, line.length() - 1);
    }

    private final class Fixed extends InputStream {
        private long left;

        Fixed(long length) {
            left = length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int count) throws IOException {
            if (left == 0) {
                return -1;
            }
            int n = in.read(into, offset, (int) Math.min(count, left));
            if (n < 0) {
                throw new EOFException(left + " bytes are missing");
            }
            left -= n;
            return n;
        }
    }

    private final class Chunks extends InputStream {
        private long left;
        private boolean started;
        private boolean ended;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int count) throws IOException {
            if (count == 0) {
                return 0;
            }
            if (left == 0 && !ended) {
                next();
            }
            if (ended) {
                return -1;
            }
            int n = in.read(into, offset, (int) Math.min(count, left));
            if (n < 0) {
                throw new EOFException("the connection ended in a chunk");
            }
            left -= n;
            return n;
        }

        private void next() throws IOException {
            if (started && !line().isEmpty()) {
                throw new IOException("a chunk is longer than it said");
            }
            started = true;
            left = Long.parseLong(line(), 16);
            if (left == 0) {
                ended = true;
                while (!line().isEmpty()) {
                    throw new IOException("trailer fields nobody asked for");
                }
            }
        }
    }
}
