package io.github.registryproxy.transport;

import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Status and header fields of an answer whose framing can be trusted (RFC 9112 section 6.3), for makers of transports.
 * Clients take the first of two lengths, prefer a length to a transfer coding or read a negative length to the end of the
 * connection; each of these lets two readers see two different messages.
 *
 * @param length of the body in bytes, as announced; empty when it was not
 */
public record ResponseHead(int status, Headers headers, OptionalLong length) {
    private static final int MAX_LINE = 8 * 1024;
    private static final int MAX_LINES = 200;
    private static final int MAX_TOTAL = 64 * 1024;

    /**
     * Without fields that may not be spoken, and without lines that are longer than anybody needs.
     *
     * @param lines names and values in turn, as received
     * @throws IOException when the answer is not to be trusted; its connection must not be used again
     */
    public static ResponseHead of(int status, List<String> lines) throws IOException {
        if (status < 200 || status > 599) {
            throw new IOException("answers with status " + status);
        }
        Headers headers = legal(lines);
        int lengths = count(HeaderNames.CONTENT_LENGTH, lines);
        if (lengths == 0) {
            return new ResponseHead(status, headers, OptionalLong.empty());
        }
        if (lengths > 1) {
            throw new IOException("answers with " + lengths + " Content-Length lines");
        }
        if (count(HeaderNames.TRANSFER_ENCODING, lines) > 0) {
            throw new IOException("answers with both Content-Length and Transfer-Encoding");
        }
        OptionalLong length = headers.contentLength();
        if (length.isEmpty()) {
            throw new IOException("answers with a Content-Length that is no length");
        }
        return new ResponseHead(status, headers, length);
    }

    /** Whether a body follows, as far as the head tells; not so in answers to HEAD. */
    public boolean hasBody() {
        return status != 204 && status != 304 && length.orElse(-1) != 0;
    }

    private static int count(String name, List<String> lines) {
        int count = 0;
        for (int i = 0; i < lines.size(); i += 2) {
            count += lines.get(i).equalsIgnoreCase(name) ? 1 : 0;
        }
        return count;
    }

    private static Headers legal(List<String> received) throws IOException {
        List<String> lines = new ArrayList<>(received.size());
        long total = 0;
        for (int i = 0; i < received.size(); i += 2) {
            String name = received.get(i);
            String value = received.get(i + 1);
            int size = name.length() + value.length();
            total += size;
            if (size <= MAX_LINE && Headers.isLegal(name, value)) {
                lines.add(name);
                lines.add(value);
            }
        }
        int count = received.size() / 2;
        if (count > MAX_LINES || total > MAX_TOTAL) {
            throw new IOException("answers with " + count + " header lines of " + total + " characters in all");
        }
        return Headers.of(lines.toArray(String[]::new));
    }
}
