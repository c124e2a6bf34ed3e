package io.github.registryproxy.facade;

import io.github.registryproxy.facade.model.Tls;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.transport.Pem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** The PEM files that settings name: read when the process starts, refused in one line when they are not what they should. */
final class PemFiles {
    private PemFiles() {}

    /** A certificate and its key, as they were given. */
    record Pair(Given certificate, Given key) {}

    /** Both settings, or neither. */
    static Optional<Pair> pair(GivenSettings given, Setting certificate, Setting key) throws SettingException {
        Optional<Given> certificateFile = given.find(certificate);
        Optional<Given> keyFile = given.find(key);
        if (certificateFile.isPresent() && keyFile.isPresent()) {
            return Optional.of(new Pair(certificateFile.get(), keyFile.get()));
        }
        if (certificateFile.isPresent()) {
            throw certificateFile.get().expected(given.called(key) + " beside it");
        }
        if (keyFile.isPresent()) {
            throw keyFile.get().expected(given.called(certificate) + " beside it");
        }
        return Optional.empty();
    }

    /** A key store with one entry and no password; refuses a key that is not the certificate's. */
    static KeyStore identity(Pair files) throws SettingException {
        List<X509Certificate> chain = certificates(files.certificate());
        PrivateKey key = privateKey(files.key());
        if (!KeyPairs.match(chain.get(0).getPublicKey(), key)) {
            throw files.key().conflictsWith(files.certificate(), "this is not the key of the first certificate there");
        }
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("identity", key, new char[0], chain.toArray(Certificate[]::new));
            return store;
        } catch (GeneralSecurityException | IOException e) {
            throw files.certificate().expected("a chain of certificates that TLS can use");
        }
    }

    /** What to trust and to show to a registry, when the files hold what they should and fit together. */
    static Tls tls(Optional<Given> authorities, Optional<Pair> identity) throws SettingException {
        StringBuilder content = new StringBuilder();
        if (authorities.isPresent()) {
            certificates(authorities.get());
            content.append(hash(authorities.get()));
        }
        if (identity.isPresent()) {
            identity(identity.get());
            content.append(hash(identity.get().certificate()))
                    .append(hash(identity.get().key()));
        }
        return new Tls(
                authorities.isPresent() ? Optional.of(path(authorities.get())) : Optional.empty(),
                identity.isPresent()
                        ? Optional.of(new Tls.Identity(
                                path(identity.get().certificate()),
                                path(identity.get().key())))
                        : Optional.empty(),
                content.toString());
    }

    private static String hash(Given file) throws SettingException {
        byte[] content = GivenSettings.read(file).getBytes(StandardCharsets.UTF_8);
        return Digest.of(Digest.Algorithm.SHA256, content).encoded();
    }

    private static List<X509Certificate> certificates(Given file) throws SettingException {
        try {
            return Pem.certificates(path(file));
        } catch (IOException e) {
            throw file.expected("a PEM file with certificates" + why(e));
        }
    }

    private static PrivateKey privateKey(Given file) throws SettingException {
        try {
            return Pem.privateKey(path(file));
        } catch (IOException e) {
            throw file.expected("a PEM file with a private key that is not encrypted" + why(e));
        }
    }

    private static Path path(Given file) throws SettingException {
        try {
            return Path.of(file.value().trim());
        } catch (InvalidPathException e) {
            throw file.expected("the path of a file");
        }
    }

    private static String why(IOException e) {
        if (e instanceof NoSuchFileException) {
            return ", and there is no file";
        }
        return e instanceof AccessDeniedException ? ", and it cannot be read" : ": " + e.getMessage();
    }
}
