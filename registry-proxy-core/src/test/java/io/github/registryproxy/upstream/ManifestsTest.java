package io.github.registryproxy.upstream;

import static io.github.registryproxy.upstream.Scripted.request;
import static io.github.registryproxy.upstream.Scripted.sha256;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.document.Manifest;
import io.github.registryproxy.document.ManifestRefusedException;
import io.github.registryproxy.document.ManifestVariants;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.MediaType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestsTest {
    private static final String TYPE = MediaType.OCI_MANIFEST.value();

    private final byte[] manifest = text("{\"schemaVersion\":2,\"mediaType\":\"" + TYPE + "\",\"layers\":[]} \r\n");
    private final Digest digest = sha256(manifest);
    private final Scripted upstream = new Scripted();

    @AfterEach
    void every_answer_was_asked_for_and_every_response_closed() {
        assertEquals(0, upstream.unanswered());
        assertEquals(0, upstream.open());
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Headers described(Digest digest) {
        return Headers.of(HeaderNames.CONTENT_TYPE, TYPE, HeaderNames.DOCKER_CONTENT_DIGEST, digest.toString());
    }

    private RegistryResponse get(Object reference) throws IOException {
        return upstream.upstream().build().handle(request("GET", "/v2/app/manifests/" + reference));
    }

    private RegistryResponse head(Object reference) throws IOException {
        return upstream.upstream().build().handle(request("HEAD", "/v2/app/manifests/" + reference));
    }

    @Test
    void a_manifest_keeps_every_byte() throws IOException {
        upstream.then(200, described(digest), manifest);
        try (RegistryResponse response = get("1.0")) {
            assertArrayEquals(manifest, response.body().readAll(1_000));
            assertEquals(
                    digest.toString(),
                    response.headers().first(HeaderNames.DOCKER_CONTENT_DIGEST).orElse(""));
        }
    }

    @Test
    void a_missing_digest_is_computed() throws IOException {
        upstream.then(200, Headers.of(HeaderNames.CONTENT_TYPE, TYPE), manifest);
        try (RegistryResponse response = get("1.0")) {
            assertEquals(
                    digest.toString(),
                    response.headers().first(HeaderNames.DOCKER_CONTENT_DIGEST).orElse(""));
        }
    }

    @Test
    void a_sha512_digest_is_verified_as_such() throws IOException {
        Digest sha512 = Digest.of(Digest.Algorithm.SHA512, manifest);
        upstream.then(200, described(sha512), manifest).then(200, described(sha512), manifest);
        try (RegistryResponse response = get(sha512)) {
            assertEquals(200, response.status());
        }
        byte[] other = manifest.clone();
        other[0] = ' ';
        assertThrows(
                IOException.class,
                () -> get(Digest.of(Digest.Algorithm.SHA512, other)).close());
    }

    @Test
    void wrong_bytes_under_a_digest_are_refused() {
        upstream.then(200, described(digest), text("{\"layers\":[]}"));
        assertThrows(IOException.class, () -> get(digest).close());
    }

    @Test
    void by_tag_the_registry_must_agree_with_itself() {
        upstream.then(200, described(sha256(text("other"))), manifest);
        assertThrows(IOException.class, () -> get("1.0").close());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"layers\":[], \"manifests\":[]}", "[]", "not json", "{\"layers\":[]}}", "{\"errors\":[]}"})
    void what_is_no_single_manifest_is_refused(String document) {
        upstream.then(200, Headers.of(HeaderNames.CONTENT_TYPE, TYPE), text(document));
        assertThrows(IOException.class, () -> get("1.0").close());
    }

    @Test
    void a_login_page_is_no_manifest() {
        Headers html = Headers.of(HeaderNames.CONTENT_TYPE, "text/html; charset=utf-8");
        upstream.then(200, html, text("<html>"));
        assertThrows(IOException.class, () -> get("1.0").close());
    }

    @Test
    void the_type_follows_the_document_and_has_no_parameters() throws IOException {
        upstream.then(
                200, Headers.of(HeaderNames.CONTENT_TYPE, MediaType.OCI_INDEX.value() + "; charset=utf-8"), manifest);
        try (RegistryResponse response = get("1.0")) {
            assertEquals(
                    TYPE, response.headers().first(HeaderNames.CONTENT_TYPE).orElse(""));
        }
    }

    @Test
    void an_unknown_type_passes_unparsed() throws IOException {
        byte[] content = text("anything");
        upstream.then(200, Headers.of(HeaderNames.CONTENT_TYPE, "application/vnd.example.thing"), content);
        try (RegistryResponse response = get("1.0")) {
            assertArrayEquals(content, response.body().readAll(100));
        }
    }

    @Test
    void manifest_with_a_text_longer_than_is_read_passes_as_it_is() throws IOException {
        byte[] content = text("{\"schemaVersion\":2,\"config\":null,\"layers\":[],\"annotations\":{\"a\":\""
                + "x".repeat(3 * 1024 * 1024) + "\"}}");
        upstream.then(200, described(sha256(content)), content);
        try (RegistryResponse response = get("1.0")) {
            assertEquals(Optional.of(TYPE), response.headers().first(HeaderNames.CONTENT_TYPE));
            assertArrayEquals(content, response.body().readAll(4 * 1024 * 1024));
        }
    }

    @Test
    void a_manifest_of_exactly_the_cap_passes_and_one_byte_more_does_not() throws IOException {
        byte[] content = new byte[1_000];
        Arrays.fill(content, (byte) ' ');
        System.arraycopy(manifest, 0, content, 0, manifest.length);
        upstream.then(200, described(sha256(content)), content)
                .then(request ->
                        RegistryResponse.of(200, described(sha256(content)), Scripted.ofUnknownLength(content)));
        try (RegistryResponse response =
                upstream.upstream().largestManifest(1_000).build().handle(request("GET", "/v2/app/manifests/1.0"))) {
            assertEquals(200, response.status());
        }
        HttpUpstream smaller = upstream.upstream().largestManifest(999).build();
        assertThrows(
                IOException.class,
                () -> smaller.handle(request("GET", "/v2/app/manifests/1.0")).close());
    }

    @Test
    void a_manifest_that_broke_off_is_asked_for_again() throws IOException {
        upstream.then(request -> RegistryResponse.of(200, described(digest), Scripted.broken(manifest, 10)))
                .then(200, described(digest), manifest);
        try (RegistryResponse response = get("1.0")) {
            assertArrayEquals(manifest, response.body().readAll(1_000));
        }
    }

    @Test
    void head_passes_when_it_tells_all() throws IOException {
        upstream.then(
                200, described(digest).and(HeaderNames.CONTENT_LENGTH, Integer.toString(manifest.length)), new byte[0]);
        try (RegistryResponse response = head("1.0")) {
            assertEquals(manifest.length, response.headers().contentLength().orElse(-1));
        }
    }

    @Test
    void head_without_a_digest_falls_back_to_get() throws IOException {
        upstream.then(200, Headers.of(HeaderNames.CONTENT_TYPE, TYPE, HeaderNames.CONTENT_LENGTH, "5"), new byte[0])
                .then(200, Headers.of(HeaderNames.CONTENT_TYPE, TYPE), manifest);
        try (RegistryResponse response = head("1.0")) {
            assertEquals(manifest.length, response.headers().contentLength().orElse(-1));
            assertEquals(
                    digest.toString(),
                    response.headers().first(HeaderNames.DOCKER_CONTENT_DIGEST).orElse(""));
            assertEquals(Body.empty().length(), response.body().length());
        }
    }

    @Test
    void a_wrong_digest_in_head_gives_way_to_the_one_asked_for() throws IOException {
        upstream.then(200, described(sha256(text("other"))).and(HeaderNames.CONTENT_LENGTH, "5"), new byte[0]);
        try (RegistryResponse response = head(digest)) {
            assertEquals(
                    digest.toString(),
                    response.headers().first(HeaderNames.DOCKER_CONTENT_DIGEST).orElse(""));
        }
    }

    @Test
    void a_head_that_contradicts_the_last_get_is_decided_by_another_get() throws IOException {
        Headers lie = described(sha256(text("other"))).and(HeaderNames.CONTENT_LENGTH, "5");
        upstream.then(200, Headers.of(HeaderNames.CONTENT_TYPE, TYPE), manifest)
                .then(200, lie, new byte[0])
                .then(200, Headers.of(HeaderNames.CONTENT_TYPE, TYPE), manifest);
        HttpUpstream one = upstream.upstream().build();
        one.handle(request("GET", "/v2/app/manifests/1.0")).close();
        try (RegistryResponse response = one.handle(request("HEAD", "/v2/app/manifests/1.0"))) {
            assertEquals(
                    digest.toString(),
                    response.headers().first(HeaderNames.DOCKER_CONTENT_DIGEST).orElse(""));
            assertEquals(manifest.length, response.headers().contentLength().orElse(-1));
        }
    }

    @Test
    void a_registry_that_does_not_answer_is_tried_no_more_often_for_a_manifest() {
        for (int tries = 0; tries < Retries.MOST_TRIES; tries++) {
            upstream.thenFail("reset");
        }
        assertThrows(IOException.class, () -> get("1.0").close());
    }

    private String typeOf(String said, String document) throws IOException {
        byte[] content = text(document);
        upstream.then(200, Headers.of(HeaderNames.CONTENT_TYPE, said), content);
        try (RegistryResponse response = get("1.0")) {
            assertArrayEquals(content, response.body().readAll(content.length));
            assertEquals(
                    sha256(content).toString(),
                    response.headers().first(HeaderNames.DOCKER_CONTENT_DIGEST).orElse(""));
            return response.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
        }
    }

    @Test
    void manifest_with_two_readings_passes_unchanged_under_the_upstream_s_type_or_not_at_all() throws IOException {
        int passed = 0;
        for (String document : ManifestVariants.all().values()) {
            boolean isBoth = Manifest.find(text(document)).isEmpty() && isAmbiguous(document);
            if (isBoth) {
                upstream.then(200, Headers.of(HeaderNames.CONTENT_TYPE, TYPE), text(document));
                assertThrows(IOException.class, () -> get("1.0").close(), document);
            } else {
                assertEquals(TYPE, typeOf(TYPE, document), document);
                passed++;
            }
        }
        assertTrue(passed > 1000, "passed " + passed);
    }

    private static boolean isAmbiguous(String document) {
        try {
            Manifest.read(text(document));
            return false;
        } catch (ManifestRefusedException e) {
            return e.reason() == ManifestRefusedException.Reason.AMBIGUOUS;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"layers\":[],\"Manifests\":[]}", "{\"Config\":{},\"MANIFESTS\":[]}"})
    void image_that_is_an_index_to_readers_blind_to_case_is_refused(String document) {
        upstream.then(200, Headers.of(HeaderNames.CONTENT_TYPE, TYPE), text(document));
        assertThrows(IOException.class, () -> get("1.0").close());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // upstream's type | document | type that clients get
                "text/html|{'mediaType':'text/html','manifests':[]}|application/octet-stream",
                "application/vnd.oci.image.index.v1+json|{'mediaType':'text/html','manifests':[]}|application/octet-stream",
                "text/html|{'layers':[],'layers':[]}|application/octet-stream",
                "image/svg+xml|<svg/>|application/octet-stream",
                "application/vnd.example.thing|anything|application/octet-stream",
                "application/vnd.example.thing|{'a':1}|application/octet-stream",
                "application/vnd.example.thing+json|{'a':1}|application/vnd.example.thing+json",
                "text/plain|{'manifests':[]}|application/vnd.oci.image.index.v1+json",
                "text/plain|{'fsLayers':[]}|application/json",
                "application/vnd.docker.distribution.manifest.v1+prettyjws|{'fsLayers':[]}|application/vnd.docker.distribution.manifest.v1+prettyjws",
                "application/vnd.oci.image.index.v1+json|{'layers':[]}|application/vnd.oci.image.manifest.v1+json",
                "application/json|{'layers':[]}|application/json",
                "application/vnd.oci.image.index.v1+json|{'layers':[],'Layers':[]}|application/vnd.oci.image.index.v1+json",
            })
    void type_is_one_that_no_browser_shows_as_a_page(String said, String document, String given) throws IOException {
        assertEquals(given, typeOf(said, document.replace('\'', '"')));
    }

    @Test
    void type_in_head_is_one_that_no_browser_shows_as_a_page() throws IOException {
        upstream.then(
                200,
                described(digest)
                        .with(HeaderNames.CONTENT_TYPE, "image/svg+xml")
                        .and(HeaderNames.CONTENT_LENGTH, "5"),
                new byte[0]);
        try (RegistryResponse response = head(digest)) {
            assertEquals(
                    "application/octet-stream",
                    response.headers().first(HeaderNames.CONTENT_TYPE).orElse(""));
        }
    }
}
