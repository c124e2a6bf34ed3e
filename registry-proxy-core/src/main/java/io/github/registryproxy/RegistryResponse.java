package io.github.registryproxy;

import io.github.registryproxy.document.ErrorDocument;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.RegistryError;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/**
 * One answer. Whoever receives it returns it or closes it; the methods that change it hand the duty on to what they return,
 * and close it themselves when they throw.
 */
public final class RegistryResponse implements Closeable {
    private final int status;
    private final Headers headers;
    private final Body body;

    private RegistryResponse(int status, Headers headers, Body body) {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("not a final status: " + status);
        }
        this.status = status;
        this.headers = Objects.requireNonNull(headers, "headers");
        this.body = Objects.requireNonNull(body, "body");
    }

    public static RegistryResponse of(int status) {
        return new RegistryResponse(status, Headers.EMPTY, Body.empty());
    }

    public static RegistryResponse of(int status, Headers headers, Body body) {
        return new RegistryResponse(status, headers, body);
    }

    /** The error as the specification's JSON document, with Retry-After and Allow where they belong. */
    public static RegistryResponse of(RegistryError error) {
        Headers headers = Headers.of(HeaderNames.CONTENT_TYPE, MediaType.JSON.value());
        if (error.retryAfter().isPresent()) {
            long seconds = Math.max(1, error.retryAfter().get().toSeconds());
            headers = headers.and(HeaderNames.RETRY_AFTER, Long.toString(seconds));
        }
        if (error.status() == 405) {
            headers = headers.and(HeaderNames.ALLOW, "GET, HEAD");
        }
        return new RegistryResponse(error.status(), headers, Body.of(new ErrorDocument(List.of(error)).toJson()));
    }

    public int status() {
        return status;
    }

    /** Whether the status is 2xx. */
    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /** Whether the status is 3xx with a Location to go to. */
    public boolean isRedirect() {
        return switch (status) {
            case 301, 302, 303, 307, 308 -> true;
            default -> false;
        };
    }

    public Headers headers() {
        return headers;
    }

    public Body body() {
        return body;
    }

    public RegistryResponse withStatus(int other) {
        return new RegistryResponse(other, headers, body);
    }

    public RegistryResponse mapHeaders(UnaryOperator<Headers> f) {
        return closingOnFailure(() -> new RegistryResponse(status, f.apply(headers), body));
    }

    /** With other content of unknown length; the fields that described the old content go. Closes through. */
    public RegistryResponse mapBody(UnaryOperator<InputStream> f) {
        return closingOnFailure(() -> {
            InputStream changed = f.apply(body.open());
            return new RegistryResponse(
                    status,
                    withoutContentFields(),
                    Body.of(changed, OptionalLong.empty()).closing(body));
        });
    }

    /**
     * With the same bytes seen on their way: counted, hashed, slowed. Length and fields stay. Closes through.
     *
     * @param f wraps the source in one that hands on each buffer it reads, itself and once; a body that comes out otherwise breaks off
     */
    public RegistryResponse observeBody(UnaryOperator<BodySource> f) {
        return closingOnFailure(() -> new RegistryResponse(status, headers, body.observed(f)));
    }

    /** With other content, after closing the old one; the fields that described that go. */
    public RegistryResponse replaceBody(Body other) {
        close();
        return new RegistryResponse(status, withoutContentFields(), other);
    }

    /** Releases what stands behind the body; what cannot be closed any more is given up silently. */
    @Override
    public void close() {
        try {
            body.close();
        } catch (IOException e) {
            // The connection behind it is gone already; there is nobody left who could do anything about it.
            return;
        }
    }

    private Headers withoutContentFields() {
        // With 416 it is the size of what has no such range (RFC 9110 section 14.4), whatever the body says.
        Headers kept = status == 416 ? headers : headers.without(HeaderNames.CONTENT_RANGE);
        return kept.without(
                HeaderNames.CONTENT_LENGTH,
                HeaderNames.CONTENT_ENCODING,
                HeaderNames.DOCKER_CONTENT_DIGEST,
                HeaderNames.ETAG);
    }

    @FunctionalInterface
    private interface Change {
        RegistryResponse apply() throws IOException;
    }

    private RegistryResponse closingOnFailure(Change change) {
        try {
            return change.apply();
        } catch (IOException e) {
            close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    @Override
    public String toString() {
        return status + " " + headers + " " + body;
    }
}
