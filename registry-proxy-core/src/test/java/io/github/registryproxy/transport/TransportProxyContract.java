package io.github.registryproxy.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything through an egress proxy. */
public abstract class TransportProxyContract extends TransportContract {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    @TempDir
    Path folder;

    private static URI address(RawServer proxy) {
        return URI.create("http://127.0.0.1:" + proxy.port());
    }

    @Test
    void http_goes_to_the_proxy_with_an_absolute_target_and_the_proxys_credentials() throws Exception {
        try (RawServer proxy = RawServer.saying(OK);
                Transport transport =
                        builder().egressProxy(address(proxy), "user", "pass").build()) {
            URI uri = URI.create("http://registry.invalid:5000/v2/");

            assertEquals("hello", Sending.text(transport.send(Sending.get(uri))));

            String head = proxy.heads().get(0);
            assertTrue(head.startsWith("GET http://registry.invalid:5000/v2/ HTTP/1.1\r\n"), head);
            assertTrue(head.contains("Proxy-Authorization: Basic dXNlcjpwYXNz\r\n"), head);
        }
    }

    @Test
    void https_goes_through_a_tunnel_and_the_proxys_credentials_stay_outside() throws Exception {
        HeldCertificate own = new HeldCertificate.Builder()
                .addSubjectAlternativeName("registry.invalid")
                .build();
        Path authority = Files.writeString(folder.resolve("ca.pem"), own.certificatePem());
        try (MockWebServer server = new MockWebServer()) {
            server.useHttps(new HandshakeCertificates.Builder()
                    .heldCertificate(own)
                    .build()
                    .sslSocketFactory());
            server.start(InetAddress.getLoopbackAddress(), 0);
            server.enqueue(new MockResponse.Builder().body("hello").build());
            try (RawServer proxy = new RawServer(connection -> tunnel(connection, server.getPort()));
                    Transport transport = builder()
                            .egressProxy(address(proxy), "user", "pass")
                            .tls(TlsSettings.defaults().alsoTrusting(authority))
                            .build()) {
                assertEquals(
                        "hello", Sending.text(transport.send(Sending.get(URI.create("https://registry.invalid/v2/")))));

                String head = proxy.heads().get(0);
                assertTrue(head.startsWith("CONNECT registry.invalid:443 HTTP/1.1\r\n"), head);
                assertTrue(head.contains("Proxy-Authorization: Basic dXNlcjpwYXNz\r\n"), head);
                assertEquals(null, server.takeRequest().getHeaders().get("Proxy-Authorization"));
            }
        }
    }

    private static void tunnel(RawServer.Connection connection, int port) throws IOException, InterruptedException {
        connection.readHead();
        connection.say("HTTP/1.1 200 Connection established\r\n\r\n");
        try (Socket there = new Socket(InetAddress.getLoopbackAddress(), port)) {
            Thread back = new Thread(() -> copy(there, connection.out));
            back.setDaemon(true);
            back.start();
            copy(connection.socket, there.getOutputStream());
            back.join();
        }
    }

    private static void copy(Socket from, OutputStream to) {
        try {
            InputStream in = from.getInputStream();
            byte[] buffer = new byte[8192];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                to.write(buffer, 0, n);
            }
        } catch (IOException e) {
            return; // one side hung up
        }
    }

    @Test
    void a_proxy_that_refuses_is_a_failure_and_no_answer_of_the_upstream() throws Exception {
        for (String scheme : new String[] {"http", "https"}) {
            try (RawServer proxy = RawServer.saying(
                            "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"p\"\r\n"
                                    + "Content-Length: 0\r\n\r\n");
                    Transport transport = builder()
                            .egressProxy(address(proxy), "user", "secret")
                            .build()) {
                URI uri = URI.create(scheme + "://registry.invalid/v2/");

                IOException refusal = assertThrows(IOException.class, () -> transport.send(Sending.get(uri)));

                assertTrue(refusal.getMessage().contains("407"), refusal.getMessage());
                assertFalse(refusal.getMessage().contains("secret"));
            }
        }
    }

    @Test
    void without_one_the_proxy_of_the_jvm_is_not_used() throws Exception {
        try (RawServer proxy = RawServer.saying(OK);
                RawServer server = RawServer.saying(OK)) {
            String host = System.getProperty("http.proxyHost");
            System.setProperty("http.proxyHost", "127.0.0.1");
            System.setProperty("http.proxyPort", Integer.toString(proxy.port()));
            System.setProperty("http.nonProxyHosts", "");
            try (Transport transport = builder().build()) {
                assertEquals("hello", Sending.text(transport.send(Sending.get(server.uri()))));
            } finally {
                System.clearProperty("http.proxyPort");
                System.clearProperty("http.nonProxyHosts");
                if (host == null) {
                    System.clearProperty("http.proxyHost");
                } else {
                    System.setProperty("http.proxyHost", host);
                }
            }
            assertEquals(0, proxy.connections());
        }
    }

    @Test
    void credentials_in_the_address_are_refused_where_they_would_be_logged() {
        assertThrows(
                IllegalArgumentException.class,
                () -> builder().egressProxy(URI.create("http://user:pass@127.0.0.1:3128")));
        assertThrows(IllegalArgumentException.class, () -> builder().egressProxy(URI.create("https://127.0.0.1:3128")));
    }
}
