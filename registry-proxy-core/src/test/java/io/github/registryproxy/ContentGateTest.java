package io.github.registryproxy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.Operation.PullBlob;
import io.github.registryproxy.protocol.Operation.PullManifest;
import io.github.registryproxy.protocol.Reference;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Tag;
import io.github.registryproxy.protocol.Target;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ContentGateTest {
    private static final RepositoryName APP = new RepositoryName("team/app");
    private static final byte[] SMALL = "small content".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    private static final byte[] LARGE = noise(200_000);
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

    private final AtomicInteger closed = new AtomicInteger();

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    /** What is asked for by digest or by tag. */
    enum Door {
        BLOB,
        MANIFEST_BY_DIGEST,
        MANIFEST_BY_TAG;

        RegistryRequest request(String method, Headers headers, byte[] content) {
            Target target = switch (this) {
                case BLOB -> Target.of(new PullBlob(APP, sha256(content)));
                case MANIFEST_BY_DIGEST -> Target.of(new PullManifest(APP, sha256(content)));
                case MANIFEST_BY_TAG -> Target.of(new PullManifest(APP, (Reference) new Tag("1")));
            };
            return RegistryRequest.of(
                    method, target, headers, Body.empty(), new Client("192.0.2.1", URI.create("http://proxy.test")));
        }
    }

    private static Digest sha256(byte[] content) {
        return Digest.of(Digest.Algorithm.SHA256, content);
    }

    private RegistryResponse answer(int status, byte[] sent, byte[] wanted, boolean saysLength) {
        ByteArrayInputStream stream = new ByteArrayInputStream(sent) {
            @Override
            public void close() {
                closed.incrementAndGet();
            }
        };
        Headers headers = Headers.of(
                HeaderNames.CONTENT_TYPE,
                MANIFEST,
                HeaderNames.DOCKER_CONTENT_DIGEST,
                sha256(wanted).toString());
        OptionalLong length = saysLength ? OptionalLong.of(sent.length) : OptionalLong.empty();
        return RegistryResponse.of(status, headers, Body.of(stream, length));
    }

    private static RegistryResponse through(RegistryRequest request, RegistryResponse inside) throws IOException {
        return RegistryProxy.builder().upstream(ignored -> inside).build().handle(request);
    }

    private static byte[] read(RegistryResponse response) throws IOException {
        try (response) {
            return response.body().readAll(1 << 20);
        }
    }

    static Stream<Object[]> doorsAndSuccesses() {
        return Stream.of(Door.values())
                .flatMap(door -> IntStream.range(200, 300)
                        .boxed()
                        .flatMap(
                                status -> Stream.of("GET", "HEAD").map(method -> new Object[] {door, status, method})));
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("doorsAndSuccesses")
    void only_200_is_content_that_nobody_asked_a_part_of(Door door, int status, String method) throws IOException {
        RegistryRequest request = door.request(method, Headers.EMPTY, SMALL);
        RegistryResponse inside = answer(status, SMALL, SMALL, true);
        if (status == 200) {
            assertEquals(200, through(request, inside).status());
        } else {
            assertThrows(IOException.class, () -> through(request, inside));
            assertEquals(1, closed.get(), "the refused answer is closed");
        }
    }

    static Stream<Object[]> wrongContent() {
        byte[] flipped = LARGE.clone();
        flipped[100_000] ^= 1;
        byte[] flippedEnd = LARGE.clone();
        flippedEnd[LARGE.length - 1] ^= 1;
        byte[] shorter = java.util.Arrays.copyOf(LARGE, LARGE.length - 1);
        byte[] longer = java.util.Arrays.copyOf(LARGE, LARGE.length + 1);
        return Stream.of(Door.values())
                .flatMap(door -> Stream.of(flipped, flippedEnd, shorter, longer, SMALL, new byte[0])
                        .flatMap(sent -> Stream.of(true, false).map(length -> new Object[] {door, sent, length})));
    }

    @ParameterizedTest
    @MethodSource("wrongContent")
    void wrong_bytes_never_leave_complete(Door door, byte[] sent, boolean saysLength) throws IOException {
        RegistryRequest request = door.request("GET", Headers.EMPTY, LARGE);
        RegistryResponse inside = answer(200, sent, LARGE, saysLength);
        assertThrows(ContentMismatchException.class, () -> read(through(request, inside)));
        assertTrue(closed.get() >= 1);
    }

    @ParameterizedTest
    @EnumSource(Door.class)
    void right_bytes_leave_as_they_are(Door door) throws IOException {
        for (byte[] content : new byte[][] {SMALL, LARGE, new byte[0]}) {
            for (boolean saysLength : new boolean[] {true, false}) {
                RegistryResponse response =
                        through(door.request("GET", Headers.EMPTY, content), answer(200, content, content, saysLength));
                assertEquals(Optional.of(sha256(content)), response.body().digest());
                assertArrayEquals(content, read(response));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Door.class)
    void a_part_in_place_of_the_whole_is_no_answer(Door door) {
        RegistryResponse inside = answer(206, SMALL, LARGE, true)
                .mapHeaders(headers -> headers.with(HeaderNames.CONTENT_RANGE, "bytes 0-12/200000"));
        assertThrows(IOException.class, () -> through(door.request("GET", Headers.EMPTY, LARGE), inside));
    }

    @Test
    void a_range_that_has_the_whole_is_verified() throws IOException {
        Headers fromStart = Headers.of(HeaderNames.RANGE, "bytes=0-");
        byte[] wrong = LARGE.clone();
        wrong[5] ^= 1;
        for (byte[] sent : new byte[][] {LARGE, wrong}) {
            RegistryResponse inside = answer(206, sent, LARGE, true)
                    .mapHeaders(headers -> headers.with(HeaderNames.CONTENT_RANGE, "bytes 0-199999/200000"));
            RegistryResponse response = through(Door.BLOB.request("GET", fromStart, LARGE), inside);
            assertEquals(206, response.status());
            if (sent == LARGE) {
                assertArrayEquals(LARGE, read(response));
            } else {
                assertThrows(ContentMismatchException.class, () -> read(response));
            }
        }
    }

    @Test
    void a_part_that_was_asked_for_leaves_as_a_part() throws IOException {
        Headers part = Headers.of(HeaderNames.RANGE, "bytes=0-12");
        RegistryResponse inside = answer(206, SMALL, LARGE, true)
                .mapHeaders(headers -> headers.with(HeaderNames.CONTENT_RANGE, "bytes 0-12/200000"));
        assertArrayEquals(SMALL, read(through(Door.BLOB.request("GET", part, LARGE), inside)));
        RegistryResponse unranged = answer(206, SMALL, LARGE, true);
        assertThrows(IOException.class, () -> through(Door.BLOB.request("GET", part, LARGE), unranged));
    }

    @ParameterizedTest
    @EnumSource(Door.class)
    void the_digest_that_is_told_is_the_one_that_was_verified(Door door) throws IOException {
        RegistryResponse inside = answer(200, SMALL, SMALL, true)
                .mapHeaders(headers -> door == Door.MANIFEST_BY_TAG
                        ? headers
                        : headers.with(
                                HeaderNames.DOCKER_CONTENT_DIGEST, sha256(LARGE).toString()));
        RegistryResponse response = through(door.request("GET", Headers.EMPTY, SMALL), inside);
        assertEquals(
                Optional.of(sha256(SMALL).toString()), response.headers().first(HeaderNames.DOCKER_CONTENT_DIGEST));
    }

    @Test
    void a_malformed_digest_of_a_tag_is_no_answer() {
        RegistryResponse inside = answer(200, SMALL, SMALL, true)
                .mapHeaders(headers -> headers.with(HeaderNames.DOCKER_CONTENT_DIGEST, "sha256:short"));
        RegistryRequest request = Door.MANIFEST_BY_TAG.request("GET", Headers.EMPTY, SMALL);
        assertThrows(IOException.class, () -> through(request, inside));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/html",
                "text/html;charset=utf-8",
                "TEXT/HTML",
                "image/svg+xml",
                "application/xhtml+xml",
                "application/javascript",
                "text/json",
                "multipart/mixed",
                "x",
                ""
            })
    void a_manifest_of_another_type_leaves_as_octets(String type) throws IOException {
        for (Door door : new Door[] {Door.MANIFEST_BY_DIGEST, Door.MANIFEST_BY_TAG}) {
            for (String method : new String[] {"GET", "HEAD"}) {
                RegistryResponse response = through(
                        door.request(method, Headers.EMPTY, SMALL),
                        answer(200, SMALL, SMALL, true)
                                .mapHeaders(headers -> headers.with(HeaderNames.CONTENT_TYPE, type)));
                assertEquals(
                        Optional.of("application/octet-stream"),
                        response.headers().first(HeaderNames.CONTENT_TYPE));
                assertEquals(
                        Optional.of("sandbox; default-src 'none'"),
                        response.headers().first(HeaderNames.CONTENT_SECURITY_POLICY));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                MANIFEST,
                "application/json",
                "application/vnd.example.thing+json",
                "application/vnd.docker.distribution.manifest.v1+prettyjws"
            })
    void a_manifest_of_a_JSON_type_keeps_it_without_parameters(String type) throws IOException {
        RegistryResponse response = through(
                Door.MANIFEST_BY_TAG.request("GET", Headers.EMPTY, SMALL),
                answer(200, SMALL, SMALL, true)
                        .mapHeaders(headers -> headers.with(HeaderNames.CONTENT_TYPE, type + "; charset=utf-8")));
        assertEquals(Optional.of(type), response.headers().first(HeaderNames.CONTENT_TYPE));
    }

    @Test
    void of_several_types_none_leaves() throws IOException {
        RegistryResponse response = through(
                Door.MANIFEST_BY_DIGEST.request("GET", Headers.EMPTY, SMALL),
                answer(200, SMALL, SMALL, true)
                        .mapHeaders(headers -> headers.and(HeaderNames.CONTENT_TYPE, "text/html")));
        assertEquals(java.util.List.of(MANIFEST), response.headers().all(HeaderNames.CONTENT_TYPE));
    }

    @Test
    void a_blob_leaves_as_octets() throws IOException {
        RegistryResponse inside = answer(200, SMALL, SMALL, true)
                .mapHeaders(headers -> headers.with(HeaderNames.CONTENT_TYPE, "text/html"));
        RegistryResponse response = through(Door.BLOB.request("GET", Headers.EMPTY, SMALL), inside);
        assertEquals(Optional.of("application/octet-stream"), response.headers().first(HeaderNames.CONTENT_TYPE));
    }

    @Test
    void verified_content_is_not_hashed_again() throws IOException {
        Body verified = VerifiedContent.of(sha256(SMALL), SMALL);
        RegistryResponse response = through(
                Door.BLOB.request("GET", Headers.EMPTY, SMALL), RegistryResponse.of(200, Headers.EMPTY, verified));
        assertSame(verified, response.body());
    }

    @Test
    void content_verified_as_another_is_verified() {
        RegistryResponse inside =
                RegistryResponse.of(200, Headers.EMPTY, VerifiedContent.vouched(sha256(LARGE), Body.of(SMALL)));
        RegistryRequest request = Door.BLOB.request("GET", Headers.EMPTY, LARGE.clone());
        assertEquals(Optional.of(sha256(LARGE)), inside.body().digest());
        RegistryRequest other = Door.BLOB.request("GET", Headers.EMPTY, new byte[] {1});
        assertThrows(ContentMismatchException.class, () -> read(through(other, inside)));
        assertEquals(((PullBlob) request.operation()).digest(), sha256(LARGE));
    }

    @Test
    void a_middleware_that_changes_a_verified_body_is_found_out() throws IOException {
        RegistryProxy proxy = RegistryProxy.builder()
                .use((request, next) -> next.handle(request)
                        .mapBody(stream -> new ByteArrayInputStream(
                                "other content".getBytes(java.nio.charset.StandardCharsets.US_ASCII))))
                .upstream(request ->
                        RegistryResponse.of(200, Headers.EMPTY, VerifiedContent.vouched(sha256(SMALL), Body.of(SMALL))))
                .build();
        assertThrows(
                ContentMismatchException.class,
                () -> read(proxy.handle(Door.BLOB.request("GET", Headers.EMPTY, SMALL))));
    }

    @Test
    void errors_and_redirects_pass() throws IOException {
        for (int status : new int[] {302, 304, 307, 401, 403, 404, 416, 429, 500, 502, 503}) {
            RegistryResponse inside = RegistryResponse.of(status);
            assertSame(inside, through(Door.BLOB.request("GET", Headers.EMPTY, SMALL), inside));
            assertSame(inside, through(Door.MANIFEST_BY_TAG.request("GET", Headers.EMPTY, SMALL), inside));
        }
    }

    /** What an observer does to a body that it may only look at. */
    enum Cheat {
        OTHER_BYTES,
        FEWER_BYTES,
        LEFT_OUT,
        TWICE,
        EARLY_END,
        INVENTED_START;

        BodySource of(BodySource from) {
            return new BodySource() {
                private @Nullable ByteBuffer again;
                private int reads;

                @Override
                public @Nullable ByteBuffer read() throws IOException {
                    reads++;
                    ByteBuffer repeated = again;
                    if (repeated != null) {
                        again = null;
                        return repeated;
                    }
                    if (Cheat.this == EARLY_END && reads == 2) {
                        return null;
                    }
                    if (Cheat.this == INVENTED_START && reads == 1) {
                        return ByteBuffer.allocate(10);
                    }
                    ByteBuffer bytes = from.read();
                    if (bytes == null || reads != 1) {
                        return bytes;
                    }
                    return switch (Cheat.this) {
                        case OTHER_BYTES -> ByteBuffer.allocate(bytes.remaining());
                        case FEWER_BYTES -> bytes.limit(bytes.limit() - 1);
                        case LEFT_OUT -> from.read();
                        case TWICE -> {
                            again = bytes;
                            yield bytes;
                        }
                        default -> bytes;
                    };
                }

                @Override
                public void close() throws IOException {
                    from.close();
                }
            };
        }
    }

    private static RegistryResponse verifiedLarge() {
        return RegistryResponse.of(
                200,
                Headers.EMPTY,
                VerifiedContent.vouched(
                        sha256(LARGE), Body.of(new ByteArrayInputStream(LARGE), OptionalLong.of(LARGE.length))));
    }

    @ParameterizedTest
    @EnumSource(Cheat.class)
    void an_observer_that_changes_what_it_sees_breaks_the_body(Cheat cheat) {
        RegistryResponse observed = verifiedLarge().observeBody(cheat::of);
        assertThrows(IOException.class, () -> read(observed));
        RegistryResponse written = verifiedLarge().observeBody(cheat::of);
        assertThrows(IOException.class, () -> written.body().writeTo(bytes -> bytes.position(bytes.limit())));
    }

    @Test
    void an_observer_cannot_write_into_what_it_sees() throws IOException {
        RegistryResponse observed = verifiedLarge().observeBody(from -> new BodySource() {
            @Override
            public @Nullable ByteBuffer read() throws IOException {
                ByteBuffer bytes = from.read();
                assertTrue(bytes == null || bytes.isReadOnly());
                return bytes;
            }

            @Override
            public void close() {}
        });
        assertEquals(Optional.of(sha256(LARGE)), observed.body().digest());
        assertFalse(observed.body().repeatable());
        assertArrayEquals(LARGE, read(observed));
    }

    @Test
    void an_honest_observer_leaves_a_body_verified_and_whole() throws IOException {
        RegistryResponse observed = verifiedLarge().observeBody(from -> from);
        assertEquals(Optional.of(sha256(LARGE)), observed.body().digest());
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        observed.body().writeTo(bytes -> {
            while (bytes.hasRemaining()) {
                got.write(bytes.get());
            }
        });
        assertArrayEquals(LARGE, got.toByteArray());
        assertArrayEquals(LARGE, read(verifiedLarge().observeBody(from -> from)));
    }
}
