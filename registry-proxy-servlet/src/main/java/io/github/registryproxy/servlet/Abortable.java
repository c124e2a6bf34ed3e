package io.github.registryproxy.servlet;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a chunked response from being completed after its body broke: a container that ends the response in an orderly way
 * although the servlet failed (Undertow does) asks for the trailer fields first, and there it fails.
 */
final class Abortable implements Supplier<Map<String, String>> {
    private volatile @Nullable IOException failure;

    private Abortable() {}

    static Abortable none() {
        return new Abortable();
    }

    /** Before the response is committed. */
    static Abortable arm(HttpServletResponse response) {
        Abortable abortable = new Abortable();
        try {
            response.setTrailerFields(abortable);
        } catch (IllegalStateException e) {
            // No trailer fields in this version of HTTP, so no chunks either.
            return abortable;
        }
        return abortable;
    }

    void fail(IOException cause) {
        failure = cause;
    }

    @Override
    public Map<String, String> get() {
        IOException cause = failure;
        if (cause != null) {
            throw new UncheckedIOException(cause);
        }
        return Map.of();
    }
}
