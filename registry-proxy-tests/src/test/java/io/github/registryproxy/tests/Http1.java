package io.github.registryproxy.tests;

import io.github.registryproxy.Body;
import io.github.registryproxy.BodySource;
import io.github.registryproxy.Headers;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/** As much of HTTP/1.1 as tests need to say exactly what is on the wire: one message per connection. */
final class Http1 {
    private static final int LONGEST_HEAD = 128 * 1024;

    /** A body as it arrived. */
    record Content(byte[] bytes, OptionalLong announced, boolean complete) {}

    private final InputStream in;

    Http1(InputStream in) {
        this.in = new BufferedInputStream(in);
    }

    /** The next line without its end. */
    String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0 || line.size() > LONGEST_HEAD) {
                throw new EOFException("no whole line");
            }
            line.write(c);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    Headers headers() throws IOException {
        Headers headers = Headers.EMPTY;
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers = headers.and(
                    line.substring(0, colon), line.substring(colon + 1).strip());
        }
        return headers;
    }

    /** The body that the headers announce. */
    Content body(Headers headers, boolean untilClose) throws IOException {
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        boolean chunked = headers.first("Transfer-Encoding").orElse("").equalsIgnoreCase("chunked");
        OptionalLong announced = chunked ? OptionalLong.empty() : headers.contentLength();
        try {
            if (chunked) {
                chunks(received);
            } else if (announced.isPresent()) {
                copy(received, announced.getAsLong());
            } else if (untilClose) {
                in.transferTo(received);
            }
            return new Content(received.toByteArray(), announced, true);
        } catch (IOException e) {
            return new Content(received.toByteArray(), announced, false);
        }
    }

    private void chunks(OutputStream to) throws IOException {
        for (long size = Long.parseLong(line(), 16); size > 0; size = Long.parseLong(line(), 16)) {
            copy(to, size);
            line();
        }
        headers();
    }

    private void copy(OutputStream to, long count) throws IOException {
        byte[] buffer = new byte[8192];
        long left = count;
        while (left > 0) {
            int n = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (n < 0) {
                throw new EOFException(left + " bytes are missing");
            }
            to.write(buffer, 0, n);
            left -= n;
        }
    }

    /** Sends head and body; the framing follows from the body's length. */
    static void write(OutputStream out, String firstLine, Headers headers, Body body, boolean bodyless)
            throws IOException {
        StringBuilder head = new StringBuilder(firstLine).append("\r\n");
        boolean chunked = body.length().isEmpty() && !bodyless;
        Headers framed = bodyless ? headers : headers.without("Content-Length", "Transfer-Encoding");
        framed.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        if (chunked) {
            head.append("Transfer-Encoding: chunked\r\n");
        } else if (!bodyless) {
            head.append("Content-Length: ").append(body.length().getAsLong()).append("\r\n");
        }
        out.write(head.append("Connection: close\r\n\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        if (!bodyless) {
            writeBody(out, body, chunked);
        }
        out.flush();
    }

    private static void writeBody(OutputStream out, Body body, boolean chunked) throws IOException {
        try (BodySource source = body.source()) {
            for (ByteBuffer bytes = source.read(); bytes != null; bytes = source.read()) {
                byte[] chunk = new byte[bytes.remaining()];
                bytes.get(chunk);
                if (chunked) {
                    out.write((Integer.toHexString(chunk.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
                }
                out.write(chunk);
                if (chunked) {
                    out.write(new byte[] {'\r', '\n'});
                }
                out.flush();
            }
        }
        if (chunked) {
            out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
    }
}
