package io.github.registryproxy.servlet;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * What a client still sends when it has been answered. A connection that is closed with bytes unread is reset, and the reset may
 * take the answer away before the client has seen it: RFC 9112 section 9.6.
 */
final class UnreadBody {
    /** So many bytes are thrown away for the sake of the answer; who sends more has had the time to read it. */
    private static final long MOST = 16L * 1024 * 1024;

    /** And for so long: who sends a byte now and then is not waited for. */
    private static final long LONGEST_NANOS = Duration.ofSeconds(5).toNanos();

    private static final int SIZE = 32 * 1024;

    private UnreadBody() {}

    /** Sends what has been written of the answer, then reads on. Never fails: the answer is given. */
    static void discard(HttpServletRequest in, HttpServletResponse out) {
        boolean none = in.getContentLengthLong() == 0
                || (in.getContentLengthLong() < 0 && in.getHeader("Transfer-Encoding") == null);
        // Who waits to be asked for a body has not sent it, and would be asked by reading.
        if (none || in.getHeader("Expect") != null) {
            return;
        }
        try {
            InputStream rest = in.getInputStream();
            byte[] buffer = new byte[SIZE];
            int n = in.getInputStream().isFinished() ? -1 : 0;
            if (n == 0) {
                out.flushBuffer();
            }
            long begun = System.nanoTime();
            for (long left = MOST; left > 0 && n >= 0 && System.nanoTime() - begun < LONGEST_NANOS; left -= n) {
                n = rest.read(buffer);
            }
        } catch (IOException | IllegalStateException e) {
            // The client has gone, or the container has: nobody waits for the answer.
            return;
        }
    }
}
