package io.github.registryproxy.tests.guide;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Operation.InRepository;
import io.github.registryproxy.protocol.Target;
import io.github.registryproxy.testing.FakeRegistry;
import io.github.registryproxy.testing.StrictPipeline;
import io.github.registryproxy.testing.Transcript;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MiddlewareGuideTest {
    private static final Path GUIDE = Path.of("../docs/guide/middlewares.md");

    // region own
    /** Hides what is internal, exactly as if it did not exist. */
    static final class HideInternal implements Middleware {
        @Override
        public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
            if (request.operation() instanceof InRepository in
                    && in.repository().value().startsWith("internal/")) {
                return RegistryResponse.of(ErrorCode.NAME_UNKNOWN.because("repository name not known to registry"));
            }
            return next.handle(request);
        }
    }
    // endregion

    // region both
    /** Tells the registry where a request came in, and the client who answered; asks again where that helps. */
    record Region(String name) implements Middleware {
        @Override
        public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
            RegistryRequest marked = request.withHeaders(headers -> headers.with("X-Region", name));
            RegistryResponse answer = next.handle(marked);
            if (answer.status() == 503 && marked.body().repeatable()) {
                answer.close();
                answer = next.handle(marked);
            }
            return answer.mapHeaders(headers -> headers.with("X-Served-By", name));
        }
    }
    // endregion

    // region test
    @Test
    void what_is_internal_does_not_exist_for_clients() throws IOException {
        try (StrictPipeline strict = StrictPipeline.around(new HideInternal())) {
            Transcript.parse("hide-internal", """
                    client   > GET /v2/internal/app/tags/list
                    upstream > (nothing)
                    client   < 404  Content-Type: application/json
                        | {"errors": [{"code": "NAME_UNKNOWN", "message": "repository name not known to registry"}]}

                    client   > GET /v2/app/tags/list
                    upstream > GET /v2/app/tags/list
                    upstream < 200  Content-Type: application/json
                        | {"name": "app", "tags": ["1"]}
                    client   < 200
                        | {"name": "app", "tags": ["1"]}
                    """)
                    .run(upstream -> RegistryProxy.builder()
                            .use(strict)
                            .upstream(upstream)
                            .build());
        }
    }
    // endregion

    @Test
    void the_guide_s_second_middleware_asks_again() throws IOException {
        try (StrictPipeline strict = StrictPipeline.around(new Region("eu"))) {
            Transcript.parse("region", """
                    client   > GET /v2/app/tags/list
                    upstream > GET /v2/app/tags/list  X-Region: eu
                    upstream < 503
                        (20 bytes)
                    upstream > GET /v2/app/tags/list  X-Region: eu
                    upstream < 200
                    client   < 200  X-Served-By: eu

                    client   > PATCH /v2/app/blobs/uploads/7
                        (100 bytes)
                        (chunked)
                    upstream > PATCH /v2/app/blobs/uploads/7
                    upstream < 503
                    client   < 503  X-Served-By: eu
                    """)
                    .run(upstream -> RegistryProxy.builder()
                            .use(strict)
                            .upstream(upstream)
                            .build());
        }
    }

    // region registry
    @Test
    void an_image_passes_through() throws IOException {
        FakeRegistry registry = new FakeRegistry();
        Digest digest = registry.image("app", "1", new byte[70_000]);
        RegistryProxy proxy = RegistryProxy.builder()
                .use(new HideInternal())
                .upstream(registry)
                .build();
        RegistryRequest request = RegistryRequest.of(
                "GET",
                Target.parse("GET", "/v2/app/manifests/1"),
                Headers.EMPTY,
                Body.empty(),
                new Client("192.0.2.1", URI.create("https://r.example.com")));

        try (RegistryResponse response = proxy.handle(request)) {
            byte[] manifest = response.body().readAll(1 << 20);
            assertTrue(digest.equals(Digest.of(Digest.Algorithm.SHA256, manifest)));
        }
    }
    // endregion

    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake("was not closed by the middleware, which returned another response", (request, next) -> {
                    RegistryResponse answer = next.handle(request);
                    return RegistryResponse.of(answer.status());
                }),
                mistake("was not closed by the middleware, which failed with", (request, next) -> {
                    RegistryResponse answer = next.handle(request);
                    throw new IOException("status " + answer.status());
                }),
                mistake("was read after it was closed", (request, next) -> {
                    try (RegistryResponse answer = next.handle(request)) {
                        return answer;
                    }
                }),
                mistake("while a response of it was open", (request, next) -> {
                    RegistryResponse answer = next.handle(request);
                    return answer.isSuccess() ? next.handle(request) : answer;
                }),
                mistake("with a body that is not repeatable", (request, next) -> {
                    next.handle(request).close();
                    return next.handle(request);
                }),
                mistake("was closed by the middleware, though it is only lent", (request, next) -> {
                    request.body().close();
                    return next.handle(request);
                }));
    }

    private static Arguments mistake(String said, Middleware wrong) {
        return Arguments.of(said, wrong);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mistakes")
    void the_strict_pipeline_says_what_the_guide_says(String said, Middleware wrong) throws IOException {
        assertTrue(Files.readString(GUIDE).contains(said), () -> "the guide does not mention: " + said);

        AssertionError violation = assertThrows(AssertionError.class, () -> {
            try (StrictPipeline strict = StrictPipeline.around(wrong)) {
                push(strict);
            }
        });

        assertTrue(violation.getMessage().contains(said), violation::getMessage);
    }

    /** One request whose body can be read once, and its answer read to the end. */
    private static void push(Middleware middleware) throws IOException {
        Body once = Body.of(new ByteArrayInputStream(new byte[100]), OptionalLong.of(100));
        RegistryRequest request = RegistryRequest.of(
                "PATCH",
                Target.parse("PATCH", "/v2/app/blobs/uploads/7"),
                Headers.EMPTY,
                once,
                new Client("192.0.2.1", URI.create("https://r.example.com")));
        RegistryProxy proxy = RegistryProxy.builder()
                .use(middleware)
                .upstream(asked -> RegistryResponse.of(
                        202, Headers.of(HeaderNames.CONTENT_TYPE, "text/plain"), Body.of(new byte[20])))
                .build();
        try (once;
                RegistryResponse response = proxy.handle(request)) {
            response.body().readAll(100);
        }
    }
}
