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
        Optional<Digest> digest = pull.reference() instanceof Digest asked ? Optional.of(asked) : claimed(response);
        String type = typeOf(response.headers());
        Headers own = response.headers();
        Headers headers = digest.isPresent() ? described(own, digest.get(), type) : typed(own, type);
        RegistryResponse harmless = headers == own ? response : response.mapHeaders(said -> headers);
        return digest.isPresent() ? verified(request, digest.get(), harmless) : harmless;
    }

    /** What a tag is said to stand for. */
    private static Optional<Digest> claimed(RegistryResponse response) throws IOException {
        Optional<String> said = response.headers().first(HeaderNames.DOCKER_CONTENT_DIGEST);
        Optional<Digest> verified = response.body().digest();
        if (said.isPresent() && verified.isPresent() && isText(said.get(), verified.get())) {
            return verified;
        }
        try {
            return said.map(Digest::parse);
        } catch (RegistryException e) {
            throw new IOException("a manifest with a malformed Docker-Content-Digest", e);
        }
    }

    /** Whether that is the digest's text, which is not put together for it: this is done for each cached manifest. */
    private static boolean isText(String said, Digest digest) {
        String algorithm = digest.algorithm().toString();
        return said.length() == algorithm.length() + 1 + digest.encoded().length()
                && said.startsWith(algorithm)
                && said.charAt(algorithm.length()) == ':'
                && said.endsWith(digest.encoded());
    }

    private static String typeOf(Headers headers) {
        String said = headers.first(HeaderNames.CONTENT_TYPE).orElse("");
        MediaType type = new MediaType(said);
        return (type.isManifestSafe() ? type : MediaType.OCTET_STREAM).value();
    }

    private static Headers described(Headers headers, Digest digest, String type) {
        Headers typed = typed(headers, type);
        return typed.matchesOnly(HeaderNames.DOCKER_CONTENT_DIGEST, said -> isText(said, digest))
                ? typed
                : typed.with(HeaderNames.DOCKER_CONTENT_DIGEST, digest.toString());
    }

    private static Headers typed(Headers headers, String type) {
        Headers typed = headers.matchesOnly(HeaderNames.CONTENT_TYPE, type::equals)
                ? headers
                : headers.with(HeaderNames.CONTENT_TYPE, type);
        return typed.matchesOnly(HeaderNames.CONTENT_SECURITY_POLICY, VerifiedContent.NO_PAGE::equals)
                ? typed
                : typed.with(HeaderNames.CONTENT_SECURITY_POLICY, VerifiedContent.NO_PAGE);
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
