package io.github.registryproxy.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.Headers;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes out, and where to. */
public abstract class TransportRequestContract extends TransportContract {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    private Transport transport;
    private RawServer server;

    @BeforeEach
    void open() throws IOException {
        transport = builder().build();
        server = RawServer.saying(OK);
    }

    @AfterEach
    void close() throws IOException {
        transport.close();
        server.close();
    }

    private String sent(TransportRequest request) throws IOException {
        transport.send(request).close();
        return server.heads().get(server.heads().size() - 1);
    }

    private TransportRequest with(Headers headers) {
        return new TransportRequest("GET", server.uri(), headers, Body.empty(), AddressPolicy.ANY);
    }

    @Test
    void the_target_goes_out_verbatim() throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + "/v2/a%2Fb/../c%252f;d=e//f?x=%0d%0aY&n=");

        assertTrue(sent(Sending.get(uri)).startsWith("GET /v2/a%2Fb/../c%252f;d=e//f?x=%0d%0aY&n= HTTP/1.1\r\n"));
    }

    @Test
    void bytes_are_asked_for_as_they_are_unless_the_request_says_otherwise() throws Exception {
        assertTrue(sent(with(Headers.EMPTY)).contains("Accept-Encoding: identity\r\n"));
        String own = sent(with(Headers.of("accept-encoding", "gzip")));
        assertTrue(own.contains("accept-encoding: gzip\r\n"));
        assertFalse(own.contains("identity"));
    }

    @Test
    void nothing_asks_for_another_protocol() throws Exception {
        String head = sent(with(Headers.EMPTY)).toLowerCase(Locale.ROOT);

        assertFalse(head.contains("upgrade"));
        assertFalse(head.contains("http2-settings"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host",
                "Connection",
                "Content-Length",
                "Transfer-Encoding",
                "Expect",
                "Upgrade",
                "Keep-Alive",
                "TE",
                "Trailer",
                "HTTP2-Settings",
                "Proxy-Connection",
                "Proxy-Authorization",
                "tRANSFER-eNCODING"
            })
    void framing_and_hop_by_hop_fields_of_the_request_stay_here(String name) throws Exception {
        String head = sent(with(Headers.of(name, "sentinel", "X-Other", "1")));

        assertFalse(head.contains("sentinel"), head);
        assertTrue(head.contains("X-Other: 1\r\n"));
    }

    @Test
    void fields_go_out_line_by_line_in_order() throws Exception {
        String head = sent(with(Headers.of("Accept", "a/b", "Accept", "c/d", "Authorization", "Basic eA==")));

        assertTrue(head.contains("Accept: a/b\r\nAccept: c/d\r\n"), head);
        assertTrue(head.contains("Authorization: Basic eA==\r\n"));
    }

    @Test
    void a_method_that_cannot_be_sent_is_an_io_failure() {
        assertThrows(IOException.class, () -> transport.send(Sending.request("CONNECT", server.uri())));
        assertThrows(IOException.class, () -> transport.send(Sending.request("G T", server.uri())));
    }

    @Test
    void a_closed_port_is_a_connect_failure_that_names_the_origin_alone() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        URI uri = URI.create("http://127.0.0.1:" + port + "/v2/secret?sig=secret");

        ConnectException failure = assertThrows(ConnectException.class, () -> transport.send(Sending.get(uri)));

        assertTrue(failure.getMessage().contains("127.0.0.1:" + port));
        assertFalse(failure.getMessage().contains("secret"));
    }

    @Test
    void a_name_without_address_is_said_to_be_unknown() {
        URI uri = URI.create("http://no-such-host.invalid/v2/");

        assertThrows(UnknownHostException.class, () -> transport.send(Sending.get(uri)));
    }

    @Test
    void a_refused_address_gets_no_connection() throws Exception {
        TransportRequest request =
                new TransportRequest("GET", server.uri(), Headers.EMPTY, Body.empty(), AllowedAddresses.publicOnly());

        assertThrows(AddressRefusedException.class, () -> transport.send(request));

        assertEquals(0, server.connections());
    }

    @Test
    void an_allowed_address_gets_one() throws Exception {
        AddressPolicy loopback = AllowedAddresses.publicOnly().and(Cidr.parse("127.0.0.0/8"));

        assertTrue(sent(new TransportRequest("GET", server.uri(), Headers.EMPTY, Body.empty(), loopback))
                .startsWith("GET /v2/ "));
    }

    @Test
    void a_pooled_connection_is_used_again() throws Exception {
        for (int i = 0; i < 5; i++) {
            transport.send(Sending.get(server.uri())).close();
        }

        assertEquals(1, server.connections());
    }

    @Test
    void a_small_answer_that_nobody_reads_leaves_its_connection_usable() throws Exception {
        try (RawServer talking = RawServer.saying("HTTP/1.1 401 Unauthorized\r\nContent-Length: 5\r\n\r\nhello")) {
            transport.send(Sending.get(talking.uri())).close();
            for (int i = 0; i < 200 && openExchanges(transport) > 0; i++) {
                new java.util.concurrent.CountDownLatch(1).await(5, java.util.concurrent.TimeUnit.MILLISECONDS);
            }
            transport.send(Sending.get(talking.uri())).close();

            assertEquals(1, talking.connections());
        }
    }

    @Test
    void a_small_answer_that_stalls_is_let_go_after_a_moment() throws Exception {
        try (RawServer stalling = new RawServer(connection -> {
            connection.readHead();
            connection.say("HTTP/1.1 401 Unauthorized\r\nContent-Length: 5\r\n\r\nhel");
            connection.awaitEnd();
        })) {
            transport.send(Sending.get(stalling.uri())).close();

            assertTrue(stalling.isLetGo());
        }
    }

    @Test
    void a_closed_transport_sends_nothing() throws Exception {
        transport.close();

        assertThrows(IOException.class, () -> transport.send(Sending.get(server.uri())));
        assertEquals(0, server.connections());
    }
}
