package io.github.registryproxy.upstream;

import static io.github.registryproxy.upstream.Scripted.bytes;
import static io.github.registryproxy.upstream.Scripted.request;
import static io.github.registryproxy.upstream.Scripted.sha256;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.BodySource;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.MediaType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an upstream may not make this proxy do: read, keep or pass on without end, or take one thing for another. */
class UpstreamLimitsTest {
    private static final int CHUNK = 8 * 1024;
    private static final int MIB = 1024 * 1024;

    private final byte[] blob = bytes(300_000);
    private final Scripted upstream = new Scripted();

    @AfterEach
    void every_answer_was_asked_for_and_every_response_closed() {
        assertEquals(0, upstream.unanswered());
        assertEquals(0, upstream.open());
    }

    private RegistryResponse get(String target, String... headers) throws IOException {
        return upstream.upstream().blobDelivery(BlobDelivery.STREAM).build().handle(request("GET", target, headers));
    }

    private Scripted.Answer part(int from, int to) {
        return request -> RegistryResponse.of(
                206,
                Headers.of(HeaderNames.CONTENT_RANGE, "bytes " + from + "-" + (to - 1) + "/" + blob.length),
                Body.of(Arrays.copyOfRange(blob, from, to)));
    }

    /** A body of unknown length that ends long after any cap; counts what is read of it. */
    static Body long16MiB(AtomicInteger read) {
        return Body.of(
                new BodySource() {
                    @Override
                    public ByteBuffer read() {
                        return read.addAndGet(CHUNK) > 16 * 1024 * 1024 ? null : ByteBuffer.allocate(CHUNK);
                    }

                    @Override
                    public void close() {
                        // nothing to let go
                    }
                },
                OptionalLong.empty());
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 429, 500, 503})
    void body_of_an_upstream_error_is_read_up_to_64_kibibytes(int status) throws IOException {
        AtomicInteger read = new AtomicInteger();
        int tries = status >= 500 ? Retries.MOST_TRIES : 1;
        for (int i = 0; i < tries; i++) {
            upstream.then(request -> RegistryResponse.of(status, Headers.EMPTY, long16MiB(read)));
        }
        get("/v2/app/manifests/1.0").close();
        assertTrue(read.get() <= tries * (64 * 1024 + 2 * CHUNK), read::toString);
    }

    @Test
    void link_over_4096_characters_is_dropped() throws IOException {
        byte[] tags = "{\"name\":\"app\",\"tags\":[]}".getBytes(StandardCharsets.UTF_8);
        String start = "</v2/app/tags/list?last=";
        String end = ">; rel=\"next\"";
        String longest = start + "a".repeat(4096 - start.length() - end.length()) + end;
        for (String link : List.of(longest, longest.replace("last=", "last=a"))) {
            upstream.then(200, Headers.of(HeaderNames.LINK, link), tags);
        }
        try (RegistryResponse kept = get("/v2/app/tags/list");
                RegistryResponse dropped = get("/v2/app/tags/list")) {
            assertEquals(List.of(longest), kept.headers().all(HeaderNames.LINK));
            assertEquals(List.of(), dropped.headers().all(HeaderNames.LINK));
        }
    }

    private Scripted.Answer kilobyte(int length) {
        return request -> RegistryResponse.of(
                206,
                Headers.of(HeaderNames.CONTENT_RANGE, "bytes 1000-1999/300000"),
                Body.of(Arrays.copyOfRange(blob, 1_000, 1_000 + length)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 999, 1000, 1001, 2000})
    void partial_content_has_the_length_of_its_range(int length) throws IOException {
        upstream.then(kilobyte(length));
        if (length < 1000) {
            upstream.then(part(1_000 + length, 2_000));
        }
        try (RegistryResponse response = get("/v2/app/blobs/" + sha256(blob), HeaderNames.RANGE, "bytes=1000-1999")) {
            assertEquals(OptionalLong.of(1000), response.body().length());
            assertArrayEquals(
                    Arrays.copyOfRange(blob, 1_000, 2_000), response.body().readAll(10_000));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 999, 1001})
    void partial_content_that_contradicts_its_range_is_refused_where_nothing_resumes_it(int length) throws IOException {
        RegistryResponse wrong = kilobyte(length).to(null);
        assertThrows(
                IOException.class,
                () -> new VerifyBlobs()
                        .handle(
                                request("GET", "/v2/app/blobs/" + sha256(blob), HeaderNames.RANGE, "bytes=1000-1999"),
                                asked -> wrong));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "br", "GZIP", "identity, gzip"})
    void manifest_with_a_content_coding_is_refused(String coding) {
        byte[] manifest = "{\"schemaVersion\":2,\"layers\":[]}".getBytes(StandardCharsets.UTF_8);
        Headers headers = Headers.of(
                HeaderNames.CONTENT_TYPE, MediaType.OCI_MANIFEST.value(), HeaderNames.CONTENT_ENCODING, coding);
        for (Object reference : List.of("1.0", sha256(manifest))) {
            upstream.then(200, headers, manifest);
            assertThrows(
                    IOException.class,
                    () -> get("/v2/app/manifests/" + reference).close());
        }
    }

    @Test
    void continuation_shorter_than_asked_for_is_continued() throws IOException {
        upstream.then(request -> RegistryResponse.of(200, Headers.EMPTY, Scripted.broken(blob, 100_000)))
                .then(part(100_000, 180_000))
                .then(part(180_000, 200_000))
                .then(part(200_000, 300_000));
        try (RegistryResponse response = get("/v2/app/blobs/" + sha256(blob))) {
            assertArrayEquals(blob, response.body().readAll(blob.length));
        }
        assertEquals(
                "bytes=180000-299999",
                upstream.requests.get(2).headers().first(HeaderNames.RANGE).orElse(""));
    }

    @Test
    void list_over_4_MiB_is_refused() throws IOException {
        String list = "{\"name\":\"app\",\"tags\":[\"1\"]}";
        String largest = list + " ".repeat(4 * MIB - list.length());
        for (String page : List.of(largest, largest + " ")) {
            upstream.then(200, Headers.EMPTY, page.getBytes(StandardCharsets.UTF_8));
        }
        get("/v2/app/tags/list").close();
        assertThrows(IOException.class, () -> get("/v2/app/tags/list").close());
    }

    @Test
    void manifest_over_4_MiB_is_refused_by_default() throws IOException {
        byte[] largest = new byte[4 * MIB];
        Arrays.fill(largest, (byte) ' ');
        byte[] manifest = "{\"schemaVersion\":2,\"layers\":[]}".getBytes(StandardCharsets.UTF_8);
        System.arraycopy(manifest, 0, largest, 0, manifest.length);
        byte[] larger = Arrays.copyOf(largest, largest.length + 1);
        larger[largest.length] = ' ';
        Headers type = Headers.of(HeaderNames.CONTENT_TYPE, MediaType.OCI_MANIFEST.value());
        upstream.then(200, type, largest).then(200, type, larger);
        get("/v2/app/manifests/1.0").close();
        assertThrows(IOException.class, () -> get("/v2/app/manifests/1.0").close());
    }

    @Test
    void manifest_that_breaks_off_is_asked_for_twice() {
        byte[] manifest = "{\"schemaVersion\":2,\"layers\":[]}".getBytes(StandardCharsets.UTF_8);
        Headers type = Headers.of(HeaderNames.CONTENT_TYPE, MediaType.OCI_MANIFEST.value());
        for (int i = 0; i < 2; i++) {
            upstream.then(request -> RegistryResponse.of(200, type, Scripted.broken(manifest, 5)));
        }
        assertThrows(IOException.class, () -> get("/v2/app/manifests/1.0").close());
    }

    @Test
    void header_over_8_KiB_passes_in_no_direction() throws IOException {
        String longest = "a".repeat(8 * 1024);
        for (String value : List.of(longest, longest + "a")) {
            upstream.then(200, Headers.of("OCI-Answer", value), "{}".getBytes(StandardCharsets.UTF_8));
            try (RegistryResponse response = get("/v2/", "OCI-Question", value)) {
                int expected = value.equals(longest) ? 1 : 0;
                int last = upstream.requests.size() - 1;
                assertEquals(
                        expected,
                        upstream.requests
                                .get(last)
                                .headers()
                                .all("OCI-Question")
                                .size());
                assertEquals(expected, response.headers().all("OCI-Answer").size());
            }
        }
    }

    @Test
    void condition_of_a_range_over_8_KiB_is_not_passed_on() throws IOException {
        String validator = "\"" + "a".repeat(8 * 1024 - 2) + "\"";
        for (String value : List.of(validator, "\"a" + validator.substring(1))) {
            upstream.then(part(0, 10));
            get("/v2/app/blobs/" + sha256(blob), HeaderNames.RANGE, "bytes=0-9", HeaderNames.IF_RANGE, value)
                    .close();
        }
        assertTrue(upstream.requests.get(0).headers().contains(HeaderNames.IF_RANGE));
        assertFalse(upstream.requests.get(1).headers().contains(HeaderNames.IF_RANGE));
    }
}
