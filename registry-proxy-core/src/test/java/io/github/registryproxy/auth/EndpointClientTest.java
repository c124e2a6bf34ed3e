package io.github.registryproxy.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.Headers;
import io.github.registryproxy.UpstreamTimeoutException;
import io.github.registryproxy.transport.AddressPolicy;
import io.github.registryproxy.transport.AddressRefusedException;
import io.github.registryproxy.transport.JdkTransport;
import io.github.registryproxy.transport.TransportRequest;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EndpointClientTest {
    private final MockWebServer server = new MockWebServer();
    private final AtomicLong now = new AtomicLong();
    private JdkTransport transport;
    private EndpointClient client;

    @BeforeEach
    void start() throws IOException {
        server.start();
        transport = JdkTransport.builder().headTimeout(Duration.ofMillis(500)).build();
        client = new EndpointClient(transport);
    }

    @AfterEach
    void stop() {
        transport.close();
        server.close();
    }

    private TransportRequest question(AddressPolicy addresses) {
        return new TransportRequest(
                "POST", server.url("/x?secret=planted").uri(), Headers.EMPTY, Body.of(new byte[] {'q'}), addresses);
    }

    private EndpointClient.Answer ask() throws IOException {
        return client.ask(question(AddressPolicy.ANY));
    }

    @Test
    void an_answer_has_a_status_a_date_and_fields() throws Exception {
        server.enqueue(new MockResponse.Builder()
                .code(403)
                .addHeader("Date", "Tue, 03 Mar 2026 10:00:00 GMT")
                .body("{\"a\":\"x\",\"n\":1.5,\"s\":\"3600\",\"o\":{},\"l\":[{\"b\":\"y\"},1],\"e\":\"\"}")
                .build());
        EndpointClient.Answer answer = ask();
        assertEquals(403, answer.status());
        assertEquals(Instant.parse("2026-03-03T10:00:00Z"), answer.date(Instant.EPOCH));
        var fields = answer.json().orElseThrow();
        assertEquals(Optional.of("x"), fields.text("a"));
        assertEquals(Optional.empty(), fields.text("e"));
        assertEquals(OptionalDouble.of(1.5), fields.number("n"));
        assertEquals(OptionalDouble.of(3600), fields.number("s"));
        assertEquals(OptionalDouble.empty(), fields.number("a"));
        assertTrue(fields.object("o").isPresent());
        assertEquals(Optional.of("y"), fields.objects("l").get(0).text("b"));
        assertEquals(1, fields.objects("l").size());
        assertEquals("[a, n, s, o, l, e]", fields.toString());
        assertFalse(answer.toString().contains("3600"));
        assertEquals("registry-proxy", server.takeRequest().getHeaders().get("User-Agent"));
    }

    @Test
    void a_broken_connection_and_a_5xx_are_tried_once_more_and_nothing_else_is() throws IOException {
        server.enqueue(new MockResponse.Builder().code(503).build());
        server.enqueue(new MockResponse.Builder().body("{}").build());
        assertEquals(200, ask().status());
        server.enqueue(new MockResponse.Builder()
                .body("x".repeat(1000))
                .onResponseBody(new SocketEffect.CloseSocket())
                .build());
        server.enqueue(new MockResponse.Builder().code(502).build());
        assertEquals(502, ask().status());
        server.enqueue(new MockResponse.Builder().code(429).build());
        assertEquals(429, ask().status());
        assertEquals(Optional.empty(), new EndpointClient.Answer("o", 200, Headers.EMPTY, new byte[1]).json());
    }

    @Test
    void too_much_is_no_answer_and_not_asked_for_again() {
        server.enqueue(
                new MockResponse.Builder().body("x".repeat(256 * 1024 + 1)).build());
        IOException e = assertThrows(IOException.class, this::ask);
        assertTrue(e.getMessage().endsWith("answered more than 262144 bytes"), e::getMessage);
        assertEquals(1, server.getRequestCount());
    }

    @Test
    void what_trickles_in_is_not_waited_for_for_ever() {
        server.enqueue(new MockResponse.Builder()
                .chunkedBody("x".repeat(100), 1)
                .throttleBody(8, 5, java.util.concurrent.TimeUnit.MILLISECONDS)
                .build());
        client = new EndpointClient(
                transport, () -> now.addAndGet(Duration.ofSeconds(7).toNanos()));
        assertThrows(UpstreamTimeoutException.class, this::ask);
    }

    @Test
    void silence_is_a_timeout_and_asked_once() {
        server.enqueue(new MockResponse.Builder()
                .onResponseStart(SocketEffect.Stall.INSTANCE)
                .build());
        IOException e = assertThrows(UpstreamTimeoutException.class, this::ask);
        assertFalse(Lines.of(e).contains("planted"), () -> Lines.of(e));
        assertEquals(1, server.getRequestCount());
    }

    @Test
    void a_public_service_is_never_at_this_machine() {
        assertThrows(AddressRefusedException.class, () -> client.ask(question(EndpointClient.SERVICES)));
        assertEquals(0, server.getRequestCount());
    }

    @Test
    void a_redirect_is_an_answer_and_leads_nowhere() throws IOException {
        server.enqueue(new MockResponse.Builder()
                .code(307)
                .addHeader("Location", "/elsewhere")
                .build());
        assertEquals(307, ask().status());
        assertEquals(1, server.getRequestCount());
    }
}
