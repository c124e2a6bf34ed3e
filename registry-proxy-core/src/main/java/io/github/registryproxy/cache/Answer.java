package io.github.registryproxy.cache;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.VerifiedContent;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.RegistryError;
import io.github.registryproxy.protocol.RegistryException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** An answer read to its end, which any number of requests can be given. */
final class Answer {
    /** In bytes; what is behind has its own, lower limits. */
    static final int LARGEST = 64 * 1024 * 1024;

    private static final int WARNING_BUDGET = 4096;
    private static final String STALE =
            "299 - \"the registry behind this proxy does not answer, this is what it answered before\"";

    private final int status;
    private final Headers headers;
    private final byte[] body;
    private final Body content;

    Answer(int status, Headers headers, byte[] body) {
        this(status, headers, body, Body.of(body));
    }

    private Answer(int status, Headers headers, byte[] body, Body content) {
        this.status = status;
        this.headers = headers;
        this.body = body;
        this.content = content;
    }

    private Answer withHeaders(Headers other) {
        return new Answer(status, other, body, content);
    }

    /** Reads the response and closes it. */
    static Answer of(RegistryResponse response) throws IOException {
        try (response) {
            byte[] body = response.body().readAll(LARGEST);
            Optional<Digest> verified = response.body().digest();
            Body content =
                    verified.isPresent() ? VerifiedContent.vouched(verified.get(), Body.of(body)) : Body.of(body);
            return new Answer(response.status(), response.headers(), body, content);
        }
    }

    /** A manifest from the store, which was hashed. */
    static Answer of(Digest digest, MediaType type, byte[] content) {
        Body verified = VerifiedContent.vouched(digest, Body.of(content));
        return new Answer(200, described(digest, type, content.length), content, verified);
    }

    /** What a HEAD is told of a manifest. */
    static Answer of(Digest digest, MediaType type, long size) {
        return new Answer(200, described(digest, type, size), new byte[0]);
    }

    private static Headers described(Digest digest, MediaType type, long size) {
        return Headers.of(
                HeaderNames.CONTENT_TYPE,
                type.value(),
                HeaderNames.CONTENT_LENGTH,
                Long.toString(size),
                HeaderNames.DOCKER_CONTENT_DIGEST,
                digest.toString(),
                HeaderNames.CONTENT_SECURITY_POLICY,
                VerifiedContent.NO_PAGE);
    }

    int status() {
        return status;
    }

    Headers headers() {
        return headers;
    }

    /** The array itself. */
    byte[] body() {
        return body;
    }

    Optional<Digest> digest() {
        try {
            return headers.first(HeaderNames.DOCKER_CONTENT_DIGEST).map(Digest::parse);
        } catch (RegistryException e) {
            return Optional.empty();
        }
    }

    MediaType type() {
        return new MediaType(headers.first(HeaderNames.CONTENT_TYPE).orElse(""));
    }

    OptionalLong size() {
        return body.length > 0 ? OptionalLong.of(body.length) : headers.contentLength();
    }

    /** With the word that it may be out of date, where the specification leaves room for one more. */
    Answer stale() {
        int spoken = headers.all(HeaderNames.WARNING).stream()
                .mapToInt(String::length)
                .sum();
        return spoken + STALE.length() > WARNING_BUDGET ? this : withHeaders(headers.and(HeaderNames.WARNING, STALE));
    }

    Answer withRetryAfter(Duration wait) {
        long seconds = Math.max(1, wait.plusNanos(999_999_999).toSeconds());
        return withHeaders(headers.with(HeaderNames.RETRY_AFTER, Long.toString(seconds)));
    }

    /** For a request of that method; the refusal of a HEAD, which may say nothing, becomes a document for a GET. */
    RegistryResponse toResponse(boolean head) {
        if (status >= 400 && body.length == 0 && !head) {
            return RegistryResponse.of(error())
                    .mapHeaders(own -> headers.without(HeaderNames.CONTENT_LENGTH, HeaderNames.CONTENT_TYPE)
                            .and(own.filter((name, value) -> name.equals(HeaderNames.CONTENT_TYPE))));
        }
        if (!head || status == 204 || status == 304) {
            return RegistryResponse.of(status, headers, content);
        }
        OptionalLong size = size();
        Headers sized =
                size.isPresent() ? headers.with(HeaderNames.CONTENT_LENGTH, Long.toString(size.getAsLong())) : headers;
        return RegistryResponse.of(status, sized, Body.empty());
    }

    private RegistryError error() {
        ErrorCode code = switch (status) {
            case 401 -> ErrorCode.UNAUTHORIZED;
            case 403 -> ErrorCode.DENIED;
            case 404 -> ErrorCode.MANIFEST_UNKNOWN;
            case 429 -> ErrorCode.TOOMANYREQUESTS;
            default -> status >= 500 ? ErrorCode.UNAVAILABLE : ErrorCode.UNKNOWN;
        };
        return code.because("the registry behind this proxy refused with status " + status)
                .withStatus(status);
    }
}
