package io.github.registryproxy.upstream;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.Verification;
import io.github.registryproxy.protocol.ByteRange;
import io.github.registryproxy.protocol.ContentRange;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Operation.PullBlob;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Sees to it that a blob served under a digest hashes to it: checked before the status line where the blob is small, else
 * while it streams with the tail held back. A range cannot be checked against the digest of the whole; what can be checked
 * of it, is.
 */
final class VerifyBlobs implements Middleware {
    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        if (!(request.operation() instanceof PullBlob pull)) {
            return next.handle(request);
        }
        RegistryResponse response = request.isHead() ? head(request, next) : next.handle(request);
        try {
            return switch (response.status()) {
                case 200 -> request.isHead() ? described(response, pull) : whole(request, next, pull, response);
                case 206 -> part(request, pull, response);
                default -> response;
            };
        } catch (IOException | RuntimeException e) {
            response.close();
            throw e;
        }
    }

    /** Some registries know no HEAD for blobs; the head of a GET tells the same. */
    private static RegistryResponse head(RegistryRequest asked, RegistryHandler next) throws IOException {
        RegistryRequest request =
                asked.withHeaders(headers -> headers.without(HeaderNames.RANGE, HeaderNames.IF_RANGE));
        RegistryResponse response = next.handle(request);
        if (response.status() != 405 && response.status() != 501) {
            return response;
        }
        response.close();
        try (RegistryResponse got = next.handle(request.withMethod("GET"))) {
            OptionalLong length = got.body().length();
            Headers headers = length.isPresent()
                    ? got.headers().with(HeaderNames.CONTENT_LENGTH, Long.toString(length.getAsLong()))
                    : got.headers();
            return RegistryResponse.of(got.status(), headers, Body.empty());
        }
    }

    private static RegistryResponse whole(
            RegistryRequest request, RegistryHandler next, PullBlob pull, RegistryResponse response)
            throws IOException {
        ContentCoding.refuse(response.headers());
        if (readerVerifies(request, response.body().length())) {
            return described(response, pull);
        }
        SizeLimit limit = new SizeLimit(request, next);
        VerifyingSource source = new VerifyingSource(
                response.body().source(), pull.digest(), response.body().length(), limit);
        Optional<byte[]> small = source.readIfSmall();
        if (small.isPresent()) {
            response.close();
            return described(RegistryResponse.of(200, response.headers(), Body.of(small.get())), pull);
        }
        return described(
                RegistryResponse.of(
                        200, response.headers(), Body.of(source, response.body().length())),
                pull);
    }

    /** What is small is checked all the same, before the status line. */
    private static boolean readerVerifies(RegistryRequest request, OptionalLong length) {
        return request.get(Verification.BY_READER).orElse(false)
                && length.isPresent()
                && length.getAsLong() > VerifyingSource.TAIL;
    }

    private static RegistryResponse part(RegistryRequest request, PullBlob pull, RegistryResponse response)
            throws IOException {
        ContentCoding.refuse(response.headers());
        Optional<ByteRange> asked = request.headers().first(HeaderNames.RANGE).flatMap(ByteRange::parse);
        Optional<ContentRange> got =
                response.headers().first(HeaderNames.CONTENT_RANGE).flatMap(ContentRange::parse);
        boolean answers = asked.isPresent()
                && got.isPresent()
                && (asked.get().suffix() || asked.get().first() == got.get().first())
                && (asked.get().last().isEmpty()
                        || got.get().last() <= asked.get().last().getAsLong())
                && (response.body().length().isEmpty()
                        || response.body().length().getAsLong() == got.get().length());
        if (!answers) {
            throw new IOException("a partial answer that nobody asked for: " + got.orElse(null));
        }
        return described(response, pull);
    }

    private static RegistryResponse described(RegistryResponse response, PullBlob pull) {
        return response.mapHeaders(headers -> headers.with(
                        HeaderNames.DOCKER_CONTENT_DIGEST, pull.digest().toString())
                .with(HeaderNames.CONTENT_TYPE, MediaType.OCTET_STREAM.value())
                .with(HeaderNames.ACCEPT_RANGES, "bytes"));
    }
}
