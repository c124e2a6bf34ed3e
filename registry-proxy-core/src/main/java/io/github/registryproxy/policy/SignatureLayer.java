package io.github.registryproxy.policy;

import io.github.registryproxy.document.Descriptor;
import io.github.registryproxy.document.DsseEnvelope;
import io.github.registryproxy.document.InTotoStatement;
import io.github.registryproxy.document.SimpleSigning;
import io.github.registryproxy.protocol.Digest;
import java.util.Optional;
import java.util.Set;

/** Kind of a layer that holds a signature, by its media type. */
enum SignatureLayer {
    /** Payload whose signature is an annotation of the layer: "Cosign Signature Specifications". */
    SIMPLE_SIGNING(".sig"),

    /** Envelope of an attestation. */
    ENVELOPE(".att"),

    /** Bundle: "Cosign Bundle Specification". */
    BUNDLE("");

    /** End of the tag {@code sha256-<hex>...} where cosign puts it; empty where cosign uses referrers alone. */
    final String suffix;

    SignatureLayer(String suffix) {
        this.suffix = suffix;
    }

    static Optional<SignatureLayer> of(Descriptor layer) {
        return switch (layer.mediaType()) {
            case SimpleSigning.MEDIA_TYPE -> Optional.of(SIMPLE_SIGNING);
            case DsseEnvelope.MEDIA_TYPE -> Optional.of(ENVELOPE);
            default ->
                layer.mediaType().startsWith(DsseEnvelope.BUNDLE_PREFIX) ? Optional.of(BUNDLE) : Optional.empty();
        };
    }

    /** Digests of the manifests that the layer says it is about. */
    Set<Digest> subjects(byte[] content) {
        return switch (this) {
            case SIMPLE_SIGNING ->
                SimpleSigning.parse(content)
                        .map(payload -> Set.of(payload.manifest()))
                        .orElse(Set.of());
            case ENVELOPE -> subjects(DsseEnvelope.parse(content));
            case BUNDLE -> subjects(DsseEnvelope.ofBundle(content));
        };
    }

    private static Set<Digest> subjects(Optional<DsseEnvelope> envelope) {
        return envelope.map(DsseEnvelope::payload)
                .flatMap(InTotoStatement::parse)
                .map(InTotoStatement::subjects)
                .orElse(Set.of());
    }
}
