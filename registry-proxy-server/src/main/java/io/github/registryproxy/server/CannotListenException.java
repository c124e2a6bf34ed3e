package io.github.registryproxy.server;

import io.github.registryproxy.facade.OneLine;

/** The server cannot listen where it should; the message is one line for the operator. */
final class CannotListenException extends Exception {
    private static final long serialVersionUID = 1;

    CannotListenException(String message, Throwable cause) {
        super(OneLine.of(message), cause);
    }
}
