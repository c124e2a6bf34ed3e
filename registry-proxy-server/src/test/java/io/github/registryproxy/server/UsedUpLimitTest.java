package io.github.registryproxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.facade.Facade;
import io.github.registryproxy.facade.Listener;
import io.github.registryproxy.facade.SettingSource;
import io.github.registryproxy.protocol.Target;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A registry that has said that nothing is left, and until when. */
class UsedUpLimitTest {
    private static int pull(Facade facade) throws IOException {
        String path = "/v2/hello/manifests/dev";
        Client client = new Client("192.0.2.7", URI.create("https://r.example.com"));
        try (RegistryResponse response = facade.proxy()
                .handle(RegistryRequest.of("GET", Target.parse("GET", path), Headers.EMPTY, Body.empty(), client))) {
            return response.status();
        }
    }

    @ParameterizedTest
    @CsvSource({"true, 429, 1", "false, 200, 2"})
    void it_is_not_asked_unless_clients_have_limits_of_their_own(boolean ownLogin, int status, int questions)
            throws Exception {
        RegistryHandler hub = new SampleRegistry();
        AtomicInteger asked = new AtomicInteger();
        ProxyServer registry = new ProxyServer(
                new Listener(Optional.of("127.0.0.1"), 0, Optional.empty(), Duration.ZERO, 10),
                Servlets.of((RegistryHandler) request -> {
                    asked.incrementAndGet();
                    return hub.handle(request)
                            .mapHeaders(headers -> headers.and("ratelimit-limit", "100;w=21600")
                                    .and("ratelimit-remaining", "0;w=21600")
                                    .and("ratelimit-reset", "600"));
                }));
        registry.start();
        Map<String, String> environment =
                new HashMap<>(Map.of("REGISTRY_HOST", "http://127.0.0.1:" + registry.port(), "REPO_PREFIX", "samples"));
        if (ownLogin) {
            environment.put("REGISTRY_USERNAME", "keeper");
            environment.put("REGISTRY_PASSWORD", "word");
        }
        try (Facade facade = Facade.of(SettingSource.environment(environment))) {
            assertEquals(200, pull(facade));
            assertEquals(status, pull(facade));
            assertEquals(questions, asked.get());
        } finally {
            registry.drain();
        }
    }
}
