package io.github.registryproxy.document;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.MediaType;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * The index that lists what refers to a manifest: distribution specification, "Listing Referrers" (end-12a). Descriptors are added
 * until a page is full.
 */
public final class ReferrersIndex {
    /** No page is larger, in bytes: what clients take for a manifest. */
    public static final int LARGEST = 4 * 1024 * 1024;

    static final byte[] HEAD = ("{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_INDEX + "\",\"manifests\":[")
            .getBytes(StandardCharsets.UTF_8);
    static final byte[] TAIL = "]}".getBytes(StandardCharsets.UTF_8);

    /** No page lists more manifests: half of what this library itself reads. */
    private static final int MOST = 5000;

    private final ByteArrayOutputStream descriptors = new ByteArrayOutputStream();
    private int count;

    /**
     * Adds the descriptor of a manifest, with its annotations unless the document is one that {@link Manifest} refuses.
     *
     * @param artifactType as {@link Manifest#referrerType}
     * @return false where it does not fit any more
     */
    public boolean add(MediaType type, Digest digest, Optional<String> artifactType, byte[] manifest) {
        ObjectNode descriptor = Json.MAPPER.createObjectNode();
        descriptor.put("mediaType", type.value());
        descriptor.put("digest", digest.toString());
        descriptor.put("size", manifest.length);
        artifactType.ifPresent(of -> descriptor.put("artifactType", of));
        Map<String, String> annotations =
                Manifest.find(manifest).map(Manifest::annotations).orElse(Map.of());
        if (!annotations.isEmpty()) {
            annotations.forEach(descriptor.putObject("annotations")::put);
        }
        byte[] bytes = Json.write(descriptor);
        boolean first = descriptors.size() == 0;
        if (!first && (count == MOST || HEAD.length + descriptors.size() + 1 + bytes.length + TAIL.length > LARGEST)) {
            return false;
        }
        count++;
        if (!first) {
            descriptors.write(',');
        }
        descriptors.writeBytes(bytes);
        return true;
    }

    public byte[] toJson() {
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        json.writeBytes(HEAD);
        json.writeBytes(descriptors.toByteArray());
        json.writeBytes(TAIL);
        return json.toByteArray();
    }
}
