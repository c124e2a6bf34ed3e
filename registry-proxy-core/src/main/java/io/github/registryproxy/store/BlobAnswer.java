package io.github.registryproxy.store;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.ByteRange;
import io.github.registryproxy.protocol.ContentRange;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.MediaType;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What a blob of known size answers to a request: the whole, a part, nothing new, or a range outside it (RFC 9110 section 14). */
public final class BlobAnswer {
    /** Gives the bytes from an offset, so many. */
    @FunctionalInterface
    public interface Bytes {
        Body of(long offset, long length) throws IOException;
    }

    /** Which bytes a request wants of a blob. */
    public record Part(long offset, long length) {}

    private final RegistryRequest request;
    private final Digest digest;
    private final long size;

    /**
     * Of one request.
     *
     * @param size of the blob, in bytes
     */
    public BlobAnswer(RegistryRequest request, Digest digest, long size) {
        this.request = request;
        this.digest = digest;
        this.size = size;
    }

    /** The answer; the body is asked for only when there is one. */
    public RegistryResponse with(Bytes bytes) throws IOException {
        if (isNotModified(request, digest)) {
            return RegistryResponse.of(304, Headers.of(HeaderNames.ETAG, etag(digest)), Body.empty());
        }
        if (request.isHead()) {
            Headers headers = headers().and(HeaderNames.CONTENT_LENGTH, Long.toString(size));
            return RegistryResponse.of(200, headers, Body.empty());
        }
        Optional<ByteRange> range = range(request, digest);
        if (range.isEmpty()) {
            return RegistryResponse.of(200, headers(), bytes.of(0, size));
        }
        Optional<Part> part = part(range.get(), size);
        if (part.isEmpty()) {
            return RegistryResponse.of(ErrorCode.SIZE_INVALID
                            .because("the range lies outside the blob")
                            .withStatus(416))
                    .mapHeaders(headers -> headers.and(HeaderNames.CONTENT_RANGE, "bytes */" + size));
        }
        long offset = part.get().offset();
        long length = part.get().length();
        ContentRange here = new ContentRange(offset, offset + length - 1, OptionalLong.of(size));
        return RegistryResponse.of(
                206, headers().and(HeaderNames.CONTENT_RANGE, here.toString()), bytes.of(offset, length));
    }

    /** The range that a request asks for and may have; empty for the whole, also where If-Range names another version. */
    public static Optional<ByteRange> range(RegistryRequest request, Digest digest) {
        if (request.isHead()) {
            return Optional.empty();
        }
        Optional<String> condition = request.headers().first(HeaderNames.IF_RANGE);
        if (condition.isPresent() && !condition.get().equals(etag(digest))) {
            return Optional.empty();
        }
        return request.headers().first(HeaderNames.RANGE).flatMap(ByteRange::parse);
    }

    /** The bytes of a range; empty where it lies outside. */
    public static Optional<Part> part(ByteRange range, long size) {
        if (range.suffix()) {
            long length = Math.min(range.first(), size);
            return length == 0 ? Optional.empty() : Optional.of(new Part(size - length, length));
        }
        if (range.first() >= size) {
            return Optional.empty();
        }
        long last = Math.min(range.last().orElse(size - 1), size - 1);
        return Optional.of(new Part(range.first(), last - range.first() + 1));
    }

    /** The validator: the digest, quoted. */
    public static String etag(Digest digest) {
        return "\"" + digest + "\"";
    }

    /** Whether the client says that it has the content already: RFC 9110 section 13.1.2. */
    public static boolean isNotModified(RegistryRequest request, Digest digest) {
        List<String> conditions = request.headers().all(HeaderNames.IF_NONE_MATCH);
        return conditions.stream().anyMatch(value -> value.equals("*") || value.contains(etag(digest)));
    }

    private Headers headers() {
        return Headers.of(
                HeaderNames.CONTENT_TYPE,
                MediaType.OCTET_STREAM.value(),
                HeaderNames.DOCKER_CONTENT_DIGEST,
                digest.toString(),
                HeaderNames.ETAG,
                etag(digest),
                HeaderNames.ACCEPT_RANGES,
                "bytes");
    }
}
