package io.github.registryproxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.facade.Facade;
import io.github.registryproxy.facade.SettingException;
import io.github.registryproxy.facade.SettingSource;
import io.github.registryproxy.protocol.Target;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** REGISTRY_CREDENTIALS, with the modules that the server brings along: from the setting to what the registry receives. */
class LoginByTest {
    private final MockWebServer server = new MockWebServer();
    private final AtomicInteger tokens = new AtomicInteger();
    private final Map<String, String> environment = new HashMap<>();
    /** What the registry wants to see. */
    private volatile String password = "";

    @TempDir
    private Path dir;

    @BeforeEach
    void start() throws Exception {
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                return request.getUrl().encodedPath().startsWith("/computeMetadata/") ? token() : registry(request);
            }
        });
        server.start(InetAddress.getLoopbackAddress(), 0);
        String origin = "127.0.0.1:" + server.getPort();
        environment.put("REGISTRY_HOST", "http://" + origin);
        environment.put("GCE_METADATA_HOST", origin);
        environment.put("HOME", dir.toString());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private MockResponse token() {
        return json("{\"access_token\":\"t%d\",\"expires_in\":3599,\"token_type\":\"Bearer\"}"
                .formatted(tokens.incrementAndGet()));
    }

    private MockResponse registry(RecordedRequest request) {
        String expected = "Basic " + Base64.getEncoder().encodeToString(password.getBytes(StandardCharsets.UTF_8));
        return expected.equals(request.getHeaders().get("Authorization"))
                ? json("{\"name\":\"app\",\"tags\":[\"1\"]}")
                : new MockResponse.Builder()
                        .code(401)
                        .addHeader("WWW-Authenticate", "Basic realm=\"r\"")
                        .build();
    }

    private static MockResponse json(String body) {
        return new MockResponse.Builder()
                .addHeader("Content-Type", "application/json")
                .body(body)
                .build();
    }

    private int tags() throws Exception {
        try (Facade facade = Facade.of(SettingSource.environment(environment));
                RegistryResponse answer = facade.proxy()
                        .handle(RegistryRequest.of(
                                "GET",
                                Target.parse("GET", "/v2/app/tags/list"),
                                Headers.EMPTY,
                                Body.empty(),
                                new Client("127.0.0.1", URI.create("http://localhost"))))) {
            return answer.status();
        }
    }

    @Test
    void docker_s_configuration_logs_in() throws Exception {
        password = "u:p";
        Files.writeString(
                dir.resolve("config.json"), "{\"auths\":{\"127.0.0.1:" + server.getPort() + "\":{\"auth\":\"dTpw\"}}}");
        environment.put("REGISTRY_CREDENTIALS", "docker-config");
        environment.put("DOCKER_CONFIG", dir.toString());
        assertEquals(200, tags());
        environment.put("DOCKER_CONFIG", dir.resolve("config.json").toString());
        assertEquals(200, tags());
    }

    @Test
    void google_s_metadata_server_logs_in() throws Exception {
        password = "oauth2accesstoken:t1";
        environment.put("REGISTRY_CREDENTIALS", "google");
        assertEquals(200, tags());
        assertEquals(1, tokens.get());
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://123456789012.dkr.ecr.eu-west-1.amazonaws.com", "https://public.ecr.aws"})
    void amazon_s_registries_are_taken(String registry) throws Exception {
        environment.put("REGISTRY_HOST", registry);
        environment.put("REGISTRY_CREDENTIALS", "aws");
        Facade.of(SettingSource.environment(environment)).close();
    }

    @Test
    void azure_s_registries_are_taken() throws Exception {
        environment.put("REGISTRY_HOST", "example.azurecr.io");
        environment.put("REGISTRY_CREDENTIALS", "azure");
        Facade.of(SettingSource.environment(environment)).close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "aws | REGISTRY_CREDENTIALS=aws (environment): 127.0.0.1 is no registry of Amazon ECR",
                "azure | REGISTRY_CREDENTIALS=azure (environment): 127.0.0.1 is no registry of Azure",
                "docker-config | REGISTRY_CREDENTIALS=docker-config (environment): there is no docker config to read",
                "gcp | REGISTRY_CREDENTIALS=gcp (environment): expected aws, azure, docker-config, google"
            })
    void what_cannot_work_is_one_line(String kind, String message) {
        environment.put("REGISTRY_CREDENTIALS", kind);
        SettingException e =
                assertThrows(SettingException.class, () -> Facade.of(SettingSource.environment(environment)));
        assertTrue(e.getMessage().startsWith(message), e::getMessage);
    }
}
