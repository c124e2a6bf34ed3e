package io.github.registryproxy.facade.model;

import io.github.registryproxy.transport.TlsSettings;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Whom to trust beside the usual authorities, and who to be.
 *
 * @param content what tells the files' content from what it was before
 */
public record Tls(Optional<Path> authorities, Optional<Identity> identity, String content) {
    /** The usual authorities, and nobody. */
    public static final Tls USUAL = new Tls(Optional.empty(), Optional.empty(), "");

    /** A certificate and its key, as PEM files. */
    public record Identity(Path certificate, Path key) {}

    /** For those who make transports. */
    public TlsSettings settings() {
        TlsSettings tls = authorities
                .map(file -> TlsSettings.defaults().alsoTrusting(file))
                .orElse(TlsSettings.defaults());
        return identity.isPresent()
                ? tls.withClientCertificate(
                        identity.get().certificate(), identity.get().key())
                : tls;
    }
}
