package io.github.registryproxy.policy;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A public key whose signatures count.
 *
 * @param name how the operator calls it, for messages
 * @param key ECDSA on P-256, P-384 or P-521, RSA of at least 2048 bits (PKCS #1 v1.5), or Ed25519
 * @param notAfter from when on its signatures count no more; empty for never
 */
public record SignatureKey(String name, PublicKey key, Optional<Instant> notAfter) {
    private static final int LEAST_RSA = 2048;

    /** @throws IllegalArgumentException when the key is of a kind that is not supported */
    public SignatureKey {
        if (algorithms(key).isEmpty()) {
            throw new IllegalArgumentException("the key " + name + " (" + key.getAlgorithm()
                    + ") is none of: ECDSA on P-256, P-384 or P-521, RSA from " + LEAST_RSA + " bits, Ed25519");
        }
    }

    /** A key without an end. */
    public static SignatureKey of(String name, PublicKey key) {
        return new SignatureKey(name, key, Optional.empty());
    }

    /** Whether its signatures still count. */
    boolean isValidAt(Instant now) {
        return notAfter.map(now::isBefore).orElse(true);
    }

    /** Whether the signature over these bytes was made with the key's other half. */
    boolean verifies(byte[] signed, byte[] signature) {
        return algorithms(key).stream().anyMatch(algorithm -> verifies(algorithm, signed, signature));
    }

    private boolean verifies(String algorithm, byte[] signed, byte[] signature) {
        try {
            Signature check = Signature.getInstance(algorithm);
            check.initVerify(key);
            check.update(signed);
            return check.verify(signature);
        } catch (GeneralSecurityException e) {
            // A signature that cannot even be read was not made with this key.
            return false;
        }
    }

    /** Signers hash by SHA-256 unless told otherwise, newer ones as the size of the curve suggests. */
    private static List<String> algorithms(PublicKey key) {
        if (key instanceof RSAPublicKey rsa) {
            return rsa.getModulus().bitLength() >= LEAST_RSA ? List.of("SHA256withRSA") : List.of();
        }
        if (key instanceof EdECPublicKey edwards) {
            return edwards.getParams().getName().equals("Ed25519") ? List.of("Ed25519") : List.of();
        }
        if (key instanceof ECPublicKey curve) {
            return switch (curve.getParams().getCurve().getField().getFieldSize()) {
                case 256 -> List.of("SHA256withECDSA");
                case 384 -> List.of("SHA256withECDSA", "SHA384withECDSA");
                case 521 -> List.of("SHA256withECDSA", "SHA512withECDSA");
                default -> List.of();
            };
        }
        return List.of();
    }

    /** Without the key, which is public but long. */
    @Override
    public String toString() {
        return name + notAfter.map(end -> " until " + end).orElse("");
    }
}
