package io.github.registryproxy.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.RegistryException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a manifest refers to; and the writing of manifests.
 *
 * @param blobs its config and layers
 * @param children the manifests that it lists
 * @param subject what it refers to as a referrer
 * @param artifactType its own, else that of its config
 */
record ManifestContent(
        List<Digest> blobs,
        List<Digest> children,
        Optional<Digest> subject,
        Optional<String> artifactType,
        Optional<ObjectNode> annotations) {
    static final ObjectMapper JSON = new ObjectMapper();

    /** Refuses what is no manifest with MANIFEST_INVALID. */
    static ManifestContent parse(byte[] json) {
        JsonNode document;
        try {
            document = JSON.readTree(json);
        } catch (IOException e) {
            throw ErrorCode.MANIFEST_INVALID.because("the manifest is no JSON").asException();
        }
        if (!document.isObject()) {
            throw ErrorCode.MANIFEST_INVALID
                    .because("the manifest is no JSON object")
                    .asException();
        }
        try {
            List<Digest> blobs = new ArrayList<>();
            if (document.has("config")) {
                blobs.add(digest(document.path("config")));
            }
            document.path("layers").forEach(layer -> blobs.add(digest(layer)));
            List<Digest> children = new ArrayList<>();
            document.path("manifests").forEach(child -> children.add(digest(child)));
            Optional<Digest> subject =
                    document.has("subject") ? Optional.of(digest(document.path("subject"))) : Optional.empty();
            String own = document.path("artifactType").asText("");
            String type =
                    own.isEmpty() ? document.path("config").path("mediaType").asText("") : own;
            Optional<ObjectNode> annotations =
                    document.path("annotations") instanceof ObjectNode node ? Optional.of(node) : Optional.empty();
            return new ManifestContent(
                    blobs, children, subject, Optional.of(type).filter(t -> !t.isEmpty()), annotations);
        } catch (RegistryException e) {
            throw ErrorCode.MANIFEST_INVALID
                    .because("a descriptor has no digest")
                    .asException();
        }
    }

    static byte[] manifest(Digest config, int configSize, Map<Digest, Integer> layers) {
        ObjectNode document = document(MediaType.OCI_MANIFEST);
        document.set("config", descriptor(MediaType.OCI_CONFIG.value(), config, configSize));
        ArrayNode list = document.putArray("layers");
        layers.forEach((digest, size) -> list.add(descriptor(MediaType.OCI_LAYER_GZIP.value(), digest, size)));
        return bytes(document);
    }

    static byte[] referrer(String artifactType, Digest config, ObjectNode subject) {
        ObjectNode document = document(MediaType.OCI_MANIFEST);
        document.put("artifactType", artifactType);
        document.set("config", descriptor("application/vnd.oci.empty.v1+json", config, 2));
        document.putArray("layers").add(descriptor("application/vnd.oci.empty.v1+json", config, 2));
        document.set("subject", subject);
        return bytes(document);
    }

    static byte[] index(List<ObjectNode> descriptors) {
        ObjectNode document = document(MediaType.OCI_INDEX);
        document.putArray("manifests").addAll(descriptors);
        return bytes(document);
    }

    static ObjectNode descriptor(String mediaType, Digest digest, int size) {
        ObjectNode node = JSON.createObjectNode();
        return node.put("mediaType", mediaType).put("digest", digest.toString()).put("size", size);
    }

    static byte[] bytes(JsonNode document) {
        return document.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static ObjectNode document(MediaType type) {
        return JSON.createObjectNode().put("schemaVersion", 2).put("mediaType", type.value());
    }

    private static Digest digest(JsonNode descriptor) {
        return Digest.parse(descriptor.path("digest").asText(""));
    }
}
