package io.github.registryproxy.upstream;

import io.github.registryproxy.Body;
import io.github.registryproxy.BodySource;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.document.ErrorDocument;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.RegistryError;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Puts the registry's failures into the specification's words: its JSON errors pass, anything else is wrapped; 5xx become
 * what a gateway says; a refusal of credentials that are not the client's is no challenge to the client.
 */
final class UpstreamErrors implements Middleware {
    private static final Logger LOG = System.getLogger(UpstreamErrors.class.getName());
    private static final int LARGEST = 64 * 1024;

    private final Origin origin;
    private final boolean ownCredentials;

    UpstreamErrors(Origin origin, boolean ownCredentials) {
        this.origin = origin;
        this.ownCredentials = ownCredentials;
    }

    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        RegistryResponse response = next.handle(request);
        if (response.status() < 400) {
            return response;
        }
        try (response) {
            byte[] content = request.isHead() ? new byte[0] : read(response);
            return translated(request, response, content);
        }
    }

    /** The start of an error's body; one that is too long or breaks off is no document, and that is all. */
    static byte[] read(RegistryResponse response) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        try (BodySource source = response.body().source()) {
            for (ByteBuffer bytes = source.read(); bytes != null && content.size() < LARGEST; bytes = source.read()) {
                byte[] chunk = new byte[bytes.remaining()];
                bytes.get(chunk);
                content.write(chunk, 0, chunk.length);
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "error body broke off", e);
        }
        return content.toByteArray();
    }

    private RegistryResponse translated(RegistryRequest request, RegistryResponse response, byte[] content) {
        int status = response.status();
        Headers headers = response.headers();
        if (status >= 500) {
            return RegistryResponse.of(gateway(request, status, headers));
        }
        if (status == 401 && ownCredentials) {
            LOG.log(Level.WARNING, "UPSTREAM {0}: the registry refuses the configured credentials", request);
            return RegistryResponse.of(ErrorCode.DENIED.because(
                    "the registry refuses access; what is asked for may not exist or may not be served here"));
        }
        Optional<RegistryError> wait = headers.retryAfter(Instant.now())
                .filter(after -> status == 429)
                .map(after -> fallback(request.operation(), status).withRetryAfter(after));
        ErrorDocument document = ErrorDocument.parse(content, status)
                .map(this::withoutOrigin)
                .orElseGet(() -> new ErrorDocument(List.of(fallback(request.operation(), status))));
        return RegistryResponse.of(wait.orElse(document.errors().get(0)).withStatus(status))
                .replaceBody(Body.of(document.toJson()))
                .mapHeaders(h -> kept(h, headers));
    }

    private static Headers kept(Headers own, Headers upstream) {
        return own.with(HeaderNames.CONTENT_TYPE, MediaType.JSON.value())
                .and(upstream.filter((name, value) -> name.equalsIgnoreCase(HeaderNames.WWW_AUTHENTICATE)
                        || name.equalsIgnoreCase(HeaderNames.CONTENT_RANGE)
                        || name.equalsIgnoreCase(HeaderNames.RANGE)
                        || name.equalsIgnoreCase(HeaderNames.LOCATION)
                        || name.equalsIgnoreCase(HeaderNames.DOCKER_DISTRIBUTION_API_VERSION)));
    }

    private static RegistryError gateway(RegistryRequest request, int status, Headers headers) {
        LOG.log(Level.WARNING, "UPSTREAM {0}: the registry answered {1}", request, status);
        int own = status == 503 || status == 504 ? status : 502;
        RegistryError error = ErrorCode.UNAVAILABLE
                .because("the registry behind this proxy failed with status " + status)
                .withStatus(own);
        return headers.retryAfter(Instant.now()).map(error::withRetryAfter).orElse(error);
    }

    /** A message may quote the address of a place that clients do not know. */
    private ErrorDocument withoutOrigin(ErrorDocument document) {
        return new ErrorDocument(document.errors().stream()
                .map(error ->
                        names(error.message()) ? error.withMessage(error.code().value()) : error)
                .map(error ->
                        error.detail().filter(this::names).isPresent() ? error.withDetail(Optional.empty()) : error)
                .toList());
    }

    private boolean names(String text) {
        return text.contains(origin.host());
    }

    private static RegistryError fallback(Operation operation, int status) {
        return switch (status) {
            case 401 -> ErrorCode.UNAUTHORIZED.because("authentication required");
            case 403 -> ErrorCode.DENIED.because("access denied");
            case 404 -> notFound(operation);
            case 405 -> ErrorCode.UNSUPPORTED.because("the registry does not support this");
            case 413 ->
                ErrorCode.SIZE_INVALID.because("larger than the registry takes").withStatus(413);
            case 416 ->
                (operation instanceof Operation.InUpload ? ErrorCode.BLOB_UPLOAD_INVALID : ErrorCode.SIZE_INVALID)
                        .because("range outside the content")
                        .withStatus(416);
            case 429 -> ErrorCode.TOOMANYREQUESTS.because("the registry asks to slow down");
            default ->
                ErrorCode.UNKNOWN.because("the registry refused this request").withStatus(status);
        };
    }

    private static RegistryError notFound(Operation operation) {
        if (operation instanceof Operation.PullManifest || operation instanceof Operation.DeleteManifest) {
            return ErrorCode.MANIFEST_UNKNOWN.because("manifest unknown");
        }
        if (operation instanceof Operation.PullBlob || operation instanceof Operation.DeleteBlob) {
            return ErrorCode.BLOB_UNKNOWN.because("blob unknown");
        }
        if (operation instanceof Operation.InUpload) {
            return ErrorCode.BLOB_UPLOAD_UNKNOWN.because("no such upload");
        }
        return ErrorCode.NAME_UNKNOWN.because("repository unknown");
    }
}
