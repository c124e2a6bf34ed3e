package io.github.registryproxy;

import io.github.registryproxy.protocol.ContentRange;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Operation.PullBlob;
import io.github.registryproxy.protocol.Operation.PullManifest;
import io.github.registryproxy.protocol.RegistryException;
import java.io.IOException;
import java.util.Optional;

/**
 * The exit of a proxy for blobs and manifests. A complete answer under a digest has bytes that hash to it, whatever the handlers
 * inside did; a status that says nothing about content is no answer. A browser that opens one of them finds no page: the types
 * are octets and JSON, and scripts are off.
 */
final class ContentGate {
    private static final String NO_PAGE = "sandbox; default-src 'none'";

    private ContentGate() {}

    /**
     * The response, verified where it has to be. Takes it over; closes it when it throws.
     *
     * @throws IOException when it is no answer to the request
     */
    static RegistryResponse checked(RegistryRequest request, RegistryResponse response) throws IOException {
        try {
            if (request.operation() instanceof PullBlob pull) {
                return blob(request, pull.digest(), response);
            }
            return request.operation() instanceof PullManifest pull ? manifest(request, pull, response) : response;
        } catch (IOException | RuntimeException | Error e) {
            response.close();
            throw e;
        }
    }

    private static RegistryResponse blob(RegistryRequest request, Digest digest, RegistryResponse response)
            throws IOException {
        if (!claimsContent(response)) {
            return response;
        }
        boolean whole = response.status() == 200 || isWholeRange(request, response);
        RegistryResponse harmless =
                response.mapHeaders(headers -> described(headers, digest, MediaType.OCTET_STREAM.value()));
        return whole ? verified(request, digest, harmless) : harmless;
    }

    private static boolean claimsContent(RegistryResponse response) {
        return response.status() >= 200 && response.status() <= 299;
    }

    /**
     * Whether a partial answer has the whole.
     *
     * @throws IOException when the answer is not a part that the request asked for
     */
    private static boolean isWholeRange(RegistryRequest request, RegistryResponse response) throws IOException {
        Optional<ContentRange> range =
                response.headers().first(HeaderNames.CONTENT_RANGE).flatMap(ContentRange::parse);
        if (response.status() != 206
                || range.isEmpty()
                || request.isHead()
                || !request.headers().contains(HeaderNames.RANGE)) {
            throw noAnswer(response);
        }
        long end = range.get().last() + 1;
        return range.get().first() == 0 && range.get().size().orElse(-1) == end;
    }

    private static RegistryResponse manifest(RegistryRequest request, PullManifest pull, RegistryResponse response)
            throws IOException {
        if (!claimsContent(response)) {
            return response;
        }
        if (response.status() != 200) {
            throw noAnswer(response);
        }
        Optional<Digest> digest =
                pull.reference() instanceof Digest asked ? Optional.of(asked) : claimed(response.headers());
        String type = typeOf(response.headers());
        RegistryResponse harmless = response.mapHeaders(
                headers -> digest.isPresent() ? described(headers, digest.get(), type) : typed(headers, type));
        return digest.isPresent() ? verified(request, digest.get(), harmless) : harmless;
    }

    private static Optional<Digest> claimed(Headers headers) throws IOException {
        try {
            return headers.first(HeaderNames.DOCKER_CONTENT_DIGEST).map(Digest::parse);
        } catch (RegistryException e) {
            throw new IOException("a manifest with a malformed Docker-Content-Digest", e);
        }
    }

    private static String typeOf(Headers headers) {
        MediaType type = new MediaType(headers.first(HeaderNames.CONTENT_TYPE).orElse(""));
        return (type.isManifestSafe() ? type : MediaType.OCTET_STREAM).value();
    }

    private static Headers described(Headers headers, Digest digest, String type) {
        return with(typed(headers, type), HeaderNames.DOCKER_CONTENT_DIGEST, digest.toString());
    }

    private static Headers typed(Headers headers, String type) {
        return with(with(headers, HeaderNames.CONTENT_TYPE, type), HeaderNames.CONTENT_SECURITY_POLICY, NO_PAGE);
    }

    /** The headers themselves where they say so already, as most do: this is done for each cached manifest. */
    private static Headers with(Headers headers, String name, String value) {
        return headers.saysOnly(name, value) ? headers : headers.with(name, value);
    }

    private static RegistryResponse verified(RegistryRequest request, Digest digest, RegistryResponse response)
            throws IOException {
        boolean readerVerifies = request.get(Verification.BY_READER).orElse(false);
        Body body = response.body();
        if (request.isHead() || readerVerifies || body.digest().equals(Optional.of(digest))) {
            return response;
        }
        return RegistryResponse.of(
                response.status(), response.headers(), VerifiedContent.of(digest, body, VerifiedContent.Limit.NONE));
    }

    private static IOException noAnswer(RegistryResponse response) {
        return new IOException("status " + response.status() + " is no answer to a pull");
    }
}
