package io.github.registryproxy;

import io.github.registryproxy.protocol.Digest;
import java.io.IOException;

/** Content does not hash to the digest it goes by: no part of it is worth keeping. */
public final class ContentMismatchException extends IOException {
    private static final long serialVersionUID = 1;

    public ContentMismatchException(String message) {
        super(message);
    }

    public ContentMismatchException(Digest wanted, Digest got, long bytes) {
        this("wanted " + wanted + ", got " + got + " in " + bytes + " bytes");
    }

    /** Whether that is what is behind a failure, however often it was wrapped. */
    public static boolean isBehind(Throwable failure) {
        int depth = 0;
        for (Throwable cause = failure; cause != null && depth < 16; cause = cause.getCause()) {
            if (cause instanceof ContentMismatchException) {
                return true;
            }
            depth++;
        }
        return false;
    }
}
