package io.github.registryproxy.document;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Signed statement: DSSE, "Envelope". Alone, as cosign's older attestations are, or in a bundle of the newer kind: "Cosign Bundle
 * Specification", "Sigstore Bundle Format" ({@code dsseEnvelope}).
 *
 * @param payloadType type of the payload, such as {@link InTotoStatement#MEDIA_TYPE}
 * @param payload as it was signed
 * @param signatures over the pre-authentication encoding of both, in any order
 */
public record DsseEnvelope(String payloadType, byte[] payload, List<byte[]> signatures) {
    /** Media type of a layer that is an envelope. */
    public static final String MEDIA_TYPE = "application/vnd.dsse.envelope.v1+json";

    /** Beginning of the media types of bundles, in all their versions. */
    public static final String BUNDLE_PREFIX = "application/vnd.dev.sigstore.bundle";

    private static final int MOST_SIGNATURES = 16;

    public DsseEnvelope {
        signatures = List.copyOf(signatures);
    }

    /** The envelope that the bytes are; empty where they are none. */
    public static Optional<DsseEnvelope> parse(byte[] json) {
        return of(PayloadJson.read(json));
    }

    /** The envelope in a bundle; empty where the bytes are no bundle, or one without an envelope. */
    public static Optional<DsseEnvelope> ofBundle(byte[] json) {
        return of(PayloadJson.read(json).path("dsseEnvelope"));
    }

    private static Optional<DsseEnvelope> of(JsonNode envelope) {
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
        return Optional.of(new DsseEnvelope(envelope.path("payloadType").asText(), payload.get(), signatures));
    }

    private static Optional<byte[]> base64(JsonNode text) {
        try {
            return text.isTextual() ? Optional.of(Base64.getDecoder().decode(text.asText())) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
