package io.github.registryproxy.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.registryproxy.protocol.MediaType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What refers to a manifest: distribution specification, "Listing Referrers" (end-12), an image index. Its descriptors stay as
 * they came, with every field, known or not; one without a digest leads nowhere and is left out.
 */
public final class ReferrersList {
    public static final ReferrersList EMPTY = new ReferrersList(Map.of());

    private final Map<String, JsonNode> byDigest;

    private ReferrersList(Map<String, JsonNode> byDigest) {
        this.byDigest = Collections.unmodifiableMap(byDigest);
    }

    /** The index; empty where the bytes are none. Manifests may be null on the wire, which means none. */
    public static Optional<ReferrersList> parse(byte[] json) {
        JsonNode manifests = Json.read(json).path("manifests");
        if (!manifests.isArray() && !manifests.isNull()) {
            return Optional.empty();
        }
        Map<String, JsonNode> found = new LinkedHashMap<>();
        for (JsonNode descriptor : manifests) {
            JsonNode digest = descriptor.path("digest");
            if (digest.isTextual()) {
                found.putIfAbsent(digest.asText(), descriptor);
            }
        }
        return Optional.of(new ReferrersList(found));
    }

    /** With the other's descriptors after these, but for those of digests that are here already. */
    public ReferrersList and(ReferrersList other) {
        Map<String, JsonNode> both = new LinkedHashMap<>(byDigest);
        other.byDigest.forEach(both::putIfAbsent);
        return new ReferrersList(both);
    }

    /** How many descriptors there are. */
    public int size() {
        return byDigest.size();
    }

    public byte[] toJson() {
        ObjectNode document = Json.MAPPER.createObjectNode();
        document.put("schemaVersion", 2);
        document.put("mediaType", MediaType.OCI_INDEX.value());
        ArrayNode manifests = document.putArray("manifests");
        byDigest.values().forEach(manifests::add);
        return Json.write(document);
    }
}
