package io.github.registryproxy.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A key and a certificate for a registry that is trained with, good for a day and for this host: without them an archive would hold
 * nothing of TLS, which almost every registry is reached by.
 *
 * @param store both, as listeners want them
 * @param certificate a PEM file of the certificate
 */
record TrainIdentity(KeyStore store, Path certificate) {
    private static final String ALIAS = "train";
    private static final String PASSWORD = "of-no-use";
    private static final long LIMIT_SECONDS = 60;

    /** Made by the keytool of this JVM; empty where it has none. */
    static Optional<TrainIdentity> in(Path directory) throws IOException {
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        if (!Files.isExecutable(keytool)) {
            return Optional.empty();
        }
        Path file = directory.resolve("train.p12");
        Process process = new ProcessBuilder(List.of(
                        keytool.toString(),
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=train",
                        "-ext",
                        "san=ip:" + Demo.LOOPBACK,
                        "-validity",
                        "1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        PASSWORD))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("keytool.log").toFile())
                .start();
        try {
            boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
            return ended && process.exitValue() == 0
                    ? Optional.of(read(file, directory.resolve("train.pem")))
                    : Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IOException("what keytool wrote cannot be read", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static TrainIdentity read(Path file, Path pem) throws IOException, GeneralSecurityException {
        KeyStore made = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            made.load(in, PASSWORD.toCharArray());
        }
        Certificate[] chain = made.getCertificateChain(ALIAS);
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(ALIAS, made.getKey(ALIAS, PASSWORD.toCharArray()), new char[0], chain);
        String lines = Base64.getMimeEncoder().encodeToString(chain[0].getEncoded());
        Files.writeString(pem, "-----BEGIN CERTIFICATE-----\n" + lines + "\n-----END CERTIFICATE-----\n");
        return new TrainIdentity(store, pem);
    }
}
