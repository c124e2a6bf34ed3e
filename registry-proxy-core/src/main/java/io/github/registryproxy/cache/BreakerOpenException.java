package io.github.registryproxy.cache;

import java.io.IOException;

/** The upstream was not asked: it gave no answer lately. */
final class BreakerOpenException extends IOException {
    private static final long serialVersionUID = 1;

    BreakerOpenException() {
        super("the registry gave no answer lately and is not asked again yet");
    }
}
