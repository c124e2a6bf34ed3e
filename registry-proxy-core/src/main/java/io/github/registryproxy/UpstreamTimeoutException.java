package io.github.registryproxy;

import java.io.IOException;

/** The other side was silent for too long; the edge answers 504 where a broken connection gives 502. */
public final class UpstreamTimeoutException extends IOException {
    private static final long serialVersionUID = 1;

    public UpstreamTimeoutException(String message) {
        super(message);
    }
}
