package io.github.registryproxy.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.BodySource;
import io.github.registryproxy.Client;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Target;
import io.github.registryproxy.store.DamagedContentException;
import io.github.registryproxy.store.DirectoryStore;
import io.github.registryproxy.store.StoredContent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class HealingTest {
    private static final int SIZE = 400_000;
    private static final Client CLIENT = new Client("192.0.2.7", URI.create("https://r.example.com"));

    @TempDir
    Path directory;

    private final byte[] blob = new byte[SIZE];
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private RegistryHandler upstream = request -> whole(blob());
    private Digest digest = Digest.of(Digest.Algorithm.SHA256, blob);
    private DirectoryStore store;
    private CacheBlobs cache;
    private RegistryProxy proxy;

    @BeforeEach
    void fill() throws IOException {
        new Random(1).nextBytes(blob);
        digest = Digest.of(Digest.Algorithm.SHA256, blob);
        store = DirectoryStore.open(directory, DirectoryStore.LEAST_CAPACITY);
        cache = CacheBlobs.builder(store, "up").access(CacheAccess.PUBLIC).build();
        proxy = RegistryProxy.builder().use(cache).upstream(this::answer).build();
        assertArrayEquals(blob, all(get("")));
        asked.clear();
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        store.close();
    }

    private RegistryResponse answer(RegistryRequest request) throws IOException {
        asked.add(request.method() + request.headers().first(HeaderNames.RANGE).orElse(""));
        return upstream.handle(request);
    }

    private Body blob() {
        return Body.of(blob);
    }

    private static RegistryResponse whole(Body body) {
        return RegistryResponse.of(200, Headers.EMPTY, body);
    }

    private RegistryResponse get(String range) throws IOException {
        String target = "/v2/app/blobs/" + digest;
        Headers headers = range.isEmpty() ? Headers.EMPTY : Headers.of(HeaderNames.RANGE, range);
        return proxy.handle(RegistryRequest.of("GET", Target.parse("GET", target), headers, Body.empty(), CLIENT));
    }

    private static byte[] all(RegistryResponse response) throws IOException {
        try (response) {
            return response.body().readAll(2 * SIZE);
        }
    }

    /** What a client got before the body ended, or broke off. */
    private static byte[] got(RegistryResponse response, boolean complete) throws IOException {
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        try (response) {
            BodySource source = response.body().source();
            for (ByteBuffer bytes = source.read(); bytes != null; bytes = source.read()) {
                byte[] chunk = new byte[bytes.remaining()];
                bytes.get(chunk);
                got.writeBytes(chunk);
            }
            assertTrue(complete, "complete");
        } catch (IOException e) {
            assertTrue(!complete, e.toString());
        }
        return got.toByteArray();
    }

    private Path file() {
        return directory
                .resolve("sha256")
                .resolve(digest.encoded().substring(0, 2))
                .resolve(digest.encoded());
    }

    private void flip(int at) throws IOException {
        byte[] bad = blob.clone();
        bad[at] ^= 1;
        Files.write(file(), bad);
    }

    private void assertHealed() throws IOException {
        assertArrayEquals(blob, Files.readAllBytes(file()));
        assertEquals(1, store.damaged());
        asked.clear();
        assertArrayEquals(blob, all(get("")));
        assertEquals(List.of(), asked);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 65_535, 65_536, 200_000, SIZE - 1})
    void damaged_block_is_pulled_again_unseen_by_the_client(int at) throws IOException {
        flip(at);
        assertArrayEquals(blob, all(get("")));
        assertEquals(List.of("GET"), asked);
        assertHealed();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 200_000, SIZE - 1})
    void body_that_is_written_to_a_sink_goes_on_at_the_same_byte(int at) throws IOException {
        flip(at);
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        try (RegistryResponse response = get("")) {
            assertEquals(OptionalLong.of(SIZE), response.body().length());
            response.body().writeTo(bytes -> {
                byte[] chunk = new byte[bytes.remaining()];
                bytes.get(chunk);
                got.writeBytes(chunk);
            });
        }
        assertArrayEquals(blob, got.toByteArray());
        assertHealed();
    }

    @ParameterizedTest
    @CsvSource({"0,99", "130000,139999", "200000,399999", "199900,200100", "399999,399999", "0,399999"})
    void part_with_a_damaged_block_is_whole(int first, int last) throws IOException {
        flip((first + last) / 2);
        RegistryResponse response = get("bytes=" + first + "-" + last);
        assertEquals(206, response.status());
        assertArrayEquals(Arrays.copyOfRange(blob, first, last + 1), all(response));
        assertHealed();
    }

    @Test
    void truncated_extended_and_emptied_files_are_fetched_anew() throws IOException {
        for (int size : new int[] {0, 1, 65_536, SIZE - 1, SIZE + 1}) {
            Files.write(file(), Arrays.copyOf(blob, size));
            RegistryResponse head = proxy.handle(RegistryRequest.of(
                    "HEAD", Target.parse("HEAD", "/v2/app/blobs/" + digest), Headers.EMPTY, Body.empty(), CLIENT));
            assertTrue(head.headers().contentLength().orElse(SIZE) == SIZE);
            assertArrayEquals(blob, all(get("")));
            assertArrayEquals(blob, Files.readAllBytes(file()));
        }
    }

    @Test
    void readers_of_a_fetch_that_has_ended_go_on_from_the_upstream() throws IOException {
        new Random(2).nextBytes(blob);
        digest = Digest.of(Digest.Algorithm.SHA256, blob);
        ByteArrayOutputStream slow = new ByteArrayOutputStream();
        try (RegistryResponse response = get("")) {
            BodySource source = response.body().source();
            copy(source.read(), slow);
            while (store.size(digest).isEmpty()) {
                Thread.onSpinWait();
            }
            byte[] bad = blob.clone();
            bad[0] ^= 1;
            bad[200_000] ^= 1;
            Files.write(file(), bad);

            assertArrayEquals(blob, all(get("")));
            for (ByteBuffer bytes = source.read(); bytes != null; bytes = source.read()) {
                copy(bytes, slow);
            }
        }
        assertArrayEquals(blob, slow.toByteArray());
    }

    private static void copy(@Nullable ByteBuffer bytes, ByteArrayOutputStream into) {
        if (bytes != null) {
            byte[] chunk = new byte[bytes.remaining()];
            bytes.get(chunk);
            into.writeBytes(chunk);
        }
    }

    @Test
    void body_breaks_off_where_the_upstream_is_away() throws IOException {
        flip(200_000);
        upstream = request -> {
            throw new ConnectException("connection refused");
        };
        assertArrayEquals(Arrays.copyOf(blob, 196_608), got(get(""), false));
        assertEquals(0, store.entries());
    }

    @Test
    void body_breaks_off_where_the_upstream_refuses() throws IOException {
        flip(200_000);
        upstream = request -> RegistryResponse.of(ErrorCode.BLOB_UNKNOWN.because("gone"));
        assertArrayEquals(Arrays.copyOf(blob, 196_608), got(get(""), false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bytes=0-200099", "bytes=150000-250000"})
    void wrong_bytes_of_the_upstream_complete_no_body(String range) throws IOException {
        flip(200_000);
        byte[] wrong = blob.clone();
        wrong[200_050] ^= 1;
        upstream = request -> whole(Body.of(wrong));
        got(get(range), false);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, SIZE - 1, SIZE + 1})
    void upstream_with_another_length_completes_no_body(int size) throws IOException {
        flip(200_000);
        upstream = request -> whole(Body.of(Arrays.copyOf(blob, size)));
        got(get(""), false);
    }

    @ParameterizedTest
    @CsvSource({"399999,true", "399999,false", "400001,true", "400001,false"})
    void answer_of_another_length_completes_no_body(int size, boolean told) throws IOException {
        flip(200_000);
        byte[] other = Arrays.copyOf(blob, size);
        HealingSource.Again again =
                pull -> whole(told ? Body.of(other) : Body.of(new ByteArrayInputStream(other), OptionalLong.empty()));
        RegistryRequest request = RegistryRequest.of(
                "GET", Target.parse("GET", "/v2/app/blobs/" + digest), Headers.EMPTY, Body.empty(), CLIENT);
        try (StoredContent damaged = store.open(digest).orElseThrow()) {
            Body body = HealingSource.body(damaged, 0, SIZE, request, again);
            BodySource source = body.source();
            long got = 0;
            IOException broken = null;
            try {
                for (ByteBuffer bytes = source.read(); bytes != null; bytes = source.read()) {
                    got += bytes.remaining();
                }
            } catch (IOException e) {
                broken = e;
            }
            assertEquals(told, broken instanceof DamagedContentException);
            assertTrue(got < SIZE);
            source.close();
        }
    }

    @Test
    void disk_that_damages_what_was_just_kept_is_given_up_after_three_pulls() throws IOException {
        flip(200_000);
        StoredContent damaged = store.open(digest).orElseThrow();
        List<RegistryRequest> pulls = new CopyOnWriteArrayList<>();
        RegistryRequest request = RegistryRequest.of(
                "GET", Target.parse("GET", "/v2/app/blobs/" + digest), Headers.EMPTY, Body.empty(), CLIENT);
        HealingSource.Again[] again = {null};
        again[0] = pull -> {
            pulls.add(pull);
            return whole(HealingSource.body(damaged, 0, SIZE, pull, again[0]));
        };
        try (damaged) {
            Body body = HealingSource.body(damaged, 0, SIZE, request, again[0]);
            assertThrows(DamagedContentException.class, () -> body.readAll(SIZE));
        }
        assertEquals(3, pulls.size());
    }

    @Test
    void content_of_an_abandoned_pull_is_let_go() throws IOException {
        flip(200_000);
        try (RegistryResponse response = get("")) {
            BodySource source = response.body().source();
            for (int got = 0; got <= 196_608; ) {
                ByteBuffer bytes = source.read();
                got += bytes == null ? SIZE : bytes.remaining();
            }
            source.close();
            source.close();
            assertThrows(IOException.class, source::read);
        }
        assertArrayEquals(blob, all(get("")));
    }
}
