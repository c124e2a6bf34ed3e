package io.github.registryproxy.testing;

import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Reference;
import io.github.registryproxy.protocol.Tag;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** What one repository holds. */
final class FakeRepository {
    record Manifest(MediaType type, byte[] content, ManifestContent meaning) {}

    final Map<Digest, byte[]> blobs = new ConcurrentHashMap<>();
    final ConcurrentSkipListMap<String, Digest> tags = new ConcurrentSkipListMap<>();

    private final Map<Digest, Manifest> manifests = new ConcurrentHashMap<>();

    Optional<Digest> resolve(Reference reference) {
        Optional<Digest> digest = reference instanceof Digest given
                ? Optional.of(given)
                : Optional.ofNullable(tags.get(reference.toString()));
        return digest.filter(manifests::containsKey);
    }

    Manifest manifest(Digest digest) {
        Manifest manifest = manifests.get(digest);
        if (manifest == null) {
            throw new IllegalStateException("no manifest " + digest);
        }
        return manifest;
    }

    Map<Digest, Manifest> manifests() {
        return manifests;
    }

    void tag(Tag tag, Digest digest) {
        tags.put(tag.value(), digest);
    }

    /** Whether there was one: a tag alone for a tag, a manifest with all its tags for a digest. */
    boolean delete(Reference reference) {
        if (reference instanceof Digest digest) {
            tags.values().removeIf(digest::equals);
            return manifests.remove(digest) != null;
        }
        return tags.remove(reference.toString()) != null;
    }
}
