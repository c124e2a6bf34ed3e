package io.github.registryproxy.store;

import io.github.registryproxy.protocol.Digest;
import java.io.IOException;

/** What was staged does not hash to the digest it was staged for. */
public final class ContentMismatchException extends IOException {
    private static final long serialVersionUID = 1;

    public ContentMismatchException(Digest wanted, Digest got, long bytes) {
        super("wanted " + wanted + ", got " + got + " in " + bytes + " bytes");
    }
}
