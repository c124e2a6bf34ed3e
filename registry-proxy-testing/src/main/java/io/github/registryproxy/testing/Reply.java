package io.github.registryproxy.testing;

import io.github.registryproxy.Headers;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * What a client got, read to its end.
 *
 * @param status of the answer
 * @param headers as they arrived
 * @param body the bytes that arrived; the array itself, not a copy
 * @param length the length that was announced, in bytes; empty where there was none (chunked on a socket)
 * @param complete false where the body broke off: what arrived is not all
 */
public record Reply(int status, Headers headers, byte[] body, OptionalLong length, boolean complete) {
    public Reply {
        Objects.requireNonNull(headers, "headers");
        Objects.requireNonNull(body, "body");
        Objects.requireNonNull(length, "length");
    }
}
