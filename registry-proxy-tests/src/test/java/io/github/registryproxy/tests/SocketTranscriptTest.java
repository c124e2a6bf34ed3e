package io.github.registryproxy.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.testing.ClientSide;
import io.github.registryproxy.testing.FakeRegistry;
import io.github.registryproxy.testing.Reply;
import io.github.registryproxy.testing.Transcript;
import io.github.registryproxy.testing.Transcripts;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The seam itself: a transcript says the same in memory and over sockets. */
final class SocketTranscriptTest {
    private static final String DIRECTORY = "transcripts/sockets";

    private static ClientSide socket(RegistryHandler handler) {
        HandlerServer server = new HandlerServer(handler);
        return new SocketClient(server.base(), server);
    }

    @TestFactory
    Stream<DynamicTest> in_memory() {
        return Transcripts.in(SocketTranscriptTest.class, DIRECTORY, transcript -> transcript.run(proxy -> proxy));
    }

    @TestFactory
    Stream<DynamicTest> over_sockets() {
        return Transcripts.in(
                SocketTranscriptTest.class, DIRECTORY, transcript -> transcript.replay(SocketTranscriptTest::socket));
    }

    @Test
    void a_difference_is_found_over_sockets_too() {
        Transcript transcript = Transcript.parse(
                "case.http", "client > GET /v2/\nupstream > GET /v2/\nupstream < 200  A: 1\nclient < 200  A: 2\n");
        String message = assertThrows(AssertionError.class, () -> transcript.replay(SocketTranscriptTest::socket))
                .getMessage();
        assertTrue(message.startsWith("case.http:4: client < header A"), message);
    }

    @Test
    void a_fake_registry_serves_over_sockets() throws IOException {
        FakeRegistry registry = new FakeRegistry();
        byte[] blob = Transcript.bytes(300_000);
        Digest digest = registry.blob("a", blob);
        try (ClientSide client = socket(registry)) {
            Reply reply = client.send("GET", "/v2/a/blobs/" + digest, Headers.EMPTY, Body.empty());
            assertEquals(200, reply.status());
            assertArrayEquals(blob, reply.body());
        }
    }
}
