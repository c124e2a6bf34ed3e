package io.github.registryproxy.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.protocol.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What counts as a signature, and by which keys: the formats of both generations of cosign. */
final class SignedContentTest {
    private static final Digest MANIFEST =
            Digest.of(Digest.Algorithm.SHA256, "manifest".getBytes(StandardCharsets.UTF_8));

    @ParameterizedTest
    @CsvSource({
        "EC, 256, SHA256withECDSA",
        "EC, 384, SHA256withECDSA",
        "EC, 384, SHA384withECDSA",
        "EC, 521, SHA512withECDSA",
        "RSA, 2048, SHA256withRSA",
        "Ed25519, 0, Ed25519"
    })
    void a_signature_by_a_key_of_each_kind_counts_in_both_forms(String kind, int bits, String algorithm)
            throws Exception {
        Signer signer = Signer.of(kind, bits, algorithm);
        byte[] payload = Signer.payload(MANIFEST);

        SignedContent older =
                SignedContent.ofPayload(payload, signer.sign(payload)).orElseThrow();
        SignedContent newer = SignedContent.ofBundle(signer.bundle(MANIFEST)).orElseThrow();

        assertTrue(older.isSignedBy(signer.key()));
        assertTrue(newer.isSignedBy(signer.key()));
        assertEquals(Set.of(MANIFEST), older.manifests());
        assertEquals(Set.of(MANIFEST), newer.manifests());
    }

    @Test
    void a_signature_by_another_key_does_not_count() throws Exception {
        byte[] payload = Signer.payload(MANIFEST);
        SignedContent older =
                SignedContent.ofPayload(payload, Signer.ecdsa().sign(payload)).orElseThrow();
        SignedContent newer =
                SignedContent.ofBundle(Signer.ecdsa().bundle(MANIFEST)).orElseThrow();

        assertFalse(older.isSignedBy(Signer.ecdsa().key()));
        assertFalse(newer.isSignedBy(Signer.of("RSA", 2048, "SHA256withRSA").key()));
    }

    @Test
    void a_signature_over_other_bytes_does_not_count() throws Exception {
        Signer signer = Signer.ecdsa();
        byte[] signature = signer.sign(Signer.payload(MANIFEST));
        byte[] other = Signer.payload(Digest.of(Digest.Algorithm.SHA256, new byte[1]));

        assertFalse(SignedContent.ofPayload(other, signature).orElseThrow().isSignedBy(signer.key()));
        assertFalse(SignedContent.ofPayload(other, new byte[70]).orElseThrow().isSignedBy(signer.key()));
        assertFalse(SignedContent.ofPayload(other, new byte[0]).orElseThrow().isSignedBy(signer.key()));
    }

    @Test
    void a_bundle_s_type_is_part_of_what_is_signed() throws Exception {
        Signer signer = Signer.ecdsa();
        String statement = Signer.statement(MANIFEST, "https://sigstore.dev/cosign/sign/v1");
        String bundle = new String(signer.bundle(statement), StandardCharsets.UTF_8);
        byte[] unframed = signer.sign(statement.getBytes(StandardCharsets.UTF_8));
        String forged = bundle.replaceAll(
                "\"sig\":\"[^\"]*\"",
                "\"sig\":\"" + java.util.Base64.getEncoder().encodeToString(unframed) + "\"");

        assertFalse(SignedContent.ofBundle(forged.getBytes(StandardCharsets.UTF_8))
                .orElseThrow()
                .isSignedBy(signer.key()));
    }

    @Test
    void an_attestation_of_something_else_signs_nothing() throws Exception {
        byte[] provenance = Signer.ecdsa().bundle(Signer.statement(MANIFEST, "https://slsa.dev/provenance/v1"));

        assertEquals(Optional.empty(), SignedContent.ofBundle(provenance));
        assertEquals(
                Optional.empty(),
                SignedContent.ofPayload(Signer.payload(MANIFEST, "atomic container signature"), new byte[1]));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "null",
                "{\"critical\":{\"type\":\"cosign container image signature\"}}",
                "{\"critical\":{\"type\":\"cosign container image signature\",\"image\":{\"docker-manifest-digest\":\"sha256:00\"}}}",
                "{\"dsseEnvelope\":{\"payload\":\"%%\",\"payloadType\":\"application/vnd.in-toto+json\"}}",
                "{\"dsseEnvelope\":{\"payload\":\"e30=\",\"payloadType\":\"application/vnd.in-toto+json\",\"signatures\":7}}"
            })
    void what_is_none_is_none(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        assertEquals(Optional.empty(), SignedContent.ofPayload(bytes, new byte[1]));
        assertEquals(Optional.empty(), SignedContent.ofBundle(bytes));
    }

    @Test
    void a_key_counts_until_its_end() throws Exception {
        Instant end = Instant.parse("2026-11-20T12:00:00Z");
        SignatureKey key = new SignatureKey("release", Signer.ecdsa().pair().getPublic(), Optional.of(end));

        assertTrue(key.isValidAt(end.minusNanos(1)));
        assertFalse(key.isValidAt(end));
        assertTrue(Signer.ecdsa().key().isValidAt(Instant.MAX));
    }

    @Test
    void a_key_that_is_weak_or_of_another_kind_is_refused() throws Exception {
        for (Signer weak :
                Arrays.asList(Signer.of("RSA", 1024, "SHA256withRSA"), Signer.of("DSA", 2048, "SHA256withDSA"))) {
            IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, weak::key);
            assertTrue(refusal.getMessage().contains("none of: ECDSA on P-256"), refusal::getMessage);
        }
    }
}
