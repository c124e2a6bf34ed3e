package io.github.registryproxy.transport;

import com.google.common.base.Suppliers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Whom to trust and who to be on TLS connections: by default the certificate authorities of the JVM, and nobody. Names are
 * always checked against certificates. Files are read when the transport is built.
 */
public final class TlsSettings {
    private static final TlsSettings DEFAULT = new TlsSettings(null, true, null, null);

    private final @Nullable Path authorities;
    private final boolean systemAuthorities;
    private final @Nullable Path certificate;
    private final @Nullable Path key;

    private TlsSettings(
            @Nullable Path authorities, boolean systemAuthorities, @Nullable Path certificate, @Nullable Path key) {
        this.authorities = authorities;
        this.systemAuthorities = systemAuthorities;
        this.certificate = certificate;
        this.key = key;
    }

    public static TlsSettings defaults() {
        return DEFAULT;
    }

    /** The authorities in that PEM file beside those of the JVM. */
    public TlsSettings alsoTrusting(Path pem) {
        return new TlsSettings(pem, true, certificate, key);
    }

    /** The authorities in that PEM file and no others. */
    public TlsSettings trustingOnly(Path pem) {
        return new TlsSettings(pem, false, certificate, key);
    }

    /**
     * Presents itself with a certificate where the other side asks for one (mutual TLS).
     *
     * @param chain PEM: the certificate, then those that lead to its authority
     * @param privateKey PEM: PKCS #8, PKCS #1 (RSA) or SEC 1 (EC), not encrypted
     */
    public TlsSettings withClientCertificate(Path chain, Path privateKey) {
        return new TlsSettings(authorities, systemAuthorities, chain, privateKey);
    }

    /**
     * For makers of transports: as {@link #toContext}, but where there are no files to complain about, made when it is first asked
     * for: reading the authorities of the JVM is a good part of a short start. What goes wrong then is an
     * {@link UncheckedIOException}.
     *
     * @throws IOException when a file cannot be read or does not hold what it should; the message names the file
     */
    public Supplier<SSLContext> toLazyContext() throws IOException {
        if (authorities == null && certificate == null) {
            return Suppliers.memoize(() -> {
                try {
                    return toContext();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        SSLContext context = toContext();
        return () -> context;
    }

    /**
     * For makers of transports; reads the files.
     *
     * @throws IOException when a file cannot be read or does not hold what it should; the message names the file
     */
    public SSLContext toContext() throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keyManagers(), trustManagers().getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS settings cannot be used: " + e.getMessage(), e);
        }
    }

    private TrustManagerFactory trustManagers() throws IOException, GeneralSecurityException {
        TrustManagerFactory system = trusting(null);
        if (authorities == null) {
            return system;
        }
        KeyStore trusted = emptyStore();
        int n = 0;
        for (X509Certificate authority : Pem.certificates(authorities)) {
            trusted.setCertificateEntry("own-" + n++, authority);
        }
        if (systemAuthorities && system.getTrustManagers()[0] instanceof X509TrustManager manager) {
            for (X509Certificate authority : manager.getAcceptedIssuers()) {
                trusted.setCertificateEntry("system-" + n++, authority);
            }
        }
        return trusting(trusted);
    }

    private static TrustManagerFactory trusting(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory;
    }

    private KeyManager @Nullable [] keyManagers() throws IOException, GeneralSecurityException {
        if (certificate == null || key == null) {
            return null;
        }
        List<X509Certificate> chain = Pem.certificates(certificate);
        PrivateKey secret = Pem.privateKey(key);
        if (!secret.getAlgorithm().equals(chain.get(0).getPublicKey().getAlgorithm())) {
            throw new IOException(key + " is not the key of the first certificate in " + certificate);
        }
        KeyStore own = emptyStore();
        own.setKeyEntry("client", secret, new char[0], chain.toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(own, new char[0]);
        return factory.getKeyManagers();
    }

    private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
