package io.github.registryproxy.transport;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and keys in PEM files (RFC 7468); text around the blocks is ignored. */
public final class Pem {
    /** A bundle of all public authorities has some 250 KiB. */
    private static final int MAX_SIZE = 4 * 1024 * 1024;

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

    private record Block(String label, byte[] content) {}

    private Pem() {}

    /**
     * All certificates in the file, in order, at least one.
     *
     * @throws IOException when it cannot be read or holds none; the message names the file
     */
    public static List<X509Certificate> certificates(Path file) throws IOException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : blocks(file)) {
            if (block.label.equals("CERTIFICATE") || block.label.equals("X509 CERTIFICATE")) {
                certificates.add(certificate(file, block.content));
            }
        }
        if (certificates.isEmpty()) {
            throw new IOException(file + " holds no PEM certificate");
        }
        return certificates;
    }

    /**
     * The first private key in the file: PKCS #8, PKCS #1 (RSA) or SEC 1 (EC), not encrypted.
     *
     * @throws IOException when it cannot be read or holds none; the message names the file
     */
    public static PrivateKey privateKey(Path file) throws IOException {
        for (Block block : blocks(file)) {
            switch (block.label) {
                case "PRIVATE KEY":
                    return key(file, block.content);
                case "RSA PRIVATE KEY":
                    return key(file, Pkcs8.ofRsa(block.content));
                case "EC PRIVATE KEY":
                    return key(file, Pkcs8.ofEc(block.content));
                case "ENCRYPTED PRIVATE KEY":
                    throw new IOException(file + " holds an encrypted private key; decrypt it first");
                default:
                    break;
            }
        }
        throw new IOException(file + " holds no PEM private key");
    }

    /**
     * All public keys in the file (X.509 SubjectPublicKeyInfo), in order, at least one.
     *
     * @throws IOException when it cannot be read or holds none; the message names the file
     */
    public static List<PublicKey> publicKeys(Path file) throws IOException {
        List<PublicKey> keys = new ArrayList<>();
        for (Block block : blocks(file)) {
            if (block.label.equals("PUBLIC KEY")) {
                keys.add(key(file, "public", factory -> factory.generatePublic(new X509EncodedKeySpec(block.content))));
            }
        }
        if (keys.isEmpty()) {
            throw new IOException(file + " holds no PEM public key");
        }
        return keys;
    }

    private static List<Block> blocks(Path file) throws IOException {
        String text;
        try (InputStream in = Files.newInputStream(file)) {
            text = new String(in.readNBytes(MAX_SIZE), StandardCharsets.ISO_8859_1);
        }
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            try {
                blocks.add(new Block(matcher.group(1), Base64.getMimeDecoder().decode(matcher.group(2))));
            } catch (IllegalArgumentException e) {
                throw new IOException(file + " holds a PEM block that is not base64", e);
            }
        }
        return blocks;
    }

    private static X509Certificate certificate(Path file, byte[] der) throws IOException {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " holds a certificate that cannot be read", e);
        }
    }

    private static PrivateKey key(Path file, byte[] pkcs8) throws IOException {
        return key(file, "private", factory -> factory.generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
    }

    private interface Reading<T> {
        T by(KeyFactory factory) throws InvalidKeySpecException;
    }

    private static <T> T key(Path file, String kind, Reading<T> reading) throws IOException {
        for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
            try {
                return reading.by(KeyFactory.getInstance(algorithm));
            } catch (InvalidKeySpecException e) {
                continue; // a key of another algorithm
            } catch (GeneralSecurityException e) {
                throw new IOException("this JVM knows no " + algorithm + " keys", e);
            }
        }
        throw new IOException(file + " holds a " + kind + " key that is not RSA, EC or EdDSA");
    }
}
