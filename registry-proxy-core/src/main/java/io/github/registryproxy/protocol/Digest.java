package io.github.registryproxy.protocol;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;

/**
 * A digest such as {@code sha256:…}: image specification, "Digests".
 *
 * <p>Only algorithms that this library can verify are accepted: what cannot be checked is not served.
 *
 * @param algorithm sha256 or sha512
 * @param encoded lower-case hexadecimal of the algorithm's length
 */
public record Digest(Algorithm algorithm, String encoded) implements Reference {
    /** The registered algorithms. */
    public enum Algorithm {
        SHA256("sha256", "SHA-256", 64),
        SHA512("sha512", "SHA-512", 128);

        private final String wire;
        private final String jca;
        private final int hexLength;

        Algorithm(String wire, String jca, int hexLength) {
            this.wire = wire;
            this.jca = jca;
            this.hexLength = hexLength;
        }

        /** How many hexadecimal digits a digest has. */
        public int hexLength() {
            return hexLength;
        }

        /** A fresh computation, to be given bytes and then to {@link Digest#of}. */
        public MessageDigest start() {
            try {
                return MessageDigest.getInstance(jca);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(jca + " is missing from this Java runtime", e);
            }
        }

        @Override
        public String toString() {
            return wire;
        }
    }

    /** Refuses what is outside the grammar with DIGEST_INVALID (code-4). */
    public Digest {
        Objects.requireNonNull(algorithm, "algorithm");
        if (encoded.length() != algorithm.hexLength || !isLowerHex(encoded)) {
            throw ErrorCode.DIGEST_INVALID
                    .because(algorithm + " takes " + algorithm.hexLength + " lower-case hexadecimal digits")
                    .asException();
        }
    }

    private static boolean isLowerHex(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!Ascii.isLowerHex(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** The digest that the text names; DIGEST_INVALID where it names none or an algorithm that cannot be verified. */
    public static Digest parse(String text) {
        int colon = text.indexOf(':');
        for (Algorithm algorithm : Algorithm.values()) {
            if (colon == algorithm.wire.length() && text.startsWith(algorithm.wire)) {
                return new Digest(algorithm, text.substring(colon + 1));
            }
        }
        throw ErrorCode.DIGEST_INVALID
                .because("a digest is sha256: or sha512: followed by lower-case hexadecimal digits")
                .asException();
    }

    /** The digest that a computation begun by {@link Algorithm#start} arrived at; the computation is reset. */
    public static Digest of(Algorithm algorithm, MessageDigest computation) {
        return new Digest(algorithm, HexFormat.of().formatHex(computation.digest()));
    }

    /** The digest of a whole document. */
    public static Digest of(Algorithm algorithm, byte[] content) {
        MessageDigest computation = algorithm.start();
        computation.update(content);
        return of(algorithm, computation);
    }

    /** Whether the content hashes to this digest. */
    public boolean matches(byte[] content) {
        return of(algorithm, content).equals(this);
    }

    @Override
    public String toString() {
        return algorithm + ":" + encoded;
    }
}
