package io.github.registryproxy.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.registryproxy.Body;
import io.github.registryproxy.RegistryResponse;
import java.io.ByteArrayInputStream;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import okio.Buffer;
import org.junit.jupiter.api.Test;

class JdkTransportTlsTest extends TransportTlsContract {
    @Override
    protected TransportBuilder builder() {
        return new JdkTransports();
    }

    @Override
    protected int openExchanges(Transport transport) {
        return JdkTransports.openExchanges(transport);
    }

    @Test
    void http_1_1_is_spoken_unless_http_2_is_set() throws Exception {
        server.enqueue(new MockResponse.Builder().body("hello").build());
        TlsSettings tls = TlsSettings.defaults().alsoTrusting(authorityPem());
        for (boolean http2 : new boolean[] {false, true}) {
            try (Transport transport =
                    JdkTransport.builder().tls(tls).http2(http2).build()) {
                assertEquals("hello", Sending.text(transport.send(Sending.get(uri()))));
            }
            RecordedRequest request = Objects.requireNonNull(server.takeRequest(20, TimeUnit.SECONDS));
            assertEquals(http2 ? "HTTP/2" : "HTTP/1.1", request.getVersion());
        }
    }

    @Test
    void large_bodies_go_both_ways_over_both_versions() throws Exception {
        TlsSettings tls = TlsSettings.defaults().alsoTrusting(authorityPem());
        byte[] large = new byte[5_000_000];
        get(uri(), tls);
        server.takeRequest();
        for (boolean http2 : new boolean[] {false, true}) {
            server.enqueue(
                    new MockResponse.Builder().body(new Buffer().write(large)).build());
            try (Transport transport =
                    JdkTransport.builder().tls(tls).http2(http2).build()) {
                Body body = Body.of(new ByteArrayInputStream(large), OptionalLong.of(large.length));

                assertEquals(large.length, Sending.count(transport.send(Sending.put(uri(), body))));

                assertEquals(large.length, server.takeRequest().getBodySize());
            }
        }
    }

    @Test
    void a_body_closed_in_the_middle_over_http_2_leaves_the_connection_to_others() throws Exception {
        TlsSettings tls = TlsSettings.defaults().alsoTrusting(authorityPem());
        byte[] large = new byte[5_000_000];
        try (Transport transport = JdkTransport.builder().tls(tls).http2(true).build()) {
            assertEquals("hello", Sending.text(transport.send(Sending.get(uri()))));
            server.enqueue(
                    new MockResponse.Builder().body(new Buffer().write(large)).build());
            server.enqueue(new MockResponse.Builder().body("again").build());

            RegistryResponse cut = transport.send(Sending.get(uri()));
            cut.body().source().read();
            cut.close();

            assertEquals("again", Sending.text(transport.send(Sending.get(uri()))));
        }
    }
}
