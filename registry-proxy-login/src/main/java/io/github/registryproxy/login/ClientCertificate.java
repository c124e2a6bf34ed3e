package io.github.registryproxy.login;

import io.github.registryproxy.Identity;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;

/**
 * The identity in the certificate that a client connected with. The servlet container asks for it and checks it against its
 * trust store, which should hold the authority for clients alone; a header that carries a certificate is not looked at.
 *
 * <p>A certificate that has none or several of the name wanted, or is not valid now, identifies nobody.
 */
public final class ClientCertificate implements Authenticator {
    private static final int EMAIL = 1;
    private static final int DNS = 2;
    private static final int URI = 6;

    private final Names names;
    private final InstantSource clock;

    /** Where the name stands. */
    @FunctionalInterface
    private interface Names {
        List<String> in(X509Certificate certificate) throws CertificateException, InvalidNameException;
    }

    private ClientCertificate(Names names, InstantSource clock) {
        this.names = names;
        this.clock = clock;
    }

    /** Named by the CN of the subject. */
    public static ClientCertificate commonName() {
        return new ClientCertificate(ClientCertificate::commonNames, InstantSource.system());
    }

    /** Named by the DNS name among the subject's alternative names. */
    public static ClientCertificate dnsName() {
        return alternative(DNS);
    }

    /** Named by the email address among the subject's alternative names. */
    public static ClientCertificate email() {
        return alternative(EMAIL);
    }

    /** Named by the URI among the subject's alternative names, such as a SPIFFE ID. */
    public static ClientCertificate uri() {
        return alternative(URI);
    }

    private static ClientCertificate alternative(int type) {
        return new ClientCertificate(certificate -> alternatives(certificate, type), InstantSource.system());
    }

    /** By another clock. */
    public ClientCertificate clock(InstantSource other) {
        return new ClientCertificate(names, Objects.requireNonNull(other, "other"));
    }

    @Override
    public Optional<Identity> identify(Proof proof) {
        if (!(proof instanceof Proof.Certificate shown)) {
            return Optional.empty();
        }
        X509Certificate own = shown.chain().get(0);
        try {
            own.checkValidity(Date.from(clock.instant()));
            List<String> found = names.in(own);
            return found.size() == 1 ? Optional.of(new Identity(found.get(0), Set.of())) : Optional.empty();
        } catch (CertificateException | InvalidNameException | IllegalArgumentException e) {
            // Expired, or a name that cannot be one: it says of nobody who it is.
            return Optional.empty();
        }
    }

    private static List<String> commonNames(X509Certificate certificate) throws InvalidNameException {
        return new LdapName(certificate.getSubjectX500Principal().getName())
                .getRdns().stream()
                        .filter(part -> part.getType().equalsIgnoreCase("CN"))
                        .map(part -> part.getValue().toString())
                        .toList();
    }

    private static List<String> alternatives(X509Certificate certificate, int type) throws CertificateParsingException {
        Collection<List<?>> all = certificate.getSubjectAlternativeNames();
        return all == null
                ? List.of()
                : all.stream()
                        .filter(name -> Objects.equals(name.get(0), type))
                        .map(name -> String.valueOf(name.get(1)))
                        .toList();
    }
}
