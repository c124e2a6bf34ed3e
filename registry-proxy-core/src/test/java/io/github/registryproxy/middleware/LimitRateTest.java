package io.github.registryproxy.middleware;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.Headers;
import io.github.registryproxy.Identity;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Target;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class LimitRateTest {
    private final AtomicLong clock = new AtomicLong(-5);
    private final LimitRate limit =
            LimitRate.builder(2).burst(4).nanos(clock::get).build();

    static RegistryRequest from(String address) {
        return RegistryRequest.of(
                "GET",
                Target.parse("GET", "/v2/app/manifests/1"),
                Headers.EMPTY,
                Body.empty(),
                new Client(address, URI.create("http://r.example")));
    }

    private int ask(LimitRate limit, RegistryRequest request) throws IOException {
        try (RegistryResponse response = limit.handle(request, r -> RegistryResponse.of(200))) {
            return response.status();
        }
    }

    private void use(String address) throws IOException {
        for (int i = 0; i < 4; i++) {
            assertEquals(200, ask(limit, from(address)), "request " + i);
        }
    }

    @Test
    void one_request_more_than_the_burst_is_told_when_to_come_back() throws IOException {
        use("192.0.2.7");
        try (RegistryResponse response = limit.handle(from("192.0.2.7"), r -> RegistryResponse.of(200))) {
            assertEquals(429, response.status());
            assertEquals("1", response.headers().first("Retry-After").orElseThrow());
            assertTrue(new String(response.body().readAll(1000)).contains("TOOMANYREQUESTS"));
        }
    }

    @Test
    void who_comes_back_in_time_is_served_at_the_rate() throws IOException {
        use("192.0.2.7");
        clock.addAndGet(Duration.ofMillis(499).toNanos());
        assertEquals(429, ask(limit, from("192.0.2.7")));
        clock.addAndGet(Duration.ofMillis(1).toNanos());
        assertEquals(200, ask(limit, from("192.0.2.7")));
        assertEquals(429, ask(limit, from("192.0.2.7")));
        clock.addAndGet(Duration.ofSeconds(60).toNanos());
        use("192.0.2.7");
        assertEquals(429, ask(limit, from("192.0.2.7")));
    }

    @Test
    void one_client_s_use_is_not_another_s() throws IOException {
        use("192.0.2.7");
        assertEquals(200, ask(limit, from("192.0.2.8")));
    }

    @Test
    void a_64_is_one_client() throws IOException {
        use("2001:db8::1");
        assertEquals(429, ask(limit, from("2001:db8::ffff:2")));
        assertEquals(200, ask(limit, from("2001:db8:0:1::1")));
    }

    @Test
    void who_logged_in_has_a_share_of_its_own_wherever_it_comes_from() throws IOException {
        use("192.0.2.7");
        assertEquals(200, ask(limit, Identity.of("alice").on(from("192.0.2.7"))));
        for (int i = 0; i < 3; i++) {
            assertEquals(200, ask(limit, Identity.of("alice").on(from("192.0.2." + i))));
        }
        assertEquals(429, ask(limit, Identity.of("alice").on(from("198.51.100.1"))));
    }

    @Test
    void a_name_like_an_address_takes_nobody_s_share() throws IOException {
        use("192.0.2.7");
        assertEquals(200, ask(limit, Identity.of("192.0.2.7").on(from("198.51.100.1"))));
    }

    @Test
    void so_many_clients_are_remembered_and_no_more() {
        Shares shares = new Shares(1, 1, 50, clock::get);
        for (int i = 0; i < 1000; i++) {
            shares.tryTake(new ClientKey(false, "client " + i));
        }
        assertTrue(shares.size() <= 50, () -> shares.size() + " are remembered");
    }

    @Test
    void a_limit_of_nothing_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> LimitRate.builder(0));
        assertThrows(IllegalArgumentException.class, () -> LimitRate.builder(1).burst(0));
    }
}
