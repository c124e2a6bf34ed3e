package io.github.registryproxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.facade.Facade;
import io.github.registryproxy.facade.Listener;
import io.github.registryproxy.facade.SettingSource;
import io.github.registryproxy.metrics.Metrics;
import io.github.registryproxy.protocol.Target;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an operator sees of a proxy that has been pulled from. */
class ServerMetricsTest {
    private static final String HUB = "http://127.0.0.1:";

    private static Optional<Listener> anyPort() throws Exception {
        return Listener.ofMetrics(SettingSource.environment(Map.of("METRICS_LISTEN", "0")));
    }

    private static String get(int port, String path) throws IOException {
        return Wire.ask(port, "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    }

    private static void pull(Facade facade, String path) throws IOException {
        RegistryRequest request = RegistryRequest.of(
                "GET",
                Target.parse("GET", path),
                Headers.EMPTY,
                Body.empty(),
                new Client("192.0.2.7", URI.create("https://r.example.com")));
        try (RegistryResponse response = facade.proxy().handle(request)) {
            response.body().readAll(1 << 20);
        }
    }

    @Test
    void a_pull_shows_in_the_metrics_without_a_name_in_them() throws Exception {
        RegistryHandler hub = new SampleRegistry();
        ProxyServer registry = new ProxyServer(
                new Listener(Optional.of("127.0.0.1"), 0, Optional.empty(), Duration.ZERO, 10),
                Servlets.of((RegistryHandler) request -> hub.handle(request)
                        .mapHeaders(headers -> headers.and("ratelimit-limit", "100;w=21600")
                                .and("ratelimit-remaining", "76;w=21600"))));
        registry.start();
        Map<String, String> environment =
                Map.of("REGISTRY_HOST", HUB + registry.port(), "REPO_PREFIX", "samples", "CACHE_MEMORY", "1MiB");
        try (ServerMetrics metrics = ServerMetrics.of(anyPort());
                Facade facade = Facade.of(metrics.metrics(), SettingSource.environment(environment))) {
            pull(facade, "/v2/hello/manifests/dev");
            pull(facade, "/v2/hello/manifests/dev");
            pull(facade, "/v2/hello/manifests/none");

            String shown = get(metrics.port().orElseThrow(), "/metrics");

            String upstream = "{upstream=\"" + HUB + registry.port() + "\"} ";
            for (String line : List.of(
                    "registryproxy_requests_seconds_count{operation=\"PullManifest\",status=\"2xx\"} 2",
                    "registryproxy_requests_seconds_count{operation=\"PullManifest\",status=\"4xx\"} 1",
                    "registryproxy_cache_answers_total{state=\"hit\",upstream=\"" + HUB + registry.port() + "\"} 1.0",
                    "registryproxy_store_entries" + upstream + "1.0",
                    "registryproxy_store_capacity_bytes" + upstream + "1048576.0",
                    "registryproxy_store_evicted_total" + upstream + "0.0",
                    "registryproxy_upstream_breaker_open" + upstream + "0.0",
                    "registryproxy_upstream_ratelimit_limit" + upstream + "100.0",
                    "registryproxy_upstream_ratelimit_remaining" + upstream + "76.0",
                    "jvm_memory_used_bytes{",
                    "process_uptime_seconds ")) {
                assertTrue(shown.contains("\n" + line), () -> line + " is not in\n" + shown);
            }
            assertFalse(shown.contains("hello") || shown.contains("samples"), shown);
        } finally {
            registry.drain();
        }
    }

    @Test
    void nothing_but_metrics_is_there() throws Exception {
        try (ServerMetrics metrics = ServerMetrics.of(anyPort())) {
            int port = metrics.port().orElseThrow();

            assertTrue(get(port, "/metrics").startsWith("HTTP/1.1 200 "));
            assertTrue(get(port, "/v2/").startsWith("HTTP/1.1 404 "));
            assertTrue(get(port, "/metrics/x").startsWith("HTTP/1.1 404 "));
        }
    }

    @Test
    void without_a_port_nothing_is_counted() throws Exception {
        try (ServerMetrics metrics = ServerMetrics.of(Optional.empty())) {
            assertEquals(Metrics.NONE, metrics.metrics());
        }
    }

    @Test
    void a_port_in_use_names_the_setting() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Optional<Listener> listener = Listener.ofMetrics(
                    SettingSource.environment(Map.of("METRICS_LISTEN", "127.0.0.1:" + taken.getLocalPort())));

            String message = assertThrows(CannotListenException.class, () -> ServerMetrics.of(listener))
                    .getMessage();

            assertTrue(
                    message.startsWith("METRICS_LISTEN: cannot listen on 127.0.0.1, port " + taken.getLocalPort()),
                    message);
        }
    }
}
