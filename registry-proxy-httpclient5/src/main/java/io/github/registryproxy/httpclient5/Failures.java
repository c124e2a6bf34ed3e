package io.github.registryproxy.httpclient5;

import io.github.registryproxy.UpstreamTimeoutException;
import io.github.registryproxy.transport.AddressRefusedException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import org.apache.hc.client5.http.ConnectTimeoutException;

/** What the client's failures mean; all are IOExceptions whose message names the origin and no path. */
final class Failures {
    private Failures() {}

    /** Of connecting: nothing was sent. */
    static IOException connecting(String origin, Exception e) {
        if (e instanceof AddressRefusedException refused) {
            return refused;
        }
        if (Thread.currentThread().isInterrupted()) {
            return interrupted(origin, e);
        }
        if (e instanceof ConnectTimeoutException || e instanceof SocketTimeoutException) {
            return with(e, new UpstreamTimeoutException("cannot connect to " + origin + " in time"));
        }
        if (e instanceof UnknownHostException) {
            return with(e, new UnknownHostException(origin + " has no address"));
        }
        return with(
                e,
                e instanceof ConnectException
                        ? new ConnectException("cannot connect to " + origin + reason(e))
                        : new IOException("cannot connect to " + origin + reason(e)));
    }

    /** Of the exchange of heads. */
    static IOException exchanging(String origin, Exception e) {
        return Thread.currentThread().isInterrupted()
                ? interrupted(origin, e)
                : with(e, new IOException(origin + reason(e)));
    }

    private static IOException interrupted(String origin, Exception e) {
        return with(e, new InterruptedIOException("interrupted while waiting for " + origin));
    }

    private static String reason(Throwable failure) {
        String message = failure.getMessage();
        return ": " + (message == null ? failure.getClass().getSimpleName() : message);
    }

    private static IOException with(Throwable cause, IOException failure) {
        failure.initCause(cause);
        return failure;
    }
}
