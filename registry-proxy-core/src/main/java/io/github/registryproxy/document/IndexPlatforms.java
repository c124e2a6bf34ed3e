package io.github.registryproxy.document;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Platform;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which platforms an index says its manifests are for: image specification, "Image Index", {@code manifests[].platform}. Indexes
 * within it are left out, as are manifests of no platform or an unknown one, and what follows the first 4096.
 *
 * @param platforms in the order of the index
 */
public record IndexPlatforms(Map<Digest, Set<Platform>> platforms) {
    public IndexPlatforms {
        platforms = Collections.unmodifiableMap(new LinkedHashMap<>(platforms));
    }

    /** What the document says; nothing where it is no index. */
    public static IndexPlatforms parse(byte[] json) {
        Map<Digest, Set<Platform>> found = new LinkedHashMap<>();
        int looked = 0;
        for (JsonNode descriptor : Json.read(json).path("manifests")) {
            if (looked++ == ManifestLinks.MOST) {
                break;
            }
            if (!new MediaType(descriptor.path("mediaType").asText("")).isIndex()) {
                Digests.of(descriptor.path("digest"))
                        .ifPresent(digest -> Platforms.of(descriptor.path("platform"))
                                .ifPresent(platform -> found.computeIfAbsent(digest, key -> new LinkedHashSet<>())
                                        .add(platform)));
            }
        }
        return new IndexPlatforms(found);
    }
}
