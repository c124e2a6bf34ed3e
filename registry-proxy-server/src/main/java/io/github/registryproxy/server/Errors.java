package io.github.registryproxy.server;

import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.document.ErrorDocument;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.RegistryError;
import java.nio.ByteBuffer;
import java.util.List;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** The container's own refusals, as the specification's JSON documents: no page, no version, no stack. */
final class Errors extends ErrorHandler {
    private static final HttpField JSON = new HttpField(HttpHeader.CONTENT_TYPE, MediaType.JSON.value());

    @Override
    public boolean errorPageForMethod(String method) {
        return true;
    }

    @Override
    protected void generateResponse(
            Request request,
            Response response,
            int status,
            @Nullable String message,
            @Nullable Throwable cause,
            Callback callback) {
        response.getHeaders().put(JSON);
        boolean head = request.getMethod().equals("HEAD");
        response.write(true, head ? BufferUtil.EMPTY_BUFFER : document(status), callback);
    }

    /** Answers by itself, with Retry-After where the error has one. */
    static void write(Response response, RegistryError error, Callback callback) {
        response.setStatus(error.status());
        try (RegistryResponse document = RegistryResponse.of(error)) {
            document.headers().forEach((name, value) -> response.getHeaders().put(name, value));
        }
        response.write(true, bytes(error), callback);
    }

    private static ByteBuffer document(int status) {
        int known = status >= 400 && status <= 599 ? status : HttpStatus.INTERNAL_SERVER_ERROR_500;
        return bytes(new RegistryError(code(known), known, HttpStatus.getMessage(known)));
    }

    private static ByteBuffer bytes(RegistryError error) {
        return ByteBuffer.wrap(new ErrorDocument(List.of(error)).toJson());
    }

    private static ErrorCode code(int status) {
        return switch (status) {
            // Nearly always a path that the container cannot read; the code of those that our parser refuses.
            case 400 -> ErrorCode.NAME_INVALID;
            case 404 -> ErrorCode.NAME_UNKNOWN;
            case 413 -> ErrorCode.SIZE_INVALID;
            case 502, 503, 504 -> ErrorCode.UNAVAILABLE;
            default -> status < 500 ? ErrorCode.UNSUPPORTED : ErrorCode.UNKNOWN;
        };
    }
}
