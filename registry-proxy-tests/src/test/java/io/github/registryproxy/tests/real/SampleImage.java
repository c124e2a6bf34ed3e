package io.github.registryproxy.tests.real;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;

/** Images made of nothing, pushed straight to a registry. No two are alike, so that no client's cache can hide a pull. */
final class SampleImage {
    /** The words of one family of media types. */
    enum Family {
        OCI(
                "application/vnd.oci.image.index.v1+json",
                "application/vnd.oci.image.manifest.v1+json",
                "application/vnd.oci.image.config.v1+json",
                "application/vnd.oci.image.layer.v1.tar+gzip"),
        DOCKER(
                "application/vnd.docker.distribution.manifest.list.v2+json",
                "application/vnd.docker.distribution.manifest.v2+json",
                "application/vnd.docker.container.image.v1+json",
                "application/vnd.docker.image.rootfs.diff.tar.gzip");

        final String index;
        final String manifest;
        final String config;
        final String layer;

        Family(String index, String manifest, String config, String layer) {
            this.index = index;
            this.manifest = manifest;
            this.config = config;
            this.layer = layer;
        }
    }

    /** Some bytes and what they are. */
    record Content(String type, byte[] bytes) {
        static Content of(String type, String text) {
            return new Content(type, text.getBytes(UTF_8));
        }

        String digest() {
            return SampleImage.digest(bytes);
        }

        /** The fields of a descriptor, without braces. */
        String descriptor() {
            return "\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d".formatted(type, digest(), bytes.length);
        }
    }

    private final String registry;
    private final UnaryOperator<String> authorization;
    private final String repository;

    SampleImage(DockerRegistry registry, String repository) {
        this(registry.url(), registry::authorization, repository);
    }

    /** In a registry that everybody may push to. */
    SampleImage(String registry, String repository) {
        this(registry, name -> "", repository);
    }

    private SampleImage(String registry, UnaryOperator<String> authorization, String repository) {
        this.registry = registry;
        this.authorization = authorization;
        this.repository = repository;
    }

    /** Pushes an index over images for amd64 and arm64 and returns the index. */
    Content pushIndex(String tag, Family family) throws IOException {
        List<String> members = new ArrayList<>();
        for (String architecture : List.of("amd64", "arm64")) {
            Content image = pushImage(architecture, family);
            members.add("{%s,\"platform\":{\"architecture\":\"%s\",\"os\":\"linux\"}}"
                    .formatted(image.descriptor(), architecture));
        }
        Content index = Content.of(
                family.index,
                "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}"
                        .formatted(family.index, String.join(",", members)));
        pushManifest(tag, index);
        return index;
    }

    /** Pushes an image of two layers, under its digest, and returns its manifest. */
    Content pushImage(String architecture, Family family) throws IOException {
        return pushImage(architecture, family, "");
    }

    /** The same with more fields in the manifest, each with a leading comma. */
    Content pushImage(String architecture, Family family, String fields) throws IOException {
        List<String> descriptors = new ArrayList<>();
        List<String> unpacked = new ArrayList<>();
        for (String file : List.of("first", "second")) {
            byte[] tar = tar(file, file + " of " + UUID.randomUUID() + "\n");
            Content layer = new Content(family.layer, gzip(tar));
            pushBlob(layer);
            descriptors.add("{" + layer.descriptor() + "}");
            unpacked.add("\"" + digest(tar) + "\"");
        }
        Content config = Content.of(family.config, """
                {"architecture":"%s","os":"linux","config":{"Cmd":["/first"]},
                "rootfs":{"type":"layers","diff_ids":[%s]}}""".formatted(architecture, String.join(",", unpacked)));
        pushBlob(config);
        Content manifest = Content.of(
                family.manifest,
                "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":{%s},\"layers\":[%s]%s}"
                        .formatted(family.manifest, config.descriptor(), String.join(",", descriptors), fields));
        pushManifest(manifest.digest(), manifest);
        return manifest;
    }

    void pushManifest(String reference, Content manifest) throws IOException {
        String uri = "%s/v2/%s/manifests/%s".formatted(registry, repository, reference);
        expect(201, send("PUT", uri, manifest));
    }

    void pushBlob(Content blob) throws IOException {
        String start = "%s/v2/%s/blobs/uploads/".formatted(registry, repository);
        HttpResponse<byte[]> session = expect(202, send("POST", start, Content.of("text/plain", "")));
        URI location = URI.create(start)
                .resolve(session.headers().firstValue("Location").orElseThrow());
        String end = location + (location.getRawQuery() == null ? "?" : "&") + "digest=" + blob.digest();
        expect(201, send("PUT", end, new Content("application/octet-stream", blob.bytes())));
    }

    private HttpResponse<byte[]> send(String method, String uri, Content content) throws IOException {
        var request = Http.to(uri)
                .header("Content-Type", content.type())
                .method(method, BodyPublishers.ofByteArray(content.bytes()));
        String authorization = this.authorization.apply(repository);
        return Http.send(authorization.isEmpty() ? request : request.header("Authorization", authorization));
    }

    private static HttpResponse<byte[]> expect(int status, HttpResponse<byte[]> response) {
        if (response.statusCode() != status) {
            throw new AssertionError("%s, not %d: %s".formatted(response, status, new String(response.body(), UTF_8)));
        }
        return response;
    }

    static String digest(byte[] bytes) {
        return "sha256:" + HexFormat.of().formatHex(sha256().digest(bytes));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has it", e);
        }
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    /** One small file in the ustar format: its header, its bytes, padding, and two empty blocks. */
    private static byte[] tar(String name, String text) {
        byte[] tar = new byte[2048];
        put(tar, 0, name);
        put(tar, 100, "0000755\0" + "0000000\0" + "0000000\0" + "%011o\0".formatted(text.length()) + "00000000000\0");
        put(tar, 148, "        0");
        put(tar, 257, "ustar\00000");
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += tar[i];
        }
        put(tar, 148, "%06o\0 ".formatted(sum));
        put(tar, 512, text);
        return tar;
    }

    private static void put(byte[] into, int offset, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        System.arraycopy(bytes, 0, into, offset, bytes.length);
    }
}
