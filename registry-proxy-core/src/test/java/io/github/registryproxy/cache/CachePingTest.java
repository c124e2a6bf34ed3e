package io.github.registryproxy.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Target;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class CachePingTest {
    private static final RegistryHandler GONE = request -> {
        throw new IOException("gone");
    };

    private static RegistryRequest get(String target) {
        return RegistryRequest.of(
                "GET",
                Target.parse("GET", target),
                Headers.EMPTY,
                Body.empty(),
                new Client("192.0.2.7", URI.create("https://r.example.com")));
    }

    @Test
    void an_answer_passes_a_challenge_above_all() throws IOException {
        Headers challenge = Headers.of(HeaderNames.WWW_AUTHENTICATE, "Basic realm=\"r\"");
        try (RegistryResponse response =
                new CachePing().handle(get("/v2/"), request -> RegistryResponse.of(401, challenge, Body.empty()))) {
            assertEquals(401, response.status());
            assertEquals(challenge, response.headers());
        }
    }

    @Test
    void no_answer_and_a_failure_are_answered_here_with_a_warning() throws IOException {
        RegistryHandler failing = request -> RegistryResponse.of(503);
        for (RegistryHandler upstream : new RegistryHandler[] {GONE, failing}) {
            try (RegistryResponse response = new CachePing().handle(get("/v2/"), upstream)) {
                assertEquals(200, response.status());
                assertTrue(
                        response.headers().first(HeaderNames.WARNING).orElse("").startsWith("299 "));
            }
        }
    }

    @Test
    void nobody_waits_for_an_upstream_that_is_silent_and_one_that_answers_late_is_back() throws Exception {
        Breaker breaker = new Breaker();
        CountDownLatch late = new CountDownLatch(1);
        RegistryHandler silent = request -> {
            try {
                late.await();
            } catch (InterruptedException e) {
                throw new InterruptedIOException();
            }
            return RegistryResponse.of(200);
        };
        try (RegistryResponse response = new CachePing(breaker, Duration.ofMillis(1)).handle(get("/v2/"), silent)) {
            assertTrue(response.headers().contains(HeaderNames.WARNING));
        }
        try (RegistryResponse response = new CachePing(breaker).handle(get("/v2/"), silent)) {
            assertTrue(response.headers().contains(HeaderNames.WARNING));
        }
        late.countDown();
        while (breaker.isOpen()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void nothing_but_the_version_check_is_answered_here() {
        assertThrows(IOException.class, () -> new CachePing().handle(get("/v2/app/tags/list"), GONE));
    }
}
