package io.github.registryproxy.policy;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Target;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A registry of one repository, {@code app}, that answers what was put on it and writes down what it is asked. */
final class Shelf implements RegistryHandler {
    static final String IMAGE = "application/vnd.oci.image.manifest.v1+json";
    static final String CONFIG = "application/vnd.oci.image.config.v1+json";
    static final String INDEX = "application/vnd.oci.image.index.v1+json";

    private record Item(String type, byte[] content) {}

    private final Map<String, Item> items = new HashMap<>();
    final List<String> asked = new ArrayList<>();
    /** Paths that are answered with 500. */
    final Set<String> failing = new HashSet<>();

    int status = 200;

    static RegistryRequest request(String method, String target) {
        return RegistryRequest.of(
                method,
                Target.parse(method, target),
                Headers.of(HeaderNames.ACCEPT, "*/*"),
                Body.empty(),
                new Client("192.0.2.7", URI.create("https://r.example")));
    }

    static Digest sha256(byte[] content) {
        return Digest.of(Digest.Algorithm.SHA256, content);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    Digest blob(byte[] content) {
        items.put("/v2/app/blobs/" + sha256(content), new Item("application/octet-stream", content));
        return sha256(content);
    }

    /** Any content under any digest, as of a registry that lies. */
    void blob(Digest digest, byte[] content) {
        items.put("/v2/app/blobs/" + digest, new Item("application/octet-stream", content));
    }

    /** Any JSON under any type. */
    Digest document(String type, String json, String... tags) {
        byte[] content = bytes(json);
        Item item = new Item(type, content);
        items.put("/v2/app/manifests/" + sha256(content), item);
        for (String tag : tags) {
            items.put("/v2/app/manifests/" + tag, item);
        }
        return sha256(content);
    }

    /** An image whose one layer is that text. */
    Digest image(String text, String... tags) {
        return image(text, "{}", tags);
    }

    /** An image with that configuration, which is JSON. */
    Digest image(String text, String config, String[] tags) {
        return manifest(CONFIG, config, "application/vnd.oci.image.layer.v1.tar", text, tags);
    }

    /** A manifest with one layer that is that text. */
    Digest manifest(String configType, String config, String layerType, String layer, String... tags) {
        return document(
                IMAGE,
                "{\"schemaVersion\":2,\"config\":{\"mediaType\":\"" + configType + "\",\"size\":" + config.length()
                        + ",\"digest\":\"" + blob(bytes(config)) + "\"},\"layers\":[{\"mediaType\":\"" + layerType
                        + "\",\"size\":" + layer.length() + ",\"digest\":\"" + blob(bytes(layer)) + "\"}]}",
                tags);
    }

    Digest index(List<Digest> children, String... tags) {
        return document(INDEX, indexOf(children), tags);
    }

    /** An index whose entries have what is beside their digests, which is JSON: {@code "platform":{...}}. */
    Digest index(Map<Digest, String> children, String... tags) {
        List<String> entries = children.entrySet().stream()
                .map(child -> "{\"mediaType\":\"" + IMAGE + "\",\"size\":1,\"digest\":\"" + child.getKey() + "\","
                        + child.getValue() + "}")
                .toList();
        return document(INDEX, "{\"schemaVersion\":2,\"manifests\":[" + String.join(",", entries) + "]}", tags);
    }

    private static String indexOf(List<Digest> children) {
        List<String> entries = children.stream()
                .map(child -> "{\"mediaType\":\"" + IMAGE + "\",\"size\":1,\"digest\":\"" + child + "\"}")
                .toList();
        return "{\"schemaVersion\":2,\"manifests\":[" + String.join(",", entries) + "]}";
    }

    /** A manifest with one layer that is a signature, as cosign makes it; annotations is JSON. */
    Digest signature(String mediaType, byte[] content, String annotations, String... tags) {
        String layer = "{\"mediaType\":\"" + mediaType + "\",\"size\":" + content.length + ",\"digest\":\""
                + blob(content) + "\",\"annotations\":" + annotations + "}";
        return document(
                IMAGE,
                "{\"schemaVersion\":2," + signatureConfig(mediaType, content) + ",\"layers\":[" + layer + "]}",
                tags);
    }

    private String signatureConfig(String mediaType, byte[] layer) {
        boolean bundle = mediaType.startsWith("application/vnd.dev.sigstore.bundle");
        return bundle
                ? "\"artifactType\":\"" + mediaType + "\",\"config\":"
                        + descriptor("application/vnd.oci.empty.v1+json", "{}")
                : "\"config\":" + descriptor(CONFIG, cosignConfig(sha256(layer)));
    }

    /** The config that cosign gives to signatures and attestations at tags. */
    static String cosignConfig(Digest... layers) {
        String history = Stream.of(layers)
                .map(layer -> "{\"created\":\"0001-01-01T00:00:00Z\"}")
                .collect(Collectors.joining(","));
        String diffIds = Stream.of(layers).map(layer -> "\"" + layer + "\"").collect(Collectors.joining(","));
        return "{\"architecture\":\"\",\"created\":\"0001-01-01T00:00:00Z\",\"history\":[" + history
                + "],\"os\":\"\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[" + diffIds + "]},\"config\":{}}";
    }

    /** A descriptor of a blob that is put here. */
    String descriptor(String mediaType, String content) {
        return descriptor(mediaType, bytes(content));
    }

    String descriptor(String mediaType, byte[] content) {
        return "{\"mediaType\":\"" + mediaType + "\",\"size\":" + content.length + ",\"digest\":\"" + blob(content)
                + "\"}";
    }

    /** The list of tags, whatever is there. */
    void tags(String... tags) {
        String json = "{\"name\":\"app\",\"tags\":[\"" + String.join("\",\"", tags) + "\"]}";
        items.put("/v2/app/tags/list", new Item("application/json", bytes(json)));
    }

    void referrers(Digest subject, List<Digest> referrers) {
        items.put("/v2/app/referrers/" + subject, new Item(INDEX, bytes(indexOf(referrers))));
    }

    /** Puts all that the repository has into another one as well. */
    void copyTo(String repository) {
        Map.copyOf(items).forEach((path, item) -> items.put(path.replace("/v2/app/", "/v2/" + repository + "/"), item));
    }

    void remove(String path) {
        items.remove(path);
    }

    @Override
    public RegistryResponse handle(RegistryRequest request) {
        String path = request.target().render();
        asked.add(request.method() + " " + path);
        if (status != 200 || failing.contains(path)) {
            return RegistryResponse.of(ErrorCode.UNAVAILABLE.because("down").withStatus(status == 200 ? 500 : status));
        }
        Item item = items.get(path.replaceFirst("\\?.*", ""));
        if (item == null) {
            return RegistryResponse.of(ErrorCode.MANIFEST_UNKNOWN.because("manifest unknown"));
        }
        Headers headers = Headers.of(
                HeaderNames.CONTENT_TYPE,
                item.type(),
                HeaderNames.DOCKER_CONTENT_DIGEST,
                sha256(item.content()).toString());
        return RegistryResponse.of(200, headers, request.isHead() ? Body.empty() : Body.of(item.content()));
    }
}
