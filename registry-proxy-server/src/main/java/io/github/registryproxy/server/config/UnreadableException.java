package io.github.registryproxy.server.config;

/** A configuration file cannot be read at all; the message is one line for the operator and shows nothing of it. */
public final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1;

    UnreadableException(String message) {
        super(message);
    }
}
