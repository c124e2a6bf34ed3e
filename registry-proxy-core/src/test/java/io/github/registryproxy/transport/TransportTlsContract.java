package io.github.registryproxy.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.RegistryResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import okio.Buffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** https: whom to trust, who to be, which HTTP. */
public abstract class TransportTlsContract extends TransportContract {
    @TempDir
    Path folder;

    protected final HeldCertificate authority = new HeldCertificate.Builder()
            .certificateAuthority(0)
            .commonName("test authority")
            .build();
    protected final MockWebServer server = new MockWebServer();

    @BeforeEach
    void start() throws IOException {
        start("127.0.0.1");
    }

    private void start(String name) throws IOException {
        HeldCertificate own = new HeldCertificate.Builder()
                .signedBy(authority)
                .addSubjectAlternativeName(name)
                .build();
        HandshakeCertificates handshake = new HandshakeCertificates.Builder()
                .heldCertificate(own)
                .addTrustedCertificate(authority.certificate())
                .build();
        server.useHttps(handshake.sslSocketFactory());
        server.start(InetAddress.getLoopbackAddress(), 0);
        server.enqueue(new MockResponse.Builder().body("hello").build());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    protected URI uri() {
        return URI.create("https://127.0.0.1:" + server.getPort() + "/v2/");
    }

    protected Path pem(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    protected Path authorityPem() throws IOException {
        return pem("ca.pem", authority.certificatePem());
    }

    String get(URI uri, TlsSettings tls) throws IOException {
        try (Transport transport = builder().tls(tls).build()) {
            return Sending.text(transport.send(Sending.get(uri)));
        }
    }

    @Test
    void an_authority_nobody_named_is_not_trusted() {
        assertThrows(IOException.class, () -> get(uri(), TlsSettings.defaults()));
    }

    @Test
    void an_authority_of_ones_own_is_trusted() throws Exception {
        assertEquals("hello", get(uri(), TlsSettings.defaults().alsoTrusting(authorityPem())));
    }

    @Test
    void a_large_body_comes_as_it_is_and_the_connection_is_used_again() throws Exception {
        byte[] content = new byte[24 * 1024 * 1024 + 77];
        new Random(13).nextBytes(content);
        try (Transport transport = builder()
                .tls(TlsSettings.defaults().alsoTrusting(authorityPem()))
                .build()) {
            assertEquals("hello", Sending.text(transport.send(Sending.get(uri()))));
            for (int i = 0; i < 2; i++) {
                server.enqueue(new MockResponse.Builder()
                        .body(new Buffer().write(content))
                        .build());
                try (RegistryResponse response = transport.send(Sending.get(uri()))) {
                    assertArrayEquals(content, response.body().readAll(content.length));
                }
            }
        }
        server.takeRequest();
        assertEquals(1, server.takeRequest().getExchangeIndex());
        assertEquals(2, server.takeRequest().getExchangeIndex());
    }

    @Test
    void an_authority_of_ones_own_can_be_the_only_one() throws Exception {
        assertEquals("hello", get(uri(), TlsSettings.defaults().trustingOnly(authorityPem())));
        HeldCertificate other =
                new HeldCertificate.Builder().certificateAuthority(0).build();
        Path file = pem("other.pem", other.certificatePem());
        assertThrows(IOException.class, () -> get(uri(), TlsSettings.defaults().trustingOnly(file)));
    }

    @Test
    void a_certificate_for_another_name_is_refused() throws Exception {
        URI otherName = URI.create("https://localhost:" + server.getPort() + "/v2/");

        assertThrows(
                IOException.class, () -> get(otherName, TlsSettings.defaults().alsoTrusting(authorityPem())));
    }

    @Test
    void a_client_certificate_is_shown_to_whom_asks() throws Exception {
        server.requireClientAuth();
        HeldCertificate client = new HeldCertificate.Builder()
                .signedBy(authority)
                .commonName("the proxy")
                .rsa2048()
                .build();
        Path chain = pem("client.pem", client.certificatePem());
        Path key = pem("client.key", client.privateKeyPkcs1Pem());
        TlsSettings trusting = TlsSettings.defaults().alsoTrusting(authorityPem());

        assertThrows(IOException.class, () -> get(uri(), trusting));
        assertEquals("hello", get(uri(), trusting.withClientCertificate(chain, key)));

        RecordedRequest request = Objects.requireNonNull(server.takeRequest(20, TimeUnit.SECONDS));
        X509Certificate seen = (X509Certificate) Objects.requireNonNull(request.getHandshake())
                .peerCertificates()
                .get(0);
        assertEquals(client.certificate(), seen);
    }

    @Test
    void a_key_that_does_not_fit_its_certificate_is_refused_when_building() throws Exception {
        HeldCertificate rsa = new HeldCertificate.Builder().rsa2048().build();
        HeldCertificate ec = new HeldCertificate.Builder().ecdsa256().build();
        TlsSettings tls = TlsSettings.defaults()
                .withClientCertificate(pem("c.pem", rsa.certificatePem()), pem("c.key", ec.privateKeyPkcs8Pem()));

        IOException refusal =
                assertThrows(IOException.class, () -> builder().tls(tls).build());

        assertTrue(refusal.getMessage().contains("c.key"), refusal.getMessage());
    }

    @Test
    void http_1_1_is_spoken() throws Exception {
        get(uri(), TlsSettings.defaults().alsoTrusting(authorityPem()));

        RecordedRequest request = Objects.requireNonNull(server.takeRequest(20, TimeUnit.SECONDS));
        assertEquals("HTTP/1.1", request.getVersion());
    }

    @Test
    void large_bodies_go_both_ways() throws Exception {
        TlsSettings tls = TlsSettings.defaults().alsoTrusting(authorityPem());
        byte[] large = new byte[5_000_000];
        get(uri(), tls);
        server.takeRequest();
        server.enqueue(
                new MockResponse.Builder().body(new Buffer().write(large)).build());
        try (Transport transport = builder().tls(tls).build()) {
            Body body = Body.of(new ByteArrayInputStream(large), OptionalLong.of(large.length));

            assertEquals(large.length, Sending.count(transport.send(Sending.put(uri(), body))));

            assertEquals(large.length, server.takeRequest().getBodySize());
        }
    }

    @Test
    void a_pooled_connection_is_used_again() throws Exception {
        server.enqueue(new MockResponse.Builder().body("hello").build());
        TlsSettings tls = TlsSettings.defaults().alsoTrusting(authorityPem());
        try (Transport transport = builder().tls(tls).build()) {
            for (int i = 0; i < 2; i++) {
                assertEquals("hello", Sending.text(transport.send(Sending.get(uri()))));
                assertEquals(i, server.takeRequest().getExchangeIndex());
            }
        }
    }
}
