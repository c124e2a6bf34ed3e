package io.github.registryproxy.document;

import io.github.registryproxy.protocol.Digest;
import java.util.List;
import java.util.Optional;

/**
 * Links of a manifest or an index, as {@link Manifest} reads them.
 *
 * @param manifests those that an index lists
 * @param blobs config, layers, and the blobs of an artifact
 * @param subject what it refers to
 */
public record ManifestLinks(List<Digest> manifests, List<Digest> blobs, Optional<Digest> subject) {
    public ManifestLinks {
        manifests = List.copyOf(manifests);
        blobs = List.copyOf(blobs);
    }

    /** The links of a document; none where the document is refused. */
    public static ManifestLinks parse(byte[] json) {
        return Manifest.find(json)
                .map(manifest -> new ManifestLinks(
                        List.copyOf(manifest.manifestDigests()),
                        List.copyOf(manifest.contentDigests()),
                        manifest.subject().map(Descriptor::digest)))
                .orElseGet(() -> new ManifestLinks(List.of(), List.of(), Optional.empty()));
    }
}
