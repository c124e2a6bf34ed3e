package io.github.registryproxy.facade;

import io.github.registryproxy.transport.Pem;
import io.github.registryproxy.transport.TlsSettings;
import java.io.IOException;
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

/** The PEM files that settings name: read when the process starts, refused in one line when they are not what they should. */
final class PemFiles {
    private PemFiles() {}

    /** A key store with one entry and no password; refuses a key that is not the certificate's. */
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
        } catch (GeneralSecurityException | IOException e) {
            throw certificateFile.expected("a chain of certificates that TLS can use");
        }
    }

    /** Those authorities as well, when the file holds some. */
    static TlsSettings alsoTrusting(TlsSettings tls, Given file) throws SettingException {
        certificates(file);
        return tls.alsoTrusting(path(file));
    }

    /** With that certificate to show, when the files fit together. */
    static TlsSettings showing(TlsSettings tls, Given certificateFile, Given keyFile) throws SettingException {
        identity(certificateFile, keyFile);
        return tls.withClientCertificate(path(certificateFile), path(keyFile));
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
