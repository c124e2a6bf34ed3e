package io.github.registryproxy.servlet;

import io.github.registryproxy.UpstreamTimeoutException;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.RegistryError;
import io.github.registryproxy.protocol.RegistryException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;

/** What a client is told about a failure: never the cause, which is for the log. */
final class Failures {
    private static final Duration SOON = Duration.ofSeconds(1);

    private Failures() {}

    static RegistryError error(Throwable failure) {
        Throwable cause = cause(failure);
        if (cause instanceof RegistryException refusal) {
            return refusal.error();
        }
        if (ClientGoneException.isBehind(cause)) {
            return ErrorCode.SIZE_INVALID.because("the request's body broke off");
        }
        if (isTimeout(cause)) {
            return ErrorCode.UNAVAILABLE
                    .because("the registry behind did not answer in time")
                    .withStatus(504);
        }
        if (cause instanceof InterruptedIOException) {
            return busy("this registry is going away");
        }
        if (cause instanceof IOException) {
            return ErrorCode.UNAVAILABLE.because("the registry behind cannot be reached");
        }
        return ErrorCode.UNKNOWN.because("internal error");
    }

    /** The failure itself where it was only wrapped to pass through code that cannot throw it. */
    static Throwable cause(Throwable failure) {
        Throwable wrapped = failure.getCause();
        return failure instanceof UncheckedIOException && wrapped != null ? wrapped : failure;
    }

    static RegistryError busy(String message) {
        return ErrorCode.UNAVAILABLE.because(message).withStatus(503).withRetryAfter(SOON);
    }

    private static boolean isTimeout(Throwable cause) {
        return cause instanceof UpstreamTimeoutException
                || cause instanceof SocketTimeoutException
                || cause instanceof HttpTimeoutException;
    }
}
