package io.github.registryproxy.policy;

import io.github.registryproxy.protocol.Digest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;

/** Signs as cosign does, with keys of the JDK. */
final class Signer {
    private final KeyPair pair;
    private final String algorithm;

    private Signer(KeyPair pair, String algorithm) {
        this.pair = pair;
        this.algorithm = algorithm;
    }

    static Signer ofEc(int bits, String algorithm) throws GeneralSecurityException {
        return of("EC", bits, algorithm);
    }

    static Signer ecdsa() throws GeneralSecurityException {
        return ofEc(256, "SHA256withECDSA");
    }

    static Signer of(String kind, int bits, String algorithm) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
        if (bits > 0) {
            generator.initialize(bits);
        }
        return new Signer(generator.generateKeyPair(), algorithm);
    }

    SignatureKey key() {
        return SignatureKey.of("release", pair.getPublic());
    }

    KeyPair pair() {
        return pair;
    }

    byte[] sign(byte[] content) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(pair.getPrivate());
        signature.update(content);
        return signature.sign();
    }

    static byte[] payload(Digest manifest) {
        return payload(manifest, "cosign container image signature");
    }

    static byte[] payload(Digest manifest, String type) {
        return ("{\"critical\":{\"identity\":{\"docker-reference\":\"r.example/app\"},\"image\":{\"docker-manifest-digest\":\""
                        + manifest + "\"},\"type\":\"" + type + "\"},\"optional\":null}")
                .getBytes(StandardCharsets.UTF_8);
    }

    byte[] bundle(Digest manifest) throws GeneralSecurityException {
        return bundle(statement(manifest, "https://sigstore.dev/cosign/sign/v1"));
    }

    static String statement(Digest manifest, String predicateType) {
        return "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"digest\":{\"" + manifest.algorithm()
                + "\":\"" + manifest.encoded() + "\"}}],\"predicateType\":\"" + predicateType + "\"}";
    }

    byte[] bundle(String statement) throws GeneralSecurityException {
        byte[] payload = statement.getBytes(StandardCharsets.UTF_8);
        String type = "application/vnd.in-toto+json";
        byte[] signed = ("DSSEv1 28 " + type + " " + payload.length + " " + statement).getBytes(StandardCharsets.UTF_8);
        Base64.Encoder base64 = Base64.getEncoder();
        return ("{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\",\"verificationMaterial\":"
                        + "{\"publicKey\":{\"hint\":\"x\"}},\"dsseEnvelope\":{\"payload\":\""
                        + base64.encodeToString(payload)
                        + "\",\"payloadType\":\"" + type + "\",\"signatures\":[{\"sig\":\""
                        + base64.encodeToString(sign(signed)) + "\"}]}}")
                .getBytes(StandardCharsets.UTF_8);
    }
}
