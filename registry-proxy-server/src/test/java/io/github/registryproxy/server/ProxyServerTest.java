package io.github.registryproxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.facade.Listener;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyServerTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private final CountDownLatch release = new CountDownLatch(1);
    private ProxyServer server;

    @AfterEach
    void stop() {
        release.countDown();
        if (server != null) {
            server.drain();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v2/a/../b",
                "/v2/%2e%2e/healthz",
                "/v2/a%2fb/tags/list",
                "//v2//x",
                "/v2/a;x=1/tags/list",
                "/healthz/",
                "/v2/../healthz",
                "/%68ealthz",
                "/v2/a%5cb"
            })
    void paths_reach_the_servlet_as_they_were_sent(String path) throws Exception {
        start(1, LONG, LONG);

        String answer = ask("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
        assertEquals(path, asked.poll());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/../etc/passwd", "/v2/../../x", "/%2e%2e/x", "/v2/%00", "/v2/a%zz"})
    void what_even_the_container_refuses_is_refused_as_json(String path) throws Exception {
        start(1, LONG, LONG);

        String answer = ask("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
        assertTrue(answer.contains("{\"errors\":[{\"code\":\"NAME_INVALID\""), answer);
        assertTrue(asked.isEmpty(), asked::toString);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /v2/ HTTP/1.1\r\n\r\n",
                "GET /v2/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "POST /v2/ HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST /v2/ HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
                "POST /v2/ HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc",
                "GET /v2/ HTTP/1.1\r\nHost: a\r\nA: b\r\n c\r\n\r\n",
                "GET /v2/ HTTP/1.1\r\nHost: a\r\nA : b\r\n\r\n",
                "nonsense\r\n\r\n"
            })
    void broken_framing_is_refused_without_a_word_about_the_container(String request) throws Exception {
        start(1, LONG, LONG);

        String answer = ask(request);

        assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
        assertTrue(answer.contains("{\"errors\":[{"), answer);
        assertFalse(answer.toLowerCase(java.util.Locale.ROOT).contains("jetty"), answer);
        assertTrue(asked.isEmpty(), asked::toString);
    }

    @Test
    void a_head_that_is_too_large_is_refused() throws Exception {
        start(1, LONG, LONG);

        String target = ask("GET /v2/?" + "q".repeat(100_000) + " HTTP/1.1\r\nHost: x\r\n\r\n");
        String field = ask("GET /v2/ HTTP/1.1\r\nHost: x\r\nA: " + "q".repeat(20_000) + "\r\n\r\n");

        assertTrue(target.startsWith("HTTP/1.1 414 ") || target.endsWith("<reset>"), target);
        assertTrue(field.startsWith("HTTP/1.1 431 ") || field.endsWith("<reset>"), field);
        assertTrue(asked.isEmpty(), asked::toString);
    }

    @Test
    void a_servlet_that_fails_shows_neither_stack_nor_version() throws Exception {
        start(1, LONG, LONG);

        String answer = ask("GET /fail HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\nConnection: close\r\n\r\n");

        assertTrue(answer.startsWith("HTTP/1.1 500 "), answer);
        assertTrue(answer.contains("Content-Type: application/json"), answer);
        assertFalse(answer.contains("secret") || answer.contains("Exception"), answer);
        assertFalse(answer.contains("Server:"), answer);
    }

    @Test
    void probes_answer_while_all_threads_are_busy() throws Exception {
        start(1, LONG, LONG);
        try (Wire busy = new Wire(server.port())) {
            busy.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
            busy.until("half");

            assertTrue(ask(get("/healthz")).startsWith("HTTP/1.1 200 "));
            assertTrue(ask(get("/readyz")).startsWith("HTTP/1.1 200 "));
        }
    }

    @Test
    void one_request_too_many_is_refused_at_once_and_may_come_again() throws Exception {
        start(1, LONG, LONG);
        try (Wire busy = new Wire(server.port())) {
            busy.send("GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            busy.until("half");

            String refused = ask(get("/v2/"));
            assertTrue(refused.startsWith("HTTP/1.1 503 "), refused);
            assertTrue(refused.contains("Retry-After: 2"), refused);
            assertTrue(refused.contains("UNAVAILABLE"), refused);

            release.countDown();
            busy.all();
            assertTrue(ask(get("/v2/")).startsWith("HTTP/1.1 200 "));
        }
    }

    @Test
    void what_runs_is_drained_before_the_server_stops() throws Exception {
        start(10, LONG, LONG);
        int port = server.port(); // none any more once it drains
        try (Wire running = new Wire(port);
                Wire idle = new Wire(port)) {
            idle.send("GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n");
            idle.until("ok\n");
            running.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
            running.until("half");

            CompletableFuture<Void> drained = CompletableFuture.runAsync(server::drain);
            untilRefused(port);
            idle.send("GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n");
            assertTrue(idle.until("stopping\n").startsWith("HTTP/1.1 503 "));
            assertFalse(drained.isDone());
            release.countDown();

            assertTrue(running.all().contains("whole"));
            drained.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void what_does_not_end_in_time_is_visibly_cut() throws Exception {
        start(10, Duration.ZERO, LONG);
        try (Wire running = new Wire(server.port())) {
            running.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
            String begin = running.until("half");
            assertTrue(begin.contains("Content-Length: 9"), begin);

            server.drain();

            assertFalse(running.all().contains("whole"));
        }
    }

    @Test
    void a_head_that_dribbles_is_cut_though_bytes_keep_coming() throws Exception {
        start(10, LONG, Duration.ofMillis(300));
        try (Wire dribbling = new Wire(server.port())) {
            dribbling.send("GET /v2/ HTTP/1.1\r\nHost: x\r\nA: ");
            CompletableFuture<String> heard = CompletableFuture.supplyAsync(() -> {
                try {
                    return dribbling.all();
                } catch (IOException e) {
                    return "still open";
                }
            });
            assertThrows(IOException.class, () -> {
                while (!heard.isDone() || "still open".equals(heard.join())) {
                    dribbling.send("a");
                    Thread.onSpinWait();
                }
                throw new IOException("cut: " + heard.join());
            });
            assertFalse(heard.get(20, TimeUnit.SECONDS).contains("HTTP/1.1 200"));
        }
        assertTrue(asked.isEmpty(), asked::toString);
    }

    @Test
    void a_request_may_take_longer_than_its_head() throws Exception {
        start(10, LONG, Duration.ofMillis(50));
        try (Wire slow = new Wire(server.port());
                Wire quiet = new Wire(server.port())) {
            slow.send("GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            slow.until("half");
            quiet.all(); // the deadline of a connection without request has passed
            release.countDown();

            assertTrue(slow.all().contains("whole"));
        }
    }

    @Test
    void a_port_in_use_is_said_in_one_line() throws Exception {
        start(1, LONG, LONG);
        ProxyServer second = new ProxyServer(listener(server.port(), 1, LONG), new Echo());

        CannotListenException refusal = assertThrows(CannotListenException.class, second::start);

        assertEquals("port " + server.port() + " is in use: set PORT or --port to another", refusal.getMessage());
    }

    private void start(int threads, Duration drain, Duration headDeadline) throws CannotListenException {
        server = new ProxyServer(listener(0, threads, drain), new Echo(), headDeadline, false);
        server.start();
    }

    private String ask(String request) throws IOException {
        return Wire.ask(server.port(), request);
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    }

    private static Listener listener(int port, int threads, Duration drain) {
        return new Listener(Optional.of("127.0.0.1"), port, Optional.empty(), drain, threads);
    }

    /** Draining has begun when nobody can connect any more; bounded by the test's timeout. */
    private static void untilRefused(int port) {
        boolean refused = false;
        while (!refused) {
            try {
                new Wire(port).close();
            } catch (IOException e) {
                refused = true;
            }
        }
    }

    /** Notes what it is asked; /slow gives half, and the whole when released. */
    private final class Echo extends HttpServlet {
        private static final long serialVersionUID = 1;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
            asked.add(request.getRequestURI());
            switch (request.getRequestURI()) {
                case "/fail" -> throw new IllegalStateException("secret");
                case "/slow" -> slowly(response);
                default -> response.getOutputStream().write("done".getBytes(StandardCharsets.US_ASCII));
            }
        }

        private void slowly(HttpServletResponse response) throws IOException {
            response.setContentLength(9);
            response.getOutputStream().write("half".getBytes(StandardCharsets.US_ASCII));
            response.flushBuffer();
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new java.io.InterruptedIOException();
            }
            response.getOutputStream().write("whole".getBytes(StandardCharsets.US_ASCII));
        }
    }
}
