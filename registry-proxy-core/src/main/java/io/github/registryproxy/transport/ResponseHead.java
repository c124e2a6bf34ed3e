package io.github.registryproxy.transport;

import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import java.io.IOException;
import java.net.http.HttpResponse.ResponseInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Status and header fields of an answer whose framing can be trusted (RFC 9112 section 6.3). The JDK client takes the first
 * of two lengths, prefers a length to a transfer coding and reads a negative length to the end of the connection; each of
 * these lets two readers see two different messages.
 *
 * @param length of the body in bytes, as announced; empty when it was not
 */
record ResponseHead(int status, Headers headers, OptionalLong length) {
    private static final int MAX_LINE = 8 * 1024;
    private static final int MAX_LINES = 200;
    private static final int MAX_TOTAL = 64 * 1024;

    /** @throws IOException when the answer is not to be trusted; its connection must not be used again */
    static ResponseHead of(ResponseInfo info) throws IOException {
        int status = info.statusCode();
        if (status < 200 || status > 599) {
            throw new IOException("answers with status " + status);
        }
        Headers headers = legal(info.headers().map());
        List<String> lengths = info.headers().allValues(HeaderNames.CONTENT_LENGTH);
        if (lengths.isEmpty()) {
            return new ResponseHead(status, headers, OptionalLong.empty());
        }
        if (lengths.size() > 1) {
            throw new IOException("answers with " + lengths.size() + " Content-Length lines");
        }
        if (info.headers().firstValue(HeaderNames.TRANSFER_ENCODING).isPresent()) {
            throw new IOException("answers with both Content-Length and Transfer-Encoding");
        }
        OptionalLong length = headers.contentLength();
        if (length.isEmpty()) {
            throw new IOException("answers with a Content-Length that is no length");
        }
        return new ResponseHead(status, headers, length);
    }

    /** Without what may not be spoken and with no line that is longer than anybody needs. */
    private static Headers legal(Map<String, List<String>> received) throws IOException {
        List<String> lines = new ArrayList<>(2 * received.size());
        int count = 0;
        long total = 0;
        for (Map.Entry<String, List<String>> field : received.entrySet()) {
            String name = field.getKey();
            for (String value : field.getValue()) {
                count++;
                total += name.length() + value.length();
                if (name.length() + value.length() <= MAX_LINE && Headers.isLegal(name, value)) {
                    lines.add(name);
                    lines.add(value);
                }
            }
        }
        if (count > MAX_LINES || total > MAX_TOTAL) {
            throw new IOException("answers with " + count + " header lines of " + total + " characters in all");
        }
        return Headers.of(lines.toArray(String[]::new));
    }
}
