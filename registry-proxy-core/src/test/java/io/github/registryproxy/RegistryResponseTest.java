package io.github.registryproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.document.ErrorDocument;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Target;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RegistryResponseTest {
    private int closed;

    private RegistryResponse response() {
        InputStream stream = new ByteArrayInputStream(new byte[] {1, 2, 3}) {
            @Override
            public void close() {
                closed++;
            }
        };
        Headers headers = Headers.of(
                "Content-Length", "3", "Docker-Content-Digest", "sha256:x", "ETag", "\"x\"", "Content-Type", "a/b");
        return RegistryResponse.of(200, headers, Body.of(stream, OptionalLong.of(3)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 99, 100, 101, 103, 199, 600, -1})
    void only_final_statuses_are_answers(int status) {
        assertThrows(IllegalArgumentException.class, () -> RegistryResponse.of(status));
        assertThrows(
                IllegalArgumentException.class, () -> RegistryResponse.of(200).withStatus(status));
    }

    @Test
    void an_error_is_json_with_the_fields_of_its_status() throws IOException {
        RegistryResponse busy =
                RegistryResponse.of(ErrorCode.TOOMANYREQUESTS.because("slowly").withRetryAfter(Duration.ofMillis(200)));
        assertEquals(429, busy.status());
        assertEquals(Optional.of("1"), busy.headers().first("Retry-After"));
        assertEquals(Optional.of("application/json"), busy.headers().first("Content-Type"));
        assertEquals(
                "slowly",
                ErrorDocument.parse(busy.body().readAll(1000), 429)
                        .orElseThrow()
                        .errors()
                        .get(0)
                        .message());
        RegistryResponse unsupported = RegistryResponse.of(ErrorCode.UNSUPPORTED.because("no"));
        assertEquals(Optional.of("GET, HEAD"), unsupported.headers().first("Allow"));
    }

    @Test
    void another_body_drops_what_described_the_first_and_closes_it() {
        RegistryResponse other = response().replaceBody(Body.empty());
        assertEquals(1, closed);
        assertEquals("[Content-Type: a/b]", other.headers().toString());
    }

    @Test
    void a_mapped_body_closes_through_and_has_no_length() throws IOException {
        RegistryResponse mapped = response().mapBody(in -> in);
        assertEquals("[Content-Type: a/b]", mapped.headers().toString());
        assertEquals(OptionalLong.empty(), mapped.body().length());
        assertEquals(0, closed);
        mapped.close();
        assertTrue(closed > 0);
    }

    @Test
    void an_observed_body_keeps_length_and_fields_and_closes_through() throws IOException {
        RegistryResponse observed = response().observeBody(source -> new BodySource() {
            @Override
            public @Nullable ByteBuffer read() throws IOException {
                return source.read();
            }

            @Override
            public void close() throws IOException {
                source.close();
            }
        });
        assertEquals(OptionalLong.of(3), observed.body().length());
        assertTrue(observed.headers().contains("Docker-Content-Digest"));
        assertEquals(3, observed.body().readAll(3).length);
        observed.close();
        assertTrue(closed > 0);
    }

    @Test
    void a_function_that_throws_closes_the_response() {
        RuntimeException failure = new IllegalStateException("no");
        assertThrows(
                IllegalStateException.class,
                () -> response().mapHeaders(h -> {
                    throw failure;
                }));
        assertEquals(1, closed);
        assertThrows(
                IllegalStateException.class,
                () -> response().mapBody(in -> {
                    throw failure;
                }));
        assertTrue(closed >= 2);
        assertThrows(
                IllegalStateException.class,
                () -> response().observeBody(source -> {
                    throw failure;
                }));
        assertTrue(closed >= 3);
    }

    @Test
    void a_body_that_cannot_be_opened_is_an_unchecked_failure(@TempDir Path directory) throws IOException {
        Path file = Files.write(directory.resolve("blob"), new byte[1]);
        RegistryResponse response = RegistryResponse.of(200, Headers.EMPTY, Body.of(file));
        Files.delete(file);
        assertThrows(UncheckedIOException.class, () -> response.mapBody(in -> in));
    }

    @Test
    void closing_gives_up_silently_what_cannot_be_closed() {
        BodySource broken = new BodySource() {
            @Override
            public @Nullable ByteBuffer read() {
                return null;
            }

            @Override
            public void close() throws IOException {
                throw new IOException("gone");
            }
        };
        RegistryResponse.of(200, Headers.EMPTY, Body.of(broken, OptionalLong.empty()))
                .close();
    }

    @Test
    void kinds_of_status_are_told_apart() {
        assertTrue(RegistryResponse.of(206).isSuccess());
        assertFalse(RegistryResponse.of(304).isSuccess());
        assertFalse(RegistryResponse.of(304).isRedirect());
        assertTrue(RegistryResponse.of(307).isRedirect());
    }

    @Test
    void a_request_shows_neither_query_nor_headers() {
        RegistryRequest request = RegistryRequest.of(
                "GET",
                Target.parse("GET", "/v2/a/blobs/uploads/s?_state=secret"),
                Headers.of("Authorization", "secret"),
                Body.empty(),
                new Client("192.0.2.1", URI.create("http://proxy.test")));
        assertEquals("GET /v2/a/blobs/uploads/s", request.toString());
        Attribute<String> user = Attribute.named("user");
        assertEquals(Optional.of("x"), request.with(user, "x").get(user));
        assertEquals(Optional.empty(), request.get(user));
        assertEquals(Optional.empty(), request.with(user, "x").get(Attribute.<String>named("user")));
        assertEquals(new Operation.Ping(), request.with(new Operation.Ping()).operation());
        assertTrue(request.withMethod("HEAD").isHead());
        assertFalse(request.withHeaders(h -> h.and("Content-Length", "3"))
                .withBody(Body.empty())
                .headers()
                .contains("Content-Length"));
    }

    @Test
    void a_client_s_base_has_no_path_s_slash_at_its_end() {
        assertThrows(IllegalArgumentException.class, () -> new Client("x", URI.create("http://a.test/")));
        assertThrows(IllegalArgumentException.class, () -> new Client("x", URI.create("/v2")));
    }

    @Test
    void the_size_of_what_has_no_such_range_outlives_the_body() {
        Headers size = Headers.of("Content-Range", "bytes */10");
        RegistryResponse refused = RegistryResponse.of(416, size, Body.of(new byte[5]));
        assertEquals(
                "bytes */10",
                refused.replaceBody(Body.empty())
                        .headers()
                        .first("Content-Range")
                        .orElse(""));
        RegistryResponse part =
                RegistryResponse.of(206, Headers.of("Content-Range", "bytes 0-4/10"), Body.of(new byte[5]));
        assertFalse(part.replaceBody(Body.empty()).headers().contains("Content-Range"));
    }
}
