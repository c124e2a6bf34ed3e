package io.github.registryproxy.policy;

import io.github.registryproxy.document.Descriptor;
import io.github.registryproxy.document.Manifest;
import io.github.registryproxy.protocol.Digest;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Search for signatures of a manifest among what is {@link Attached} to it. */
final class Signatures {
    private static final String SIGNATURE = "dev.cosignproject.cosign/signature";
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
        Attached attached = new Attached(documents, manifest);
        Optional<Found> found = in(attached.at(SignatureLayer.SIMPLE_SIGNING.suffix), keys);
        if (found.isPresent()) {
            return found;
        }
        for (Digest referrer : attached.referrers()) {
            found = in(documents.manifest(referrer), keys);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private Optional<Found> in(Optional<byte[]> json, List<SignatureKey> keys) throws IOException, RefusedException {
        List<Descriptor> layers =
                json.flatMap(Manifest::find).map(Manifest::layers).orElse(List.of());
        for (Descriptor layer : layers.subList(0, Math.min(SignatureArtifacts.MOST_LAYERS, layers.size()))) {
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

    private Optional<SignedContent> content(Descriptor layer) throws IOException, RefusedException {
        Optional<SignatureLayer> kind = SignatureLayer.of(layer);
        if (kind.isEmpty() || layer.size().orElse(0) > LARGEST_LAYER) {
            return Optional.empty();
        }
        Optional<byte[]> bytes = documents.blob(layer.digest(), LARGEST_LAYER);
        return switch (kind.get()) {
            case SIMPLE_SIGNING ->
                bytes.flatMap(payload -> signature(layer).flatMap(s -> SignedContent.ofPayload(payload, s)));
            case BUNDLE -> bytes.flatMap(SignedContent::ofBundle);
            case ENVELOPE -> Optional.empty();
        };
    }

    private static Optional<byte[]> signature(Descriptor layer) {
        String text = layer.annotations().getOrDefault(SIGNATURE, "");
        try {
            return text.isEmpty()
                    ? Optional.empty()
                    : Optional.of(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
