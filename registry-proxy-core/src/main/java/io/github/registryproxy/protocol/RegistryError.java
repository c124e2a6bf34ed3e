package io.github.registryproxy.protocol;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * One refusal or failure in the terms of the specification: what a client is told.
 *
 * <p>The message is for people and reaches the client: no secret, no address of an upstream, no stack trace.
 *
 * @param code the code on the wire
 * @param status the HTTP status, 400 to 599
 * @param message one sentence, cut at 512 characters
 * @param detail a JSON text, or empty
 * @param retryAfter when the client may try again, whole seconds on the wire, or empty
 */
public record RegistryError(
        ErrorCode code, int status, String message, Optional<String> detail, Optional<Duration> retryAfter) {
    private static final int LONGEST_MESSAGE = 512;

    public RegistryError {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(detail, "detail");
        Objects.requireNonNull(retryAfter, "retryAfter");
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("not an error status: " + status);
        }
        message = message.length() > LONGEST_MESSAGE ? message.substring(0, LONGEST_MESSAGE) : message;
    }

    public RegistryError(ErrorCode code, int status, String message) {
        this(code, status, message, Optional.empty(), Optional.empty());
    }

    public RegistryError withStatus(int other) {
        return new RegistryError(code, other, message, detail, retryAfter);
    }

    public RegistryError withMessage(String other) {
        return new RegistryError(code, status, other, detail, retryAfter);
    }

    public RegistryError withDetail(Optional<String> json) {
        return new RegistryError(code, status, message, json, retryAfter);
    }

    public RegistryError withRetryAfter(Duration wait) {
        return new RegistryError(code, status, message, detail, Optional.of(wait));
    }

    /** This error, to be thrown from deep code; every link of a chain turns it back into a response. */
    public RegistryException asException() {
        return new RegistryException(this);
    }
}
