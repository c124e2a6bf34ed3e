package io.github.registryproxy.httpclient5;

import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.io.HttpTransportMetrics;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.apache.hc.core5.util.CharArrayBuffer;

/**
 * What a connection receives, with a bound on lines that follow each other: the client itself bounds each line and their
 * number, which together is megabytes. Heads and trailers are such lines; the size of a chunk is a line of its own.
 */
final class BoundedLines implements SessionInputBuffer {
    /** In characters; a head of more than 64 KiB is refused anyway. */
    private static final int MAX = 128 * 1024;

    private final SessionInputBuffer received;
    private int inARow;
    private boolean begun;

    BoundedLines(SessionInputBuffer received) {
        this.received = received;
    }

    /** Whether a line has come. */
    boolean begun() {
        return begun;
    }

    @Override
    public int readLine(CharArrayBuffer line, InputStream in) throws IOException {
        int before = line.length();
        int n = received.readLine(line, in);
        begun |= n >= 0;
        inARow += line.length() - before;
        if (inARow > MAX) {
            throw new MessageConstraintException("more than " + MAX + " characters of header lines");
        }
        return n;
    }

    @Override
    public int length() {
        return received.length();
    }

    @Override
    public int capacity() {
        return received.capacity();
    }

    @Override
    public int available() {
        return received.available();
    }

    @Override
    public int read(byte[] bytes, int offset, int length, InputStream in) throws IOException {
        inARow = 0;
        return received.read(bytes, offset, length, in);
    }

    @Override
    public int read(byte[] bytes, InputStream in) throws IOException {
        inARow = 0;
        return received.read(bytes, in);
    }

    @Override
    public int read(InputStream in) throws IOException {
        inARow = 0;
        return received.read(in);
    }

    @Override
    public HttpTransportMetrics getMetrics() {
        return received.getMetrics();
    }
}
