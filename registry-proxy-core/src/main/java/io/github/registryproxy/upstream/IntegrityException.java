package io.github.registryproxy.upstream;

import java.io.IOException;

/** The registry sent something under a digest that hashes to another. */
final class IntegrityException extends IOException {
    private static final long serialVersionUID = 1;

    IntegrityException(String message) {
        super(message);
    }
}
