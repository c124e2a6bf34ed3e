package io.github.registryproxy.transport;

import io.github.registryproxy.UpstreamTimeoutException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** What the client's failures mean; all are IOExceptions whose message names the origin and no path. */
final class Failures {
    private Failures() {}

    /**
     * UpstreamTimeoutException, ConnectException and UnknownHostException (nothing was sent: safe to try again), or a plain
     * IOException; the client's own is the cause.
     */
    static IOException of(String origin, Throwable thrown) {
        Throwable failure = thrown;
        while ((failure instanceof CompletionException || failure instanceof ExecutionException)
                && failure.getCause() != null) {
            failure = failure.getCause();
        }
        return with(failure, translated(origin, failure));
    }

    private static IOException translated(String origin, Throwable failure) {
        if (failure instanceof HttpTimeoutException) {
            return new UpstreamTimeoutException("cannot connect to " + origin + " in time");
        }
        if (failure instanceof ConnectException) {
            return isUnresolved(failure)
                    ? new UnknownHostException(origin + " has no address")
                    : new ConnectException("cannot connect to " + origin + reason(failure));
        }
        return new IOException(origin + reason(failure));
    }

    private static boolean isUnresolved(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException) {
                return true;
            }
        }
        return false;
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
