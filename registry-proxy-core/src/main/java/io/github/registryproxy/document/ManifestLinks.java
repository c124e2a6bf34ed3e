package io.github.registryproxy.document;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.RegistryException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a manifest or an index names: image specification, "Image Manifest" and "Image Index", and Docker's formats before them.
 * Descriptors whose digest this library cannot verify are left out, and what follows the first 4096.
 *
 * @param manifests those that an index lists
 * @param config the config, also among the blobs
 * @param blobs config, layers, and the blobs of an artifact
 * @param subject what it refers to
 */
public record ManifestLinks(
        List<Child> manifests, Optional<Descriptor> config, List<Digest> blobs, Optional<Digest> subject) {
    /** So many descriptors of one manifest are looked at. */
    public static final int MOST = 4096;

    public static final ManifestLinks NONE =
            new ManifestLinks(List.of(), Optional.empty(), List.of(), Optional.empty());

    /** A manifest in an index, and for which platform it is, where the index says. */
    public record Child(Digest digest, Optional<Platform> platform) {}

    /** What is named, and what it is said to be. */
    public record Descriptor(Digest digest, String mediaType) {}

    public ManifestLinks {
        manifests = List.copyOf(manifests);
        blobs = List.copyOf(blobs);
    }

    /** The links of a document; none where the bytes are no JSON object. */
    public static ManifestLinks parse(byte[] json) {
        JsonNode document = Json.read(json);
        List<Child> manifests = new ArrayList<>();
        for (JsonNode child : document.path("manifests")) {
            if (manifests.size() < MOST) {
                digest(child, "digest")
                        .ifPresent(digest -> manifests.add(new Child(digest, Platform.of(child.path("platform")))));
            }
        }
        Set<Digest> blobs = new LinkedHashSet<>();
        Optional<Descriptor> config = digest(document.path("config"), "digest")
                .map(digest -> new Descriptor(
                        digest, document.path("config").path("mediaType").asText("")));
        config.ifPresent(found -> blobs.add(found.digest()));
        add(document.path("layers"), "digest", blobs);
        add(document.path("blobs"), "digest", blobs);
        add(document.path("fsLayers"), "blobSum", blobs);
        return new ManifestLinks(manifests, config, List.copyOf(blobs), digest(document.path("subject"), "digest"));
    }

    private static void add(JsonNode list, String field, Set<Digest> blobs) {
        for (JsonNode descriptor : list) {
            if (blobs.size() < MOST) {
                digest(descriptor, field).ifPresent(blobs::add);
            }
        }
    }

    private static Optional<Digest> digest(JsonNode descriptor, String field) {
        String text = descriptor.path(field).asText("");
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(Digest.parse(text));
        } catch (RegistryException e) {
            // Named by nothing that a client could ask for.
            return Optional.empty();
        }
    }
}
