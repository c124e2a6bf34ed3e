package io.github.registryproxy.hosted;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** The lines of a file, one after the other in a buffer that grows with the longest. What has no end is no line. */
final class JournalLines implements Closeable {
    /** No line is longer: a manifest that names as much as fits into one has less. */
    private static final int LONGEST = 16 * 1024 * 1024;

    private final InputStream in;
    private byte[] buffer = new byte[64 * 1024];
    private int from;
    private int to;
    private int end;

    JournalLines(InputStream in) {
        this.in = in;
    }

    /** Goes on to the next line; false where there is none. */
    boolean next() throws IOException {
        from = to == 0 ? 0 : to + 1;
        for (int at = from; ; at++) {
            if (at == end) {
                int read = at - from;
                if (read == LONGEST || !fill()) {
                    return false;
                }
                at = from + read;
            }
            if (buffer[at] == '\n') {
                to = at;
                return true;
            }
        }
    }

    /** Makes room behind the line that has begun, which may move to the front, and reads more of it. */
    private boolean fill() throws IOException {
        if (from > 0) {
            System.arraycopy(buffer, from, buffer, 0, end - from);
            end -= from;
            from = 0;
        }
        if (end == buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.min(buffer.length * 2, LONGEST));
        }
        int n = in.read(buffer, end, buffer.length - end);
        end += Math.max(n, 0);
        return n > 0;
    }

    byte[] buffer() {
        return buffer;
    }

    /** Where the line begins in the buffer. */
    int offset() {
        return from;
    }

    /** Without its end. */
    int length() {
        return to - from;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
