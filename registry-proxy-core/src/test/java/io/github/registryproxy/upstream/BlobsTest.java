package io.github.registryproxy.upstream;

import static io.github.registryproxy.upstream.Scripted.bytes;
import static io.github.registryproxy.upstream.Scripted.request;
import static io.github.registryproxy.upstream.Scripted.sha256;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.BodySource;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.Verification;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlobsTest {
    private static final int LARGEST = 64 * 1024 * 1024;

    private final byte[] small = bytes(20_000);
    private final byte[] large = bytes(300_000);
    private final Scripted upstream = new Scripted();

    @AfterEach
    void every_answer_was_asked_for_and_every_response_closed() {
        assertEquals(0, upstream.unanswered());
        assertEquals(0, upstream.open());
    }

    private static RegistryRequest pull(byte[] blob, String... headers) {
        return request("GET", "/v2/app/blobs/" + sha256(blob), headers);
    }

    private byte[] read(RegistryRequest request) throws IOException {
        try (RegistryResponse response =
                upstream.upstream().blobDelivery(BlobDelivery.STREAM).build().handle(request)) {
            return response.body().readAll(LARGEST);
        }
    }

    /** What a client got before its connection broke. */
    private byte[] readUntilBroken(RegistryRequest request) throws IOException {
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        try (RegistryResponse response = upstream.upstream().build().handle(request);
                BodySource source = response.body().source()) {
            assertThrows(IOException.class, () -> {
                for (ByteBuffer bytes = source.read(); bytes != null; bytes = source.read()) {
                    byte[] chunk = new byte[bytes.remaining()];
                    bytes.get(chunk);
                    got.write(chunk, 0, chunk.length);
                }
            });
        }
        return got.toByteArray();
    }

    private static Scripted.Answer part(byte[] blob, int from, int to) {
        return request -> RegistryResponse.of(
                206,
                Headers.of(HeaderNames.CONTENT_RANGE, "bytes " + from + "-" + (to - 1) + "/" + blob.length),
                Body.of(Arrays.copyOfRange(blob, from, to)));
    }

    private static Scripted.Answer broken(byte[] blob, int after) {
        return request -> RegistryResponse.of(200, Headers.EMPTY, Scripted.broken(blob, after));
    }

    @Test
    void a_large_blob_is_left_to_a_reader_that_verifies_and_a_small_one_is_not() throws IOException {
        byte[] wrong = large.clone();
        wrong[5]++;
        upstream.then(200, Headers.EMPTY, wrong);
        assertArrayEquals(wrong, read(pull(large).with(Verification.BY_READER, true)));
        byte[] wrongToo = small.clone();
        wrongToo[5]++;
        upstream.then(200, Headers.EMPTY, wrongToo);
        assertThrows(IOException.class, () -> read(pull(small).with(Verification.BY_READER, true)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 32 * 1024, 32 * 1024 + 1, 300_000})
    void a_blob_arrives_as_it_is(int size) throws IOException {
        byte[] blob = bytes(size);
        upstream.then(200, Headers.EMPTY, blob);
        assertArrayEquals(blob, read(pull(blob)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 32 * 1024, 32 * 1024 + 1, 300_000})
    void a_blob_without_a_length_arrives_as_it_is(int size) throws IOException {
        byte[] blob = bytes(size);
        upstream.then(request -> RegistryResponse.of(200, Headers.EMPTY, Scripted.ofUnknownLength(blob)));
        assertArrayEquals(blob, read(pull(blob)));
    }

    @Test
    void a_small_wrong_blob_is_refused_before_the_status_line() {
        upstream.then(200, Headers.EMPTY, bytes(20_001));
        assertThrows(IOException.class, () -> read(pull(small)));
    }

    @Test
    void an_empty_answer_for_a_blob_is_refused_before_the_status_line() {
        upstream.then(200, Headers.EMPTY, new byte[0]);
        assertThrows(IOException.class, () -> read(pull(small)));
    }

    @Test
    void a_large_wrong_blob_never_arrives_with_its_tail() throws IOException {
        byte[] wrong = large.clone();
        wrong[5]++;
        upstream.then(200, Headers.EMPTY, wrong);
        byte[] got = readUntilBroken(pull(large));
        assertEquals(large.length - VerifyingSource.TAIL, got.length);
    }

    @Test
    void a_large_wrong_blob_without_a_length_never_arrives_with_its_tail() throws IOException {
        byte[] wrong = large.clone();
        wrong[large.length - 1]++;
        upstream.then(request -> RegistryResponse.of(200, Headers.EMPTY, Scripted.ofUnknownLength(wrong)));
        assertTrue(readUntilBroken(pull(large)).length <= large.length - VerifyingSource.TAIL);
    }

    @Test
    void a_coded_blob_is_refused() {
        upstream.then(200, Headers.of(HeaderNames.CONTENT_ENCODING, "gzip"), large);
        assertThrows(IOException.class, () -> read(pull(large)));
    }

    @Test
    void an_endless_body_ends_soon_after_the_size_that_head_tells() throws IOException {
        byte[] endless = bytes(9 * 1024 * 1024);
        upstream.then(request -> RegistryResponse.of(200, Headers.EMPTY, Scripted.ofUnknownLength(endless)))
                .then(200, Headers.of(HeaderNames.CONTENT_LENGTH, "300000"), new byte[0]);
        assertTrue(readUntilBroken(pull(large)).length <= SizeLimit.ASK_AT + 64 * 1024);
        assertEquals("HEAD", upstream.requests.get(1).method());
    }

    @Test
    void a_broken_connection_is_resumed_by_range() throws IOException {
        upstream.then(broken(large, 100_000)).then(part(large, 100_000, large.length));
        assertArrayEquals(large, read(pull(large)));
        assertEquals(
                "bytes=100000-299999",
                upstream.requests.get(1).headers().first(HeaderNames.RANGE).orElse(""));
    }

    @Test
    void a_strong_validator_goes_with_the_resumption() throws IOException {
        upstream.then(request -> RegistryResponse.of(
                        200, Headers.of(HeaderNames.ETAG, "\"v1\""), Scripted.broken(large, 100_000)))
                .then(part(large, 100_000, large.length));
        assertArrayEquals(large, read(pull(large)));
        assertEquals(
                "\"v1\"",
                upstream.requests.get(1).headers().first(HeaderNames.IF_RANGE).orElse(""));
    }

    @Test
    void a_registry_without_ranges_is_read_past_what_is_there() throws IOException {
        upstream.then(broken(large, 100_000)).then(200, Headers.EMPTY, large);
        assertArrayEquals(large, read(pull(large)));
    }

    @Test
    void a_connection_that_dies_often_but_makes_progress_is_followed_to_the_end() throws IOException {
        upstream.then(broken(large, 40_000));
        for (int at = 40_000; at + 40_000 < large.length; at += 40_000) {
            int from = at;
            upstream.then(request -> RegistryResponse.of(
                    206,
                    Headers.of(HeaderNames.CONTENT_RANGE, "bytes " + from + "-299999/300000"),
                    Scripted.broken(Arrays.copyOfRange(large, from, large.length), 40_000)));
        }
        upstream.then(part(large, 280_000, large.length));
        assertArrayEquals(large, read(pull(large)));
    }

    @Test
    void without_progress_resuming_ends() throws IOException {
        upstream.then(broken(large, 100_000));
        for (int tries = 0; tries < 3 * Retries.MOST_TRIES; tries++) {
            upstream.thenFail("refused");
        }
        assertEquals(100_000, readUntilBroken(pull(large)).length);
    }

    @Test
    void a_continuation_at_another_offset_is_not_joined() throws IOException {
        upstream.then(broken(large, 100_000))
                .then(part(large, 99_993, large.length))
                .then(part(large, 100_000, large.length));
        assertArrayEquals(large, read(pull(large)));
    }

    @Test
    void a_continuation_of_another_size_is_not_joined() throws IOException {
        upstream.then(broken(large, 100_000))
                .then(request -> RegistryResponse.of(
                        206,
                        Headers.of(HeaderNames.CONTENT_RANGE, "bytes 100000-299999/300001"),
                        Body.of(Arrays.copyOfRange(large, 100_000, 300_000))))
                .then(part(large, 100_000, large.length));
        assertArrayEquals(large, read(pull(large)));
    }

    @Test
    void a_continuation_with_other_bytes_never_completes() throws IOException {
        byte[] other = bytes(300_000 - 1);
        upstream.then(broken(large, 100_000))
                .then(request -> RegistryResponse.of(
                        206,
                        Headers.of(HeaderNames.CONTENT_RANGE, "bytes 100000-299999/300000"),
                        Body.of(Arrays.copyOf(other, 200_000))));
        assertTrue(readUntilBroken(pull(large)).length <= large.length - VerifyingSource.TAIL);
    }

    @Test
    void a_range_is_passed_on_and_its_part_comes_back() throws IOException {
        upstream.then(part(large, 1_000, 2_000));
        try (RegistryResponse response =
                upstream.upstream().build().handle(pull(large, HeaderNames.RANGE, "bytes=1000-1999"))) {
            assertEquals(206, response.status());
            assertEquals(
                    "bytes 1000-1999/300000",
                    response.headers().first(HeaderNames.CONTENT_RANGE).orElse(""));
            assertArrayEquals(
                    Arrays.copyOfRange(large, 1_000, 2_000), response.body().readAll(LARGEST));
        }
    }

    @Test
    void a_broken_part_is_resumed_within_itself() throws IOException {
        byte[] part = Arrays.copyOfRange(large, 1_000, 200_000);
        upstream.then(request -> RegistryResponse.of(
                        206,
                        Headers.of(HeaderNames.CONTENT_RANGE, "bytes 1000-199999/300000"),
                        Scripted.broken(part, 70_000)))
                .then(200, Headers.EMPTY, large);
        assertArrayEquals(part, read(pull(large, HeaderNames.RANGE, "bytes=1000-199999")));
        assertEquals(
                "bytes=71000-199999",
                upstream.requests.get(1).headers().first(HeaderNames.RANGE).orElse(""));
    }

    @Test
    void a_part_that_nobody_asked_for_is_refused() {
        upstream.then(part(large, 0, 100));
        assertThrows(io.github.registryproxy.protocol.RegistryException.class, () -> read(pull(large)));
    }

    @Test
    void several_ranges_are_answered_with_the_whole() throws IOException {
        upstream.then(200, Headers.EMPTY, large);
        assertArrayEquals(large, read(pull(large, HeaderNames.RANGE, "bytes=0-1,5-6")));
        assertTrue(upstream.requests.get(0).headers().first(HeaderNames.RANGE).isEmpty());
    }

    @Test
    void head_tells_what_get_would() throws IOException {
        upstream.then(200, Headers.of(HeaderNames.CONTENT_LENGTH, "300000"), new byte[0]);
        try (RegistryResponse response =
                upstream.upstream().build().handle(request("HEAD", "/v2/app/blobs/" + sha256(large)))) {
            assertEquals(200, response.status());
            assertEquals(300_000, response.headers().contentLength().orElse(-1));
            assertEquals(
                    sha256(large).toString(),
                    response.headers().first(HeaderNames.DOCKER_CONTENT_DIGEST).orElse(""));
            assertEquals(
                    "application/octet-stream",
                    response.headers().first(HeaderNames.CONTENT_TYPE).orElse(""));
        }
    }

    @Test
    void a_registry_without_head_is_asked_by_get_and_not_read() throws IOException {
        upstream.then(405, Headers.EMPTY, new byte[0]).then(200, Headers.EMPTY, large);
        try (RegistryResponse response =
                upstream.upstream().build().handle(request("HEAD", "/v2/app/blobs/" + sha256(large)))) {
            assertEquals(200, response.status());
            assertEquals(300_000, response.headers().contentLength().orElse(-1));
        }
    }
}
