package io.github.registryproxy.document;

import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.Platform;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which platforms an index says its manifests are for: image specification, "Image Index", {@code manifests[].platform}. Indexes
 * within it are left out, as are manifests of no platform or an unknown one.
 *
 * @param platforms in the order of the index
 */
public record IndexPlatforms(Map<Digest, Set<Platform>> platforms) {
    public IndexPlatforms {
        platforms = Collections.unmodifiableMap(new LinkedHashMap<>(platforms));
    }

    /** What the document says; nothing where it is no index, or refused. */
    public static IndexPlatforms parse(byte[] json) {
        Map<Digest, Set<Platform>> found = new LinkedHashMap<>();
        Manifest.find(json).stream()
                .flatMap(index -> index.manifests().stream())
                .filter(child -> !child.isIndex())
                .forEach(child -> child.platform()
                        .ifPresent(platform -> found.computeIfAbsent(child.digest(), key -> new LinkedHashSet<>())
                                .add(platform)));
        return new IndexPlatforms(found);
    }
}
