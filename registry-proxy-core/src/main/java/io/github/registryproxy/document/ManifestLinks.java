package io.github.registryproxy.document;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.registryproxy.protocol.Digest;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a manifest or an index names: image specification, "Image Manifest" and "Image Index", and Docker's formats before them.
 * Descriptors whose digest this library cannot verify are left out, and what follows the first 4096.
 *
 * @param manifests those that an index lists
 * @param blobs config, layers, and the blobs of an artifact
 * @param subject what it refers to
 */
public record ManifestLinks(List<Digest> manifests, List<Digest> blobs, Optional<Digest> subject) {
    /** So many descriptors of one kind are looked at. */
    public static final int MOST = 4096;

    public ManifestLinks {
        manifests = List.copyOf(manifests);
        blobs = List.copyOf(blobs);
    }

    /** The links of a document; none where the bytes are no JSON object. */
    public static ManifestLinks parse(byte[] json) {
        JsonNode document = Json.read(json);
        Set<Digest> manifests = new LinkedHashSet<>();
        add(document.path("manifests"), "digest", manifests);
        Set<Digest> blobs = new LinkedHashSet<>();
        Digests.of(document.path("config").path("digest")).ifPresent(blobs::add);
        add(document.path("layers"), "digest", blobs);
        add(document.path("blobs"), "digest", blobs);
        add(document.path("fsLayers"), "blobSum", blobs);
        return new ManifestLinks(
                List.copyOf(manifests),
                List.copyOf(blobs),
                Digests.of(document.path("subject").path("digest")));
    }

    private static void add(JsonNode list, String field, Set<Digest> found) {
        for (JsonNode descriptor : list) {
            if (found.size() < MOST) {
                Digests.of(descriptor.path(field)).ifPresent(found::add);
            }
        }
    }
}
