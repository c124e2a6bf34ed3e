package io.github.registryproxy.policy;

import io.github.registryproxy.document.DsseEnvelope;
import io.github.registryproxy.document.InTotoStatement;
import io.github.registryproxy.document.SimpleSigning;
import io.github.registryproxy.protocol.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What was signed, and which manifests it speaks of.
 *
 * @param signed the bytes that signatures are over
 * @param signatures some of which may be by keys nobody here knows
 * @param manifests that whoever signed meant
 * @param at when, where whoever signed says so
 */
record SignedContent(byte[] signed, List<byte[]> signatures, Set<Digest> manifests, Optional<Instant> at) {
    /** A payload of the older kind, whose signature stands beside it; empty where it is none. */
    static Optional<SignedContent> ofPayload(byte[] payload, byte[] signature) {
        return SimpleSigning.parse(payload)
                .filter(content -> content.type().equals(SimpleSigning.COSIGN))
                .map(content -> new SignedContent(
                        payload, List.of(signature), Set.of(content.manifest()), content.timestamp()));
    }

    /** A bundle, when it signs and does not attest something else; empty where it is none. */
    static Optional<SignedContent> ofBundle(byte[] json) {
        return DsseEnvelope.ofBundle(json)
                .filter(bundle -> bundle.payloadType().equals(InTotoStatement.MEDIA_TYPE))
                .flatMap(bundle -> InTotoStatement.parse(bundle.payload())
                        .filter(statement -> statement.predicateType().equals(InTotoStatement.COSIGN_SIGN))
                        .map(statement -> new SignedContent(
                                preAuthenticationEncoding(bundle),
                                bundle.signatures(),
                                statement.subjects(),
                                Optional.empty())));
    }

    /** Whether one of the signatures is by that key. */
    boolean isSignedBy(SignatureKey key) {
        return signatures.stream().anyMatch(signature -> key.verifies(signed, signature));
    }

    /** DSSE, "Protocol": what is signed is the type and the payload, each after its length. */
    private static byte[] preAuthenticationEncoding(DsseEnvelope bundle) {
        byte[] type = bundle.payloadType().getBytes(StandardCharsets.UTF_8);
        byte[] head = ("DSSEv1 " + type.length + " " + bundle.payloadType() + " " + bundle.payload().length + " ")
                .getBytes(StandardCharsets.UTF_8);
        byte[] all = new byte[head.length + bundle.payload().length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(bundle.payload(), 0, all, head.length, bundle.payload().length);
        return all;
    }
}
