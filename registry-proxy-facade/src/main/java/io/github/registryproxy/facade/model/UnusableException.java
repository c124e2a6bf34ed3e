package io.github.registryproxy.facade.model;

/** What a site asks for cannot be had here; the message is for the operator and holds no secret. */
public final class UnusableException extends Exception {
    private static final long serialVersionUID = 1;

    public UnusableException(String message) {
        super(message);
    }
}
