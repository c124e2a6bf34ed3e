package io.github.registryproxy.httpclient5;

import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpVersion;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.ProtocolVersion;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParser;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.apache.hc.core5.http.message.BasicLineParser;
import org.jspecify.annotations.Nullable;

/** Heads of responses on one connection: bounded in all, and without characters that make lines end elsewhere for others. */
final class HeadParser extends DefaultHttpResponseParser {
    private @Nullable SessionInputBuffer received;
    private boolean begun;

    HeadParser(Http1Config config) {
        super(config, BasicLineParser.INSTANCE, null);
    }

    /** Forgets what came before: a new exchange. */
    void reset() {
        begun = false;
    }

    /** Whether anything of an answer came since the last {@link #reset}. */
    boolean begun() {
        return begun;
    }

    /** Whether there is more than the last message had: no answer to anything that was asked. */
    boolean hasLeftovers() {
        return received != null && received.length() > 0;
    }

    @Override
    public ClassicHttpResponse parse(SessionInputBuffer buffer, InputStream in) throws IOException, HttpException {
        received = buffer;
        BoundedLines lines = new BoundedLines(buffer);
        ClassicHttpResponse head;
        try {
            head = super.parse(lines, in);
        } finally {
            begun |= lines.begun() || buffer.length() > 0;
        }
        if (head != null) {
            check(head);
        }
        return head;
    }

    private static void check(ClassicHttpResponse head) throws ProtocolException {
        ProtocolVersion version = head.getVersion();
        if (!HttpVersion.HTTP_1_1.equals(version) && !HttpVersion.HTTP_1_0.equals(version)) {
            throw new ProtocolException("answers with another protocol than HTTP/1.1");
        }
        for (Header field : head.getHeaders()) {
            String value = field.getValue();
            for (int i = 0; value != null && i < value.length(); i++) {
                char c = value.charAt(i);
                if ((c < ' ' && c != '\t') || c == 0x7f) {
                    throw new ProtocolException("answers with a control character in a header line");
                }
            }
        }
    }
}
