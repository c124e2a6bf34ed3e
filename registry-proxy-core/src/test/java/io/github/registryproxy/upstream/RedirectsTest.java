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
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.auth.Credentials;
import io.github.registryproxy.auth.CredentialsProvider;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.transport.TransportRequest;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectsTest {
    private static final String CDN = "https://cdn.example/blob?signature=s";

    private final byte[] blob = bytes(100_000);
    private final Scripted upstream = new Scripted();

    @AfterEach
    void every_answer_was_asked_for_and_every_response_closed() {
        assertEquals(0, upstream.unanswered());
        assertEquals(0, upstream.open());
    }

    private RegistryRequest pull() {
        return request("GET", "/v2/app/blobs/" + sha256(blob), "Cookie", "c", "Accept", "*/*");
    }

    private static Scripted.Answer redirect(int status, String location) {
        return request -> RegistryResponse.of(status, Headers.of(HeaderNames.LOCATION, location), Body.empty());
    }

    private HttpUpstream streaming() {
        return upstream.upstream()
                .credentials(CredentialsProvider.of(Credentials.header("Bearer SECRET")))
                .blobDelivery(BlobDelivery.STREAM)
                .build();
    }

    private void assertBare(TransportRequest sent) {
        assertFalse(sent.headers().contains(HeaderNames.AUTHORIZATION));
        assertFalse(sent.headers().contains(HeaderNames.COOKIE));
    }

    @Test
    void what_a_middleware_reads_itself_is_followed_for_it() throws IOException {
        upstream.then(redirect(307, CDN)).then(200, Headers.EMPTY, blob);
        HttpUpstream redirecting =
                upstream.upstream().blobDelivery(BlobDelivery.REDIRECT).build();
        try (RegistryResponse response = redirecting.handle(pull().with(RegistryRequest.READ_HERE, true))) {
            assertArrayEquals(blob, response.body().readAll(200_000));
        }
        assertBare(upstream.requests.get(1));
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void another_origin_gets_no_credentials(int status) throws IOException {
        upstream.then(redirect(status, CDN)).then(200, Headers.EMPTY, blob);
        try (RegistryResponse response = streaming().handle(pull())) {
            assertArrayEquals(blob, response.body().readAll(200_000));
        }
        assertTrue(upstream.requests.get(0).headers().contains(HeaderNames.AUTHORIZATION));
        assertEquals(CDN, upstream.requests.get(1).uri().toString());
        assertBare(upstream.requests.get(1));
    }

    @Test
    void the_own_origin_gets_them_and_loses_them_behind_another() throws IOException {
        upstream.then(redirect(307, "/storage/1?x=%2F"))
                .then(redirect(307, CDN))
                .then(redirect(307, "https://upstream.example/again"))
                .then(200, Headers.EMPTY, blob);
        try (RegistryResponse response = streaming().handle(pull())) {
            assertArrayEquals(blob, response.body().readAll(200_000));
        }
        assertEquals(
                "https://upstream.example/storage/1?x=%2F",
                upstream.requests.get(1).uri().toString());
        assertTrue(upstream.requests.get(1).headers().contains(HeaderNames.AUTHORIZATION));
        assertBare(upstream.requests.get(2));
        assertBare(upstream.requests.get(3));
    }

    @Test
    void a_loop_ends() {
        for (int hop = 0; hop <= Redirects.MOST_HOPS; hop++) {
            upstream.then(redirect(307, CDN));
        }
        assertThrows(RegistryException.class, () -> streaming().handle(pull()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "http://cdn.example/blob",
                "file:///etc/passwd",
                "ftp://cdn.example/blob",
                "https://user:password@cdn.example/blob",
                "https://cdn.example:99999/blob",
                "https://169.254.169.254/latest/meta-data/",
                "https://[::1]/blob",
                "https://127.0.0.1/blob",
                "//10.0.0.1/blob"
            })
    void a_redirect_to_no_storage_is_refused(String location) {
        upstream.then(redirect(307, location)).then(redirect(307, location));
        assertThrows(RegistryException.class, () -> streaming().handle(pull()));
        HttpUpstream relaying = upstream.upstream().build();
        assertThrows(RegistryException.class, () -> relaying.handle(pull()));
        assertEquals(2, upstream.requests.size());
    }

    @Test
    void storage_that_refuses_is_asked_again_by_a_fresh_address() throws IOException {
        upstream.then(redirect(307, CDN))
                .then(403, Headers.EMPTY, new byte[0])
                .then(redirect(307, CDN + "2"))
                .then(200, Headers.EMPTY, blob);
        try (RegistryResponse response = streaming().handle(pull())) {
            assertArrayEquals(blob, response.body().readAll(200_000));
        }
    }

    @Test
    void a_client_that_follows_by_itself_gets_an_absolute_address() throws IOException {
        upstream.then(redirect(302, "/artifacts-downloads/1?x=y"));
        try (RegistryResponse response = upstream.upstream().build().handle(pull())) {
            assertEquals(302, response.status());
            assertEquals(
                    "https://upstream.example/artifacts-downloads/1?x=y",
                    response.headers().first(HeaderNames.LOCATION).orElse(""));
        }
    }

    @Test
    void head_is_never_redirected() throws IOException {
        upstream.then(redirect(307, CDN)).then(200, Headers.of(HeaderNames.CONTENT_LENGTH, "100000"), new byte[0]);
        try (RegistryResponse response =
                upstream.upstream().build().handle(request("HEAD", "/v2/app/blobs/" + sha256(blob)))) {
            assertEquals(200, response.status());
            assertEquals(100_000, response.headers().contentLength().orElse(-1));
        }
    }

    @Test
    void storage_that_knows_no_head_tells_the_size_with_its_first_byte() throws IOException {
        upstream.then(redirect(307, CDN))
                .then(403, Headers.EMPTY, new byte[0])
                .then(206, Headers.of(HeaderNames.CONTENT_RANGE, "bytes 0-0/100000"), new byte[1]);
        try (RegistryResponse response =
                upstream.upstream().build().handle(request("HEAD", "/v2/app/blobs/" + sha256(blob)))) {
            assertEquals(200, response.status());
            assertEquals(100_000, response.headers().contentLength().orElse(-1));
        }
    }

    @Test
    void a_manifest_is_never_handed_on_as_a_redirect() throws IOException {
        byte[] manifest = "{\"layers\":[]}".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        upstream.then(redirect(307, CDN)).then(200, Headers.EMPTY, manifest);
        try (RegistryResponse response = upstream.upstream().build().handle(request("GET", "/v2/app/manifests/1.0"))) {
            assertArrayEquals(manifest, response.body().readAll(100));
        }
    }
}
