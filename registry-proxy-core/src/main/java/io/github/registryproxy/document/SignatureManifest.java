package io.github.registryproxy.document;

import io.github.registryproxy.protocol.Digest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A manifest that is nothing but signatures: "Cosign Signature Specifications", section "OCI Image Manifest V1", and "Cosign
 * Bundle Specification", section "Publishing". No client can run what it describes.
 *
 * @param layers at least one, each a signature or signed itself
 */
public record SignatureManifest(List<Layer> layers) {
    private static final String SIGNATURE = "dev.cosignproject.cosign/signature";
    private static final String ENVELOPE = "application/vnd.dsse.envelope.v1+json";

    /**
     * One signature.
     *
     * @param mediaType {@link SimpleSigning#MEDIA_TYPE}, or beginning with {@link SigstoreBundle#MEDIA_TYPE_PREFIX}, or an
     *     attestation's
     * @param size in bytes, as the manifest says
     * @param signature over the layer's content, of the older kind only
     */
    public record Layer(String mediaType, Digest digest, long size, Optional<byte[]> signature) {}

    public SignatureManifest {
        layers = List.copyOf(layers);
    }

    /** The manifest; empty where the document is another kind of manifest, or refused. */
    public static Optional<SignatureManifest> parse(byte[] json) {
        return Manifest.find(json).flatMap(SignatureManifest::of);
    }

    private static Optional<SignatureManifest> of(Manifest manifest) {
        List<Layer> layers = new ArrayList<>();
        for (Descriptor descriptor : manifest.layers()) {
            Optional<Layer> layer = layer(descriptor);
            if (layer.isEmpty()) {
                return Optional.empty();
            }
            layers.add(layer.get());
        }
        return layers.isEmpty() ? Optional.empty() : Optional.of(new SignatureManifest(layers));
    }

    private static Optional<Layer> layer(Descriptor descriptor) {
        String type = descriptor.mediaType();
        boolean known = type.equals(SimpleSigning.MEDIA_TYPE)
                || type.equals(ENVELOPE)
                || type.startsWith(SigstoreBundle.MEDIA_TYPE_PREFIX);
        return known && descriptor.size().isPresent()
                ? Optional.of(new Layer(
                        type, descriptor.digest(), descriptor.size().getAsLong(), signature(descriptor.annotations())))
                : Optional.empty();
    }

    private static Optional<byte[]> signature(Map<String, String> annotations) {
        try {
            return Optional.ofNullable(annotations.get(SIGNATURE))
                    .filter(text -> !text.isEmpty())
                    .map(Base64.getDecoder()::decode);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
