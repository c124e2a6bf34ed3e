package io.github.registryproxy.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PemTest {
    @TempDir
    Path folder;

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("x.pem"), content);
    }

    private static String block(String label, byte[] content) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END "
                + label + "-----\n";
    }

    @Test
    void all_certificates_of_a_bundle_are_read_in_order_and_text_between_them_is_ignored() throws Exception {
        HeldCertificate a = new HeldCertificate.Builder().commonName("a").build();
        HeldCertificate b = new HeldCertificate.Builder().commonName("b").build();

        var read = Pem.certificates(file("# A\n" + a.certificatePem() + "\n# B - second\n" + b.certificatePem()));

        assertEquals(java.util.List.of(a.certificate(), b.certificate()), read);
    }

    @Test
    void rsa_keys_are_read_as_pkcs8_and_as_pkcs1() throws Exception {
        HeldCertificate rsa = new HeldCertificate.Builder().rsa2048().build();
        byte[] expected = rsa.keyPair().getPrivate().getEncoded();

        assertArrayEquals(
                expected, Pem.privateKey(file(rsa.privateKeyPkcs8Pem())).getEncoded());
        assertArrayEquals(
                expected, Pem.privateKey(file(rsa.privateKeyPkcs1Pem())).getEncoded());
    }

    @Test
    void ec_keys_are_read_as_pkcs8_and_as_sec1_with_a_named_curve() throws Exception {
        HeldCertificate ec = new HeldCertificate.Builder().ecdsa256().build();
        BigInteger secret = ((ECPrivateKey) ec.keyPair().getPrivate()).getS();

        assertEquals(secret, ((ECPrivateKey) Pem.privateKey(file(ec.privateKeyPkcs8Pem()))).getS());
        String parameters = block("EC PARAMETERS", new byte[] {0x06, 0x08, 0x2a});
        PrivateKey sec1 = Pem.privateKey(file(parameters + block("EC PRIVATE KEY", sec1(secret))));
        assertEquals(secret, ((ECPrivateKey) sec1).getS());
    }

    /** RFC 5915: version 1, the secret, [0] prime256v1. */
    private static byte[] sec1(BigInteger secret) {
        byte[] bytes = secret.toByteArray();
        byte[] padded = new byte[32];
        int n = Math.min(32, bytes.length);
        System.arraycopy(bytes, bytes.length - n, padded, 32 - n, n);
        ByteArrayOutputStream der = new ByteArrayOutputStream();
        der.writeBytes(new byte[] {0x30, 0x31, 0x02, 0x01, 0x01, 0x04, 0x20});
        der.writeBytes(padded);
        der.writeBytes(
                new byte[] {(byte) 0xa0, 0x0a, 0x06, 0x08, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x03, 0x01, 0x07
                });
        return der.toByteArray();
    }

    @Test
    void ed25519_keys_are_read() throws Exception {
        PrivateKey key =
                KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate();

        assertArrayEquals(
                key.getEncoded(),
                Pem.privateKey(file(block("PRIVATE KEY", key.getEncoded()))).getEncoded());
    }

    @Test
    void all_public_keys_of_a_file_are_read_in_order() throws Exception {
        StringBuilder text = new StringBuilder("keys of the release team\n");
        List<byte[]> keys = new ArrayList<>();
        for (String algorithm : List.of("EC", "RSA", "Ed25519")) {
            byte[] key = KeyPairGenerator.getInstance(algorithm)
                    .generateKeyPair()
                    .getPublic()
                    .getEncoded();
            keys.add(key);
            text.append(block("PUBLIC KEY", key));
        }
        List<PublicKey> read = Pem.publicKeys(file(text.toString()));
        assertEquals(3, read.size());
        for (int i = 0; i < 3; i++) {
            assertArrayEquals(keys.get(i), read.get(i).getEncoded());
        }
        assertThrows(IOException.class, () -> Pem.publicKeys(file("none")));
        assertThrows(IOException.class, () -> Pem.publicKeys(file(block("PUBLIC KEY", new byte[] {0x30}))));
    }

    @Test
    void what_cannot_be_used_is_refused_with_the_name_of_the_file() throws Exception {
        byte[] noise = {1, 2, 3};
        for (String content : new String[] {
            "",
            "hello",
            block("ENCRYPTED PRIVATE KEY", noise),
            block("PRIVATE KEY", noise),
            block("RSA PRIVATE KEY", noise),
            block("CERTIFICATE", noise)
        }) {
            Path file = file(content);
            for (var read : new org.junit.jupiter.api.function.Executable[] {
                () -> Pem.privateKey(file), () -> Pem.certificates(file)
            }) {
                IOException refusal = assertThrows(IOException.class, read);
                assertTrue(refusal.getMessage().contains("x.pem"), refusal.getMessage());
            }
        }
        assertThrows(IOException.class, () -> Pem.privateKey(file(block("EC PRIVATE KEY", noise))));
        assertThrows(IOException.class, () -> Pem.privateKey(file(block("EC PRIVATE KEY", new byte[] {0x30}))));
    }
}
