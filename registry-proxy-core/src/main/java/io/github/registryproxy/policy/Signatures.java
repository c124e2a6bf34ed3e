package io.github.registryproxy.policy;

import io.github.registryproxy.document.ManifestLinks;
import io.github.registryproxy.document.SignatureManifest;
import io.github.registryproxy.document.SignatureManifest.Layer;
import io.github.registryproxy.document.SimpleSigning;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.Tag;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Looks for signatures of a manifest where cosign puts them: at the tag {@code sha256-<hex>.sig}, among its referrers, and, where
 * a registry keeps no list of those, in the index at the tag {@code sha256-<hex>}.
 */
final class Signatures {
    /** Manifests of signatures that are looked at, and layers of each. */
    private static final int MOST = 32;

    private static final int LARGEST_LAYER = 1024 * 1024;

    private final Documents documents;
    private final Digest manifest;

    Signatures(Documents documents, Digest manifest) {
        this.documents = documents;
        this.manifest = manifest;
    }

    /** A signature of the manifest by one of the keys. */
    record Found(SignatureKey key, SignedContent content) {}

    /** The first that is found of one of these keys; none is looked for where there is no key. */
    Optional<Found> by(List<SignatureKey> keys) throws IOException, RefusedException {
        if (keys.isEmpty()) {
            return Optional.empty();
        }
        Optional<Found> found = in(documents.manifest(tag(".sig")), keys);
        if (found.isPresent()) {
            return found;
        }
        for (Digest referrer : referrers()) {
            found = in(documents.manifest(referrer), keys);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private List<Digest> referrers() throws IOException, RefusedException {
        Optional<byte[]> list = documents.referrers(manifest);
        if (list.isEmpty()) {
            list = documents.manifest(tag(""));
        }
        return list.map(ManifestLinks::parse)
                .map(ManifestLinks::manifests)
                .map(manifests -> manifests.subList(0, Math.min(MOST, manifests.size())))
                .orElse(List.of());
    }

    /** Distribution specification, "Referrers Tag Schema": at most 32 and 64 characters, which both algorithms' names keep. */
    private Tag tag(String suffix) {
        String encoded = manifest.encoded();
        return new Tag(manifest.algorithm() + "-" + encoded.substring(0, Math.min(64, encoded.length())) + suffix);
    }

    private Optional<Found> in(Optional<byte[]> json, List<SignatureKey> keys) throws IOException, RefusedException {
        List<Layer> layers = json.flatMap(SignatureManifest::parse)
                .map(SignatureManifest::layers)
                .orElse(List.of());
        for (Layer layer : layers.subList(0, Math.min(MOST, layers.size()))) {
            Optional<Found> found = content(layer)
                    .filter(signed -> signed.manifests().contains(manifest))
                    .flatMap(signed ->
                            keys.stream().filter(signed::isSignedBy).findFirst().map(key -> new Found(key, signed)));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private Optional<SignedContent> content(Layer layer) throws IOException, RefusedException {
        if (layer.size() > LARGEST_LAYER) {
            return Optional.empty();
        }
        Optional<byte[]> bytes = documents.blob(layer.digest(), LARGEST_LAYER);
        return layer.mediaType().equals(SimpleSigning.MEDIA_TYPE)
                ? bytes.flatMap(payload -> layer.signature().flatMap(s -> SignedContent.ofPayload(payload, s)))
                : bytes.flatMap(SignedContent::ofBundle);
    }
}
