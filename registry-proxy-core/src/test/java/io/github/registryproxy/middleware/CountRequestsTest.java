package io.github.registryproxy.middleware;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.metrics.Metrics;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.RateLimit;
import io.github.registryproxy.protocol.Target;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CountRequestsTest {
    private final List<String> counted = new ArrayList<>();
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000_000);
    private final Metrics metrics = new Metrics() {
        @Override
        public void answered(Operation operation, int status, Duration took) {
            counted.add(operation.getClass().getSimpleName() + " " + status + " " + took.toMillis());
        }
    };

    private RegistryResponse handle(RegistryHandler upstream) throws IOException {
        RegistryRequest request = RegistryRequest.of(
                "GET",
                Target.parse("GET", "/v2/app/tags/list"),
                Headers.EMPTY,
                Body.empty(),
                new Client("192.0.2.7", URI.create("https://r.example.com")));
        return RegistryProxy.builder()
                .use(new CountRequests(metrics, nanos::get))
                .upstream(upstream)
                .build()
                .handle(request);
    }

    @Test
    void an_answer_is_counted_once_with_the_time_until_it_began() throws IOException {
        handle(request -> {
                    nanos.addAndGet(5_000_000);
                    return RegistryResponse.of(200);
                })
                .close();

        assertEquals(List.of("ListTags 200 5"), counted);
    }

    @Test
    void a_refusal_from_deep_inside_is_an_answer() throws IOException {
        handle(request -> {
                    throw ErrorCode.DENIED.because("no").asException();
                })
                .close();

        assertEquals(List.of("ListTags 403 0"), counted);
    }

    @Test
    void no_answer_counts_as_what_the_edge_says_and_a_defect_as_ours() {
        assertThrows(
                IOException.class,
                () -> handle(request -> {
                    throw new IOException("gone");
                }));
        assertThrows(
                IllegalStateException.class,
                () -> handle(request -> {
                    throw new IllegalStateException("defect");
                }));

        assertEquals(List.of("ListTags 502 0", "ListTags 500 0"), counted);
    }

    @Test
    void what_the_upstream_said_last_about_its_limit_is_known() throws IOException {
        WatchRateLimit watch = new WatchRateLimit();
        assertEquals(Optional.empty(), watch.limit());
        for (String remaining : List.of("76;w=21600", "75;w=21600", "")) {
            Headers headers = remaining.isEmpty()
                    ? Headers.EMPTY
                    : Headers.of(
                            HeaderNames.RATELIMIT_LIMIT, "100;w=21600", HeaderNames.RATELIMIT_REMAINING, remaining);
            handle(request -> watch.handle(request, next -> RegistryResponse.of(200, headers, Body.empty())))
                    .close();
        }

        assertEquals(100, watch.limit().orElseThrow().requests());
        assertEquals(Optional.of(new RateLimit(75, Optional.of(Duration.ofHours(6)))), watch.remaining());
    }
}
