package io.github.registryproxy.tests.servlet;

import io.github.registryproxy.Body;
import io.github.registryproxy.BodySource;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.UpstreamTimeoutException;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Operation;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Does what a repository's name says, so that a contract can be checked from outside, in whatever process this runs. Tags
 * are {@code n<bytes>} or an id under which {@code /v2/_seen/<id>} and {@code /v2/_closed/<id>} tell what became of a body.
 */
final class SampleHandler implements RegistryHandler {
    private static final int MIB = 1024 * 1024;
    private static final OptionalLong UNKNOWN = OptionalLong.empty();
    private final Map<String, SampleSource> watched = new ConcurrentHashMap<>();

    @Override
    public RegistryResponse handle(RegistryRequest request) throws IOException {
        Operation operation = request.operation();
        if (operation instanceof Operation.Malformed malformed) {
            return RegistryResponse.of(malformed.error());
        }
        if (operation instanceof Operation.Other other && other.path().startsWith("/v2/_")) {
            return observed(other.path());
        }
        if (operation instanceof Operation.InRepository in) {
            String name = in.repository().value();
            String tag = operation instanceof Operation.PullManifest pull
                    ? pull.reference().toString()
                    : "";
            return name.startsWith("fails/") ? fail(name.substring(6)) : answer(request, name, tag);
        }
        return echo(request);
    }

    private RegistryResponse answer(RegistryRequest request, String name, String tag) throws IOException {
        return switch (name) {
            case "known" -> body(new SampleSource(bytes(tag), false), OptionalLong.of(bytes(tag)));
            case "chunked" -> body(new SampleSource(bytes(tag), true), UNKNOWN);
            case "broken/known" ->
                body(new SampleSource(bytes(tag), false).breaking(), OptionalLong.of(bytes(tag) + 1000));
            case "broken/chunked" -> body(new SampleSource(bytes(tag), false).breaking(), UNKNOWN);
            case "short" -> body(new SampleSource(bytes(tag), false), OptionalLong.of(bytes(tag) + 1000));
            case "long" -> body(new SampleSource(bytes(tag), false), OptionalLong.of(bytes(tag) - 1000));
            case "endless/known" -> body(watch(tag, new SampleSource(1L << 40, false)), OptionalLong.of(1L << 40));
            case "endless/chunked" -> body(watch(tag, new SampleSource(1L << 40, false)), UNKNOWN);
            case "late/known" -> body(watch(tag, new SampleSource(MIB, false).waitingAt(0)), OptionalLong.of(MIB));
            case "late/chunked" -> body(watch(tag, new SampleSource(MIB, true).waitingAt(0)), UNKNOWN);
            case "trickle/known" -> body(watch(tag, new SampleSource(MIB, true).waitingAt(10)), OptionalLong.of(MIB));
            case "trickle/chunked" -> body(watch(tag, new SampleSource(MIB, false).waitingAt(10)), UNKNOWN);
            case "location" ->
                RegistryResponse.of(
                        202,
                        Headers.of("Location", "/v2/echo/blobs/uploads/7?_state=x%2Fy", "Docker-Upload-UUID", "7"),
                        Body.empty());
            case "elsewhere" ->
                RegistryResponse.of(307, Headers.of("Location", "https://cdn.example/blob?sig=1"), Body.empty());
            case "link" ->
                RegistryResponse.of(
                        200,
                        Headers.of(
                                "Content-Type",
                                "application/json",
                                "Link",
                                "</v2/link/tags/list?n=1&last=a>; rel=\"next\", <https://e.example/>; rel=\"help\""),
                        Body.of("{}".getBytes(StandardCharsets.UTF_8)));
            case "nothing" -> RegistryResponse.of(204, Headers.of("Range", "0-9"), Body.of(new byte[] {1, 2, 3}));
            case "unmodified" -> RegistryResponse.of(304, Headers.of("ETag", "\"x\""), Body.of(new byte[] {1}));
            case "head/known" ->
                RegistryResponse.of(
                        200,
                        Headers.of(
                                "Content-Type",
                                "application/vnd.oci.image.manifest.v1+json",
                                "Content-Length",
                                "12345678901"),
                        Body.empty());
            case "head/unknown" -> RegistryResponse.of(200);
            case "cookie" ->
                RegistryResponse.of(
                        200,
                        Headers.of(
                                "Set-Cookie",
                                "a=b",
                                "Connection",
                                "close",
                                "Keep-Alive",
                                "timeout=1",
                                "Vary",
                                "Accept",
                                "Vary",
                                "Origin"),
                        Body.of("{}".getBytes(StandardCharsets.UTF_8)));
            case "sink" -> sink(request);
            case "unread" -> RegistryResponse.of(ErrorCode.UNAUTHORIZED.because("not read"));
            default -> echo(request);
        };
    }

    private static RegistryResponse body(BodySource source, OptionalLong length) {
        return RegistryResponse.of(
                200, Headers.of("Content-Type", "application/octet-stream"), Body.of(source, length));
    }

    private static RegistryResponse fail(String how) throws IOException {
        return switch (how) {
            case "io" -> throw new ConnectException("secret.internal refused");
            case "wrapped" -> throw new UncheckedIOException(new IOException("secret.internal"));
            case "timeout" -> throw new UpstreamTimeoutException("secret.internal");
            case "socket-timeout" -> throw new SocketTimeoutException("secret.internal");
            case "http-timeout" -> throw new HttpTimeoutException("secret.internal");
            case "interrupted" -> {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("secret.internal");
            }
            case "runtime" -> throw new IllegalStateException("secret.internal");
            case "error" -> throw new AssertionError("secret.internal");
            case "refused" -> throw ErrorCode.DENIED.because("refused here").asException();
            case "early" -> body(new SampleSource(100, false).breaking(), OptionalLong.of(2000));
            default -> throw new IllegalArgumentException(how);
        };
    }

    private SampleSource watch(String id, SampleSource source) {
        watched.put(id, source);
        return source;
    }

    private RegistryResponse observed(String path) throws IOException {
        SampleSource source = watched.get(path.substring(path.lastIndexOf('/') + 1));
        if (source == null) {
            return text("nothing");
        }
        if (path.startsWith("/v2/_release/")) {
            source.released.countDown();
            return text("released");
        }
        if (path.startsWith("/v2/_closed/")) {
            try {
                return text(source.closed.await(10, TimeUnit.SECONDS) ? "closed" : "open");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException();
            }
        }
        return text(Long.toString(source.produced.get()));
    }

    private static RegistryResponse sink(RegistryRequest request) throws IOException {
        long count = 0;
        if (request.body().length().orElse(1) > 0) {
            count = Pattern.check(request.body().open());
        }
        return text("length=" + request.body().length() + " count=" + count + "\n");
    }

    private static RegistryResponse echo(RegistryRequest request) {
        StringBuilder text = new StringBuilder();
        text.append("method=").append(request.method()).append('\n');
        text.append("operation=")
                .append(request.operation().getClass().getSimpleName())
                .append('\n');
        text.append("target=").append(request.target().render()).append('\n');
        text.append("address=").append(request.client().address()).append('\n');
        text.append("base=").append(request.client().base()).append('\n');
        text.append("length=").append(request.body().length()).append('\n');
        request.headers()
                .forEach((name, value) -> text.append("header=")
                        .append(name)
                        .append(": ")
                        .append(value)
                        .append('\n'));
        return text(text.toString());
    }

    private static RegistryResponse text(String text) {
        return RegistryResponse.of(
                200, Headers.of("Content-Type", "text/plain"), Body.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static long bytes(String tag) {
        return Long.parseLong(tag.substring(1));
    }
}
