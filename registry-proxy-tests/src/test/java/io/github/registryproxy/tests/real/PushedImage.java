package io.github.registryproxy.tests.real;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.MediaType;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** An image of one layer that follows from a number, pushed and pulled by plain requests, in the ways that clients have. */
final class PushedImage {
    private static final byte[] CONFIG =
            "{\"architecture\":\"amd64\",\"os\":\"linux\"}".getBytes(StandardCharsets.UTF_8);

    private final String repository;
    private final String tag;
    private final long seed;
    private final byte[] layer;

    PushedImage(String repository, String tag, long seed, int layerBytes) {
        this.repository = repository;
        this.tag = tag;
        this.seed = seed;
        this.layer = new byte[layerBytes];
        new Random(seed).nextBytes(layer);
    }

    /** Something is refused that should not be. */
    static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1;
        private final int status;

        RefusedException(String what, HttpResponse<byte[]> response) {
            super(what + ": " + response.statusCode() + " " + new String(response.body(), StandardCharsets.UTF_8));
            this.status = response.statusCode();
        }

        int status() {
            return status;
        }
    }

    private static Digest digest(byte[] content) {
        return Digest.of(Digest.Algorithm.SHA256, content);
    }

    byte[] manifest() {
        return ("{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d},"
                        + "\"layers\":[{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}],\"annotations\":{\"tag\":\"%s\"}}")
                .formatted(
                        MediaType.OCI_MANIFEST,
                        MediaType.OCI_CONFIG,
                        digest(CONFIG),
                        CONFIG.length,
                        MediaType.OCI_LAYER_GZIP,
                        digest(layer),
                        layer.length,
                        tag)
                .getBytes(StandardCharsets.UTF_8);
    }

    private String of(String url) {
        return url + "/v2/" + repository;
    }

    /** Pushes what is not there; on return the registry has acknowledged the tag. */
    void push(String url) throws IOException {
        for (byte[] blob : new byte[][] {CONFIG, layer}) {
            HttpRequest.Builder head = Http.to(of(url) + "/blobs/" + digest(blob));
            if (Http.send(head.method("HEAD", BodyPublishers.noBody())).statusCode() != 200) {
                switch ((int) Math.floorMod(seed, 3L)) {
                    case 0 -> atOnce(url, blob);
                    case 1 -> byTwo(url, blob);
                    default -> inChunks(url, blob);
                }
            }
        }
        HttpRequest.Builder put = Http.to(of(url) + "/manifests/" + tag)
                .header("Content-Type", MediaType.OCI_MANIFEST.value())
                .PUT(BodyPublishers.ofByteArray(manifest()));
        expect(201, "the manifest", Http.send(put));
    }

    private static HttpResponse<byte[]> expect(int status, String what, HttpResponse<byte[]> response)
            throws RefusedException {
        if (response.statusCode() != status) {
            throw new RefusedException(what, response);
        }
        return response;
    }

    private void atOnce(String url, byte[] blob) throws IOException {
        HttpRequest.Builder post =
                Http.to(of(url) + "/blobs/uploads/?digest=" + digest(blob)).POST(BodyPublishers.ofByteArray(blob));
        expect(201, "a blob by one POST", Http.send(post));
    }

    private String begin(String url) throws IOException {
        HttpRequest.Builder post = Http.to(of(url) + "/blobs/uploads/").POST(BodyPublishers.noBody());
        return url + location(expect(202, "an upload", Http.send(post)));
    }

    private static String location(HttpResponse<byte[]> response) {
        String location = response.headers().firstValue("Location").orElseThrow();
        return location.substring(location.indexOf("/v2/"));
    }

    private void byTwo(String url, byte[] blob) throws IOException {
        HttpRequest.Builder put =
                Http.to(begin(url) + "?digest=" + digest(blob)).PUT(BodyPublishers.ofByteArray(blob));
        expect(201, "a blob by PUT", Http.send(put));
    }

    private void inChunks(String url, byte[] blob) throws IOException {
        String at = begin(url);
        int half = blob.length / 2;
        for (int from = 0; from < blob.length; from += Math.max(1, half)) {
            int to = Math.min(blob.length, from + Math.max(1, half));
            HttpRequest.Builder patch = Http.to(at)
                    .header("Content-Range", from + "-" + (to - 1))
                    .method("PATCH", BodyPublishers.ofByteArray(Arrays.copyOfRange(blob, from, to)));
            at = url + location(expect(202, "a chunk", Http.send(patch)));
        }
        HttpRequest.Builder put = Http.to(at + "?digest=" + digest(blob)).PUT(BodyPublishers.noBody());
        expect(201, "the end of an upload", Http.send(put));
    }

    /** Pulls it by tag and by digest, and compares every byte. */
    void assertWhole(String url) throws IOException {
        HttpResponse<byte[]> byTag = expect(200, "GET " + tag, Http.send(Http.to(of(url) + "/manifests/" + tag)));
        assertArrayEquals(manifest(), byTag.body());
        assertEquals(
                digest(manifest()).toString(),
                byTag.headers().firstValue("Docker-Content-Digest").orElse(""));
        for (byte[] blob : new byte[][] {CONFIG, layer}) {
            byte[] pulled = expect(200, "GET blob", Http.send(Http.to(of(url) + "/blobs/" + digest(blob))))
                    .body();
            assertArrayEquals(blob, pulled);
        }
    }

    /** Deletes its manifest, and with it the tag. */
    void delete(String url) throws IOException {
        expect(
                202,
                "a deletion",
                Http.send(Http.to(of(url) + "/manifests/" + digest(manifest())).DELETE()));
    }

    @Override
    public String toString() {
        return repository + ":" + tag;
    }
}
