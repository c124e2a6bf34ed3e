package io.github.registryproxy.login;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.registryproxy.Identity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;

final class ClientCertificateTest {
    private static final HeldCertificate ROBOT = new HeldCertificate.Builder()
            .commonName("robot, of CN=root")
            .addSubjectAlternativeName("robot.example.com")
            .build();

    private static Proof proof(HeldCertificate certificate) {
        return new Proof.Certificate(List.of(certificate.certificate()));
    }

    @Test
    void the_name_is_that_of_the_subject_and_cannot_smuggle_another() {
        assertEquals(
                Optional.of(Identity.of("robot, of CN=root")),
                ClientCertificate.commonName().identify(proof(ROBOT)));
        assertEquals(
                Optional.of(Identity.of("robot.example.com")),
                ClientCertificate.dnsName().identify(proof(ROBOT)));
    }

    @Test
    void a_certificate_without_that_name_or_with_several_is_nobody_s() {
        HeldCertificate two = new HeldCertificate.Builder()
                .addSubjectAlternativeName("a.example.com")
                .addSubjectAlternativeName("b.example.com")
                .build();
        assertEquals(Optional.empty(), ClientCertificate.dnsName().identify(proof(two)));
        assertEquals(Optional.empty(), ClientCertificate.uri().identify(proof(ROBOT)));
        assertEquals(Optional.empty(), ClientCertificate.email().identify(proof(ROBOT)));
    }

    @Test
    void an_expired_certificate_is_nobody_s() {
        ClientCertificate later =
                ClientCertificate.commonName().clock(() -> Instant.now().plus(Duration.ofDays(10_000)));
        assertEquals(Optional.empty(), later.identify(proof(ROBOT)));
    }

    @Test
    void a_password_is_no_certificate() {
        assertEquals(
                Optional.empty(), ClientCertificate.commonName().identify(new Proof.Password("robot, of CN=root", "")));
    }
}
