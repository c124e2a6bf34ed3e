package io.github.registryproxy.protocol;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Carries a {@link RegistryError} out of deep code; the chain answers it as a response, so nobody else need catch it. */
public final class RegistryException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient RegistryError error;

    public RegistryException(RegistryError error) {
        this(error, null);
    }

    /** With a cause for the log; a client sees the error alone. */
    public RegistryException(RegistryError error, @Nullable Throwable cause) {
        super(error.code() + ": " + error.message(), cause);
        this.error = Objects.requireNonNull(error, "error");
    }

    public RegistryError error() {
        return error;
    }
}
