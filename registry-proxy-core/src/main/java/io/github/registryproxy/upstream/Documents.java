package io.github.registryproxy.upstream;

import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.RegistryException;
import java.io.IOException;

/** Reads documents of the registry: one that is too large is the registry's failure, not the client's. */
final class Documents {
    private Documents() {}

    static byte[] read(RegistryResponse response, int largest, String what) throws IOException {
        try {
            return response.body().readAll(largest);
        } catch (RegistryException e) {
            throw new TooLargeException(what + " is larger than " + largest + " bytes", e);
        }
    }

    /** Asking again would not make it smaller. */
    static final class TooLargeException extends IOException {
        private static final long serialVersionUID = 1;

        TooLargeException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
