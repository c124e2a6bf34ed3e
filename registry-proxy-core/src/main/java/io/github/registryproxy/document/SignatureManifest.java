package io.github.registryproxy.document;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.registryproxy.protocol.Digest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
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

    /** The manifest; empty where the bytes are another kind of manifest, or none. */
    public static Optional<SignatureManifest> parse(byte[] json) {
        JsonNode document = Json.read(json);
        List<Layer> layers = new ArrayList<>();
        for (JsonNode node : document.path("layers")) {
            Optional<Layer> layer = layer(node);
            if (layer.isEmpty()) {
                return Optional.empty();
            }
            layers.add(layer.get());
        }
        boolean ambiguous = document.has("manifests");
        return layers.isEmpty() || ambiguous ? Optional.empty() : Optional.of(new SignatureManifest(layers));
    }

    private static Optional<Layer> layer(JsonNode node) {
        String type = node.path("mediaType").asText("");
        boolean known = type.equals(SimpleSigning.MEDIA_TYPE)
                || type.equals(ENVELOPE)
                || type.startsWith(SigstoreBundle.MEDIA_TYPE_PREFIX);
        long size = node.path("size").asLong(-1);
        return known && size >= 0
                ? Digests.of(node.path("digest"))
                        .map(digest -> new Layer(type, digest, size, signature(node.path("annotations"))))
                : Optional.empty();
    }

    private static Optional<byte[]> signature(JsonNode annotations) {
        try {
            String text = annotations.path(SIGNATURE).asText("");
            return text.isEmpty()
                    ? Optional.empty()
                    : Optional.of(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
