package io.github.registryproxy.document;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The signed statement in a bundle of the newer kind: "Cosign Bundle Specification", "Sigstore Bundle Format" ({@code
 * dsseEnvelope}), and DSSE's "Envelope".
 *
 * @param payloadType what the payload is, such as {@link InTotoStatement#MEDIA_TYPE}
 * @param payload as it was signed
 * @param signatures over the pre-authentication encoding of both, in any order
 */
public record SigstoreBundle(String payloadType, byte[] payload, List<byte[]> signatures) {
    /** How media types of bundles begin, whatever their version. */
    public static final String MEDIA_TYPE_PREFIX = "application/vnd.dev.sigstore.bundle";

    private static final int MOST_SIGNATURES = 16;

    public SigstoreBundle {
        signatures = List.copyOf(signatures);
    }

    /** The bundle; empty where the bytes are none, or one without an envelope. */
    public static Optional<SigstoreBundle> parse(byte[] json) {
        JsonNode envelope = Json.read(json).path("dsseEnvelope");
        Optional<byte[]> payload = base64(envelope.path("payload"));
        if (payload.isEmpty() || !envelope.path("payloadType").isTextual()) {
            return Optional.empty();
        }
        List<byte[]> signatures = new ArrayList<>();
        for (JsonNode signature : envelope.path("signatures")) {
            if (signatures.size() == MOST_SIGNATURES) {
                break;
            }
            base64(signature.path("sig")).ifPresent(signatures::add);
        }
        return Optional.of(new SigstoreBundle(envelope.path("payloadType").asText(), payload.get(), signatures));
    }

    private static Optional<byte[]> base64(JsonNode text) {
        try {
            return text.isTextual() ? Optional.of(Base64.getDecoder().decode(text.asText())) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
