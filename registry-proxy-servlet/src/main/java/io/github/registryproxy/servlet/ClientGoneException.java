package io.github.registryproxy.servlet;

import java.io.IOException;

/** The client's side of the exchange failed, not ours: nobody is left to be told. */
final class ClientGoneException extends IOException {
    private static final long serialVersionUID = 1;

    ClientGoneException(String message, IOException cause) {
        super(message, cause);
    }

    /** Whether the failure comes from the client, however often others wrapped it. */
    static boolean isBehind(Throwable failure) {
        int depth = 0;
        for (Throwable t = failure; t != null && depth < 16; t = t.getCause()) {
            if (t instanceof ClientGoneException) {
                return true;
            }
            depth++;
        }
        return false;
    }
}
