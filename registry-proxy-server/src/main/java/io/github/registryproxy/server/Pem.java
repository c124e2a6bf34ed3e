package io.github.registryproxy.server;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Certificates and keys as PEM text (RFC 7468), and what TLS needs made of them, in memory. */
final class Pem {
    private static final Pattern BLOCK = Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----([^-]*)-----END \\1-----");
    private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "Ed25519", "Ed448");

    private Pem() {}

    /** All certificates of the text, in its order. */
    static List<X509Certificate> certificates(Given file) throws SettingException {
        List<X509Certificate> certificates = new ArrayList<>();
        Matcher blocks = BLOCK.matcher(GivenSettings.read(file));
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            while (blocks.find()) {
                if (blocks.group(1).equals("CERTIFICATE")) {
                    byte[] der = decode(blocks.group(2));
                    certificates.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
                }
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw file.expected("a PEM file with certificates, and one of them cannot be read");
        }
        if (certificates.isEmpty()) {
            throw file.expected("a PEM file with -----BEGIN CERTIFICATE-----");
        }
        return certificates;
    }

    /** The first private key of the text: PKCS#8, not encrypted. */
    static PrivateKey privateKey(Given file) throws SettingException {
        Matcher blocks = BLOCK.matcher(GivenSettings.read(file));
        while (blocks.find()) {
            String kind = blocks.group(1);
            if (kind.equals("PRIVATE KEY")) {
                return privateKey(file, blocks.group(2));
            }
            if (kind.endsWith("PRIVATE KEY")) {
                throw file.expected("a key as -----BEGIN PRIVATE KEY-----, and it is " + kind
                        + ": convert it with openssl pkcs8 -topk8 -nodes");
            }
        }
        throw file.expected("a PEM file with -----BEGIN PRIVATE KEY-----");
    }

    private static PrivateKey privateKey(Given file, String base64) throws SettingException {
        try {
            PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(decode(base64));
            for (String algorithm : KEY_ALGORITHMS) {
                try {
                    return KeyFactory.getInstance(algorithm).generatePrivate(spec);
                } catch (InvalidKeySpecException e) {
                    continue; // a key of another kind
                }
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw file.expected("a private key, and this one cannot be read");
        }
        throw file.expected("an RSA, EC or Ed25519 key, and this is none");
    }

    /** A key store with that one entry; refuses a key that is not the certificate's. */
    static KeyStore identity(Given certificateFile, Given keyFile) throws SettingException {
        List<X509Certificate> chain = certificates(certificateFile);
        PrivateKey key = privateKey(keyFile);
        if (!KeyPairs.match(chain.get(0).getPublicKey(), key)) {
            throw keyFile.conflictsWith(certificateFile, "this is not the key of the first certificate there");
        }
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("identity", key, new char[0], chain.toArray(Certificate[]::new));
            return store;
        } catch (GeneralSecurityException | java.io.IOException e) {
            throw certificateFile.expected("a certificate chain and its key");
        }
    }

    /** What TLS clients need: the usual trust and the bundle's, and an identity to show when there is one. */
    static SSLContext client(List<X509Certificate> bundle, @Nullable KeyStore identity)
            throws GeneralSecurityException, java.io.IOException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        int n = 0;
        for (X509Certificate certificate : bundle) {
            trusted.setCertificateEntry("own-" + n++, certificate);
        }
        for (X509Certificate certificate : usualAuthorities()) {
            trusted.setCertificateEntry("usual-" + n++, certificate);
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(identity, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private static X509Certificate[] usualAuthorities() throws GeneralSecurityException {
        TrustManagerFactory usual = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        usual.init((@Nullable KeyStore) null);
        return ((X509TrustManager) usual.getTrustManagers()[0]).getAcceptedIssuers();
    }

    private static byte[] decode(String base64) {
        return Base64.getMimeDecoder().decode(base64.getBytes(StandardCharsets.US_ASCII));
    }
}
