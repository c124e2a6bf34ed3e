package io.github.registryproxy.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.RegistryResponse;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an upstream may say, and what is never taken for an answer. */
public abstract class TransportFramingContract extends TransportContract {
    private Transport transport;

    @BeforeEach
    void open() throws IOException {
        transport = builder().build();
    }

    @AfterEach
    void close() {
        transport.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 3\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: 0x5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: 100000000000000000000\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
                "HTTP/1.1 999 What\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 600 What\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
                "HTTP/1.1 -12 What\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 abc What\r\nContent-Length: 0\r\n\r\n",
                "220 mail.example ESMTP ready\r\n\r\n",
                "\u0000\u0001\u0002\u0003\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX-A: a\u0000b\r\nContent-Length: 0\r\n\r\n",
            })
    void an_answer_whose_framing_is_in_doubt_is_refused_and_its_connection_closed(String answer) throws Exception {
        try (RawServer server = RawServer.saying(answer)) {
            IOException refusal = assertThrows(IOException.class, () -> transport.send(Sending.get(server.uri())));

            assertFalse(refusal.getMessage().contains("/v2/"), refusal.getMessage());
            assertTrue(server.isLetGo(), "the connection is not closed");
        }
    }

    @Test
    void nothing_of_a_refused_answer_reaches_the_next_request() throws Exception {
        String smuggled = "HTTP/1.1 200 OK\r\nX-Smuggled: 1\r\nContent-Length: 0\r\n\r\n";
        String refused = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: " + smuggled.length() + "\r\n\r\n";
        try (RawServer server = RawServer.saying(refused + smuggled)) {
            for (int i = 0; i < 5; i++) {
                assertThrows(IOException.class, () -> transport.send(Sending.get(server.uri())));
            }

            assertEquals(5, server.connections());
        }
    }

    @Test
    void bytes_after_the_announced_length_are_no_answer_to_the_next_request() throws Exception {
        String answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
        String smuggled = "HTTP/1.1 200 OK\r\nX-Smuggled: 1\r\nContent-Length: 0\r\n\r\n";
        try (RawServer server = RawServer.saying(answer + smuggled)) {
            for (int i = 0; i < 5; i++) {
                try (RegistryResponse response = transport.send(Sending.get(server.uri()))) {
                    assertFalse(response.headers().contains("X-Smuggled"));
                    assertEquals("hello", Sending.text(response));
                }
            }
        }
    }

    @Test
    void a_body_of_known_length_arrives_with_it() throws Exception {
        try (RawServer server = RawServer.saying("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")) {
            RegistryResponse response = transport.send(Sending.get(server.uri()));

            assertEquals(OptionalLong.of(5), response.body().length());
            assertEquals("hello", Sending.text(response));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello",
                "HTTP/1.0 200 OK\r\n\r\nhello",
            })
    void a_body_of_unknown_length_arrives_whole(String answer) throws Exception {
        try (RawServer server = RawServer.sayingOnce(answer)) {
            RegistryResponse response = transport.send(Sending.get(server.uri()));

            assertEquals(OptionalLong.empty(), response.body().length());
            assertEquals("hello", Sending.text(response));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhello",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n",
            })
    void a_body_that_breaks_off_fails_its_reader_instead_of_ending(String answer) throws Exception {
        try (RawServer server = RawServer.sayingOnce(answer)) {
            RegistryResponse response = transport.send(Sending.get(server.uri()));

            assertThrows(IOException.class, () -> Sending.count(response));
        }
    }

    @Test
    void a_head_has_no_body_but_the_length_that_a_get_would_have() throws Exception {
        try (RawServer server = RawServer.saying("HTTP/1.1 200 OK\r\nContent-Length: 12345\r\n\r\n")) {
            RegistryResponse response = transport.send(Sending.request("HEAD", server.uri()));

            assertEquals(OptionalLong.of(12345), response.headers().contentLength());
            assertEquals(OptionalLong.of(0), response.body().length());
            assertEquals("", Sending.text(response));
            assertEquals(
                    200, transport.send(Sending.request("HEAD", server.uri())).status());
            assertEquals(1, server.connections());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"204 No Content", "304 Not Modified"})
    void statuses_without_content_have_none(String status) throws Exception {
        try (RawServer server = RawServer.saying("HTTP/1.1 " + status + "\r\nETag: \"x\"\r\n\r\n")) {
            RegistryResponse response = transport.send(Sending.get(server.uri()));

            assertEquals(OptionalLong.of(0), response.body().length());
            assertEquals("\"x\"", response.headers().first("ETag").orElse("none"));
        }
    }

    @Test
    void fields_that_may_not_be_spoken_and_lines_beyond_8_KiB_are_dropped() throws Exception {
        String answer = "HTTP/1.1 200 OK\r\nX-Good: 1\r\nX-Control: a\u0085b\r\nX-Long: " + "x".repeat(8 * 1024)
                + "\r\nContent-Length: 0\r\n\r\n";
        try (RawServer server = RawServer.saying(answer)) {
            try (RegistryResponse response = transport.send(Sending.get(server.uri()))) {
                assertEquals(List.of("1"), response.headers().all("X-Good"));
                assertFalse(response.headers().contains("X-Control"));
                assertFalse(response.headers().contains("X-Long"));
            }
        }
    }

    @Test
    void more_than_200_header_lines_or_64_KiB_of_them_are_no_answer() throws Exception {
        for (String fields : List.of(
                "X-A: 1\r\n".repeat(201),
                ("X-A: " + "a".repeat(8000) + "\r\n").repeat(9),
                ("X-A: " + "a".repeat(8000) + "\r\n").repeat(4000))) {
            try (RawServer server = RawServer.saying("HTTP/1.1 200 OK\r\n" + fields + "Content-Length: 0\r\n\r\n")) {
                assertThrows(IOException.class, () -> transport.send(Sending.get(server.uri())));
            }
        }
    }

    @Test
    void three_interim_answers_are_passed_over_and_50000_are_not_waited_for() throws Exception {
        String interim = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
        String answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        try (RawServer server = RawServer.saying(interim.repeat(3) + answer)) {
            assertEquals("ok", Sending.text(transport.send(Sending.get(server.uri()))));
        }
        try (RawServer server = RawServer.saying(interim.repeat(50_000) + answer)) {
            assertThrows(IOException.class, () -> transport.send(Sending.get(server.uri())));
        }
    }

    @Test
    void a_redirect_is_an_answer_and_not_followed() throws Exception {
        try (RawServer server = RawServer.saying(
                "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:1/x\r\nContent-Length: 0\r\n\r\n")) {
            try (RegistryResponse response = transport.send(Sending.get(server.uri()))) {
                assertEquals(307, response.status());
            }
            assertEquals(1, server.heads().size());
        }
    }

    @Test
    void a_401_without_challenge_is_an_answer() throws Exception {
        try (RawServer server = RawServer.saying("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")) {
            assertEquals(401, transport.send(Sending.get(server.uri())).status());
        }
    }

    @Test
    void compressed_content_is_passed_as_it_is() throws Exception {
        try (RawServer server =
                RawServer.saying("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello")) {
            assertEquals("hello", Sending.text(transport.send(Sending.get(server.uri()))));
        }
    }

    @Test
    void cookies_are_not_kept() throws Exception {
        try (RawServer server =
                RawServer.saying("HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/\r\nContent-Length: 0\r\n\r\n")) {
            transport.send(Sending.get(server.uri())).close();
            transport.send(Sending.get(server.uri())).close();

            assertFalse(server.heads().get(1).toLowerCase(java.util.Locale.ROOT).contains("cookie"));
        }
    }
}
