package io.github.registryproxy.server;

import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.MediaType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A multi-arch image that prints one line: an index, and a manifest, a configuration and a layer per architecture.
 *
 * @param index the digest of the index
 * @param manifests index and manifests, with their media types
 * @param blobs configurations and layers
 */
record SampleImage(Digest index, Map<Digest, Document> manifests, Map<Digest, byte[]> blobs) {
    /** A manifest as it is stored. */
    record Document(MediaType type, byte[] content) {}

    static SampleImage printing(String line) {
        Map<Digest, Document> manifests = new LinkedHashMap<>();
        Map<Digest, byte[]> blobs = new LinkedHashMap<>();
        List<String> entries = new ArrayList<>();
        for (TinyProgram program : TinyProgram.values()) {
            byte[] tar = Layer.tar("hello", program.printing(line));
            byte[] layer = Layer.gzip(tar);
            byte[] config = configuration(program.architecture(), digest(tar));
            byte[] manifest = manifest(config, layer);
            blobs.put(digest(config), config);
            blobs.put(digest(layer), layer);
            manifests.put(digest(manifest), new Document(MediaType.OCI_MANIFEST, manifest));
            entries.add(descriptor(MediaType.OCI_MANIFEST, manifest)
                    .replaceFirst(
                            "}$",
                            ",\"platform\":{\"architecture\":\"" + program.architecture() + "\",\"os\":\"linux\"}}"));
        }
        byte[] index = utf8("{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_INDEX + "\",\"manifests\":["
                + String.join(",", entries) + "]}");
        manifests.put(digest(index), new Document(MediaType.OCI_INDEX, index));
        return new SampleImage(digest(index), Map.copyOf(manifests), Map.copyOf(blobs));
    }

    private static byte[] configuration(String architecture, Digest diffId) {
        return utf8(
                "{\"architecture\":\"" + architecture + "\",\"os\":\"linux\",\"config\":{\"Entrypoint\":[\"/hello\"]},"
                        + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" + diffId + "\"]}}");
    }

    private static byte[] manifest(byte[] config, byte[] layer) {
        return utf8("{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_MANIFEST + "\",\"config\":"
                + descriptor(MediaType.OCI_CONFIG, config) + ",\"layers\":["
                + descriptor(MediaType.OCI_LAYER_GZIP, layer) + "]}");
    }

    private static String descriptor(MediaType type, byte[] content) {
        return "{\"mediaType\":\"" + type + "\",\"digest\":\"" + digest(content) + "\",\"size\":" + content.length
                + "}";
    }

    private static Digest digest(byte[] content) {
        return Digest.of(Digest.Algorithm.SHA256, content);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
