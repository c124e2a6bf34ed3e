package io.github.registryproxy.google;

import com.google.api.client.http.HttpResponseException;
import java.io.IOException;
import java.io.InterruptedIOException;

/** The library's failures quote requests, answers and files; what is logged of them here does not. */
final class GoogleFailures {
    private GoogleFailures() {}

    /** A message that may be shown. */
    static final class Told extends IOException {
        private static final long serialVersionUID = 1;

        Told(String message) {
            super(message);
        }
    }

    static IOException withoutSecrets(Throwable failure) {
        Throwable at = failure;
        for (int depth = 0; at != null && depth < 16; depth++) {
            if (at instanceof InterruptedIOException interrupted) {
                return interrupted;
            }
            if (at instanceof Told told) {
                return told;
            }
            if (at instanceof HttpResponseException answer) {
                return new IOException("Google answered " + answer.getStatusCode() + " instead of a token");
            }
            at = at.getCause();
        }
        return new IOException("no token from Google (" + failure.getClass().getSimpleName()
                + "): the credentials file or the answer cannot be used");
    }
}
