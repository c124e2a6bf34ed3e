package io.github.registryproxy.httpclient5;

import java.io.IOException;

/** A pooled connection turned out to be dead. */
final class StaleConnectionException extends IOException {
    private static final long serialVersionUID = 1;

    private final boolean sent;

    /** @param sent whether the request, or some of it, may have arrived */
    StaleConnectionException(String message, boolean sent) {
        super(message);
        this.sent = sent;
    }

    boolean sent() {
        return sent;
    }
}
