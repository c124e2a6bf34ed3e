package io.github.registryproxy.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Tag;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Answers the reading of manifests, blobs and referrers. */
final class FakePulls {
    static final String CDN = "/_cdn/";

    private final FakeContent content;
    private final Set<Quirk> quirks;

    FakePulls(FakeContent content, Set<Quirk> quirks) {
        this.content = content;
        this.quirks = quirks;
    }

    RegistryResponse manifest(RegistryRequest request, Operation.PullManifest pull) {
        FakeRepository repository = content.get(pull.repository());
        Digest digest = repository
                .resolve(pull.reference())
                .orElseThrow(() ->
                        ErrorCode.MANIFEST_UNKNOWN.because("manifest unknown").asException());
        FakeRepository.Manifest manifest = repository.manifest(digest);
        Headers headers = Headers.of(
                HeaderNames.CONTENT_TYPE, manifest.type().value(),
                HeaderNames.ETAG, etag(digest));
        if (!(quirks.contains(Quirk.NO_DIGEST_HEADER) && pull.reference() instanceof Tag)) {
            headers = headers.and(HeaderNames.DOCKER_CONTENT_DIGEST, digest.toString());
        }
        if (request.headers().all(HeaderNames.IF_NONE_MATCH).contains(etag(digest))) {
            return RegistryResponse.of(304, headers, Body.empty());
        }
        return whole(headers, manifest.content());
    }

    RegistryResponse blob(RegistryRequest request, Operation.PullBlob pull, URI cdn) {
        byte[] blob = content.blob(pull.repository(), pull.digest())
                .orElseThrow(() -> ErrorCode.BLOB_UNKNOWN
                        .because("blob unknown to registry")
                        .asException());
        if (quirks.contains(Quirk.REDIRECTS_BLOBS)) {
            return RegistryResponse.of(
                    307,
                    Headers.of(HeaderNames.LOCATION, cdn + CDN + pull.digest() + "?X-Signature=a%2Fb%3D"),
                    Body.empty());
        }
        return blob(request, pull.digest(), blob);
    }

    /** What the host behind the redirects serves; it takes either a signature or Authorization, as S3 does. */
    RegistryResponse fromCdn(RegistryRequest request, String digest) {
        if (request.headers().contains(HeaderNames.AUTHORIZATION)) {
            return RegistryResponse.of(
                    400,
                    Headers.of(HeaderNames.CONTENT_TYPE, "application/xml"),
                    Body.of("<Error><Code>InvalidArgument</Code></Error>".getBytes(StandardCharsets.UTF_8)));
        }
        Digest wanted = Digest.parse(digest);
        return content.blobAnywhere(wanted)
                .map(blob -> blob(request, wanted, blob))
                .orElseGet(() -> RegistryResponse.of(404));
    }

    RegistryResponse referrers(Operation.ListReferrers list) {
        if (quirks.contains(Quirk.NO_REFERRERS_API)) {
            return RegistryResponse.of(404);
        }
        List<ObjectNode> found = List.copyOf(content.referrers(list.repository(), list.digest(), list.artifactType())
                .values());
        Headers headers = Headers.of(HeaderNames.CONTENT_TYPE, MediaType.OCI_INDEX.value());
        if (list.artifactType().isPresent()) {
            headers = headers.and("OCI-Filters-Applied", "artifactType");
        }
        return whole(headers, ManifestContent.index(found));
    }

    private RegistryResponse blob(RegistryRequest request, Digest digest, byte[] blob) {
        Headers headers = Headers.of(
                HeaderNames.CONTENT_TYPE, MediaType.OCTET_STREAM.value(),
                HeaderNames.DOCKER_CONTENT_DIGEST, digest.toString(),
                HeaderNames.ETAG, etag(digest));
        if (quirks.contains(Quirk.NO_RANGES)) {
            return whole(headers, blob);
        }
        headers = headers.and(HeaderNames.ACCEPT_RANGES, "bytes");
        Optional<ByteRange> range = request.headers().first(HeaderNames.RANGE).flatMap(ByteRange::parse);
        boolean stale = request.headers()
                .first(HeaderNames.IF_RANGE)
                .filter(validator -> !validator.equals(etag(digest)))
                .isPresent();
        if (range.isEmpty() || stale || request.isHead()) {
            return whole(headers, blob);
        }
        return part(headers, blob, range.get());
    }

    private static RegistryResponse part(Headers headers, byte[] blob, ByteRange range) {
        int size = blob.length;
        long first = range.suffix() ? Math.max(0, size - range.first()) : range.first();
        if (first >= size) {
            return RegistryResponse.of(416, Headers.of(HeaderNames.CONTENT_RANGE, "bytes */" + size), Body.empty());
        }
        long last = range.suffix() ? size - 1 : Math.min(size - 1, range.last().orElse(size - 1));
        byte[] part = Arrays.copyOfRange(blob, (int) first, (int) last + 1);
        ContentRange sent = new ContentRange(first, last, OptionalLong.of(size));
        return RegistryResponse.of(
                206,
                headers.and(HeaderNames.CONTENT_RANGE, sent.toString())
                        .and(HeaderNames.CONTENT_LENGTH, Integer.toString(part.length)),
                Body.of(part));
    }

    /** Content-Length is there for HEAD, whose body the registry takes away. */
    private static RegistryResponse whole(Headers headers, byte[] content) {
        return RegistryResponse.of(
                200, headers.and(HeaderNames.CONTENT_LENGTH, Integer.toString(content.length)), Body.of(content));
    }

    private static String etag(Digest digest) {
        return "\"" + digest + "\"";
    }
}
