package io.github.registryproxy.azure;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.auth.Credentials;
import io.github.registryproxy.auth.CredentialsKind;
import io.github.registryproxy.auth.CredentialsKind.Surroundings;
import io.github.registryproxy.auth.CredentialsProvider;
import io.github.registryproxy.auth.Lines;
import io.github.registryproxy.transport.JdkTransport;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AcrCredentialsTest {
    private static final String EXCHANGE = "POST /oauth2/exchange";
    private static final String ENTRA = "POST /the-tenant/oauth2/v2.0/token";

    private final MockWebServer server = new MockWebServer();
    private final FakeAzure azure = new FakeAzure();
    private final Map<String, String> environment = new HashMap<>();
    private JdkTransport transport;
    private String origin;

    @TempDir
    private Path dir;

    @BeforeEach
    void start() throws IOException {
        server.setDispatcher(azure);
        server.start();
        azure.service = "127.0.0.1:" + server.getPort();
        origin = "http://" + azure.service;
        transport = JdkTransport.builder().headTimeout(Duration.ofSeconds(3)).build();
        environment.put("AZURE_POD_IDENTITY_AUTHORITY_HOST", origin);
        environment.put("AZURE_AUTHORITY_HOST", origin);
    }

    @AfterEach
    void stop() {
        transport.close();
        server.close();
    }

    private Surroundings process(String registry) {
        return new Surroundings(URI.create(registry), transport, transport, environment);
    }

    private CredentialsProvider credentials() {
        return AcrCredentials.anywhere(process(origin));
    }

    private Credentials refreshToken(int n) {
        return Credentials.basic("00000000-0000-0000-0000-000000000000", azure.refreshToken(n));
    }

    private String failure() {
        return assertThrows(IOException.class, credentials()::get).getMessage();
    }

    private void servicePrincipal() {
        environment.put("AZURE_TENANT_ID", "the-tenant");
        environment.put("AZURE_CLIENT_ID", "the-client");
        environment.put("AZURE_CLIENT_SECRET", FakeAzure.SECRET);
    }

    private void workload() throws IOException {
        environment.put("AZURE_TENANT_ID", "the-tenant");
        environment.put("AZURE_CLIENT_ID", "the-client");
        environment.put(
                "AZURE_FEDERATED_TOKEN_FILE",
                Files.writeString(dir.resolve("token"), FakeAzure.ASSERTION + "\n")
                        .toString());
    }

    private void appService() {
        environment.put("IDENTITY_ENDPOINT", origin + "/msi/token");
        environment.put("IDENTITY_HEADER", FakeAzure.HEADER);
    }

    @Test
    void a_service_principal_s_token_is_exchanged_once() throws IOException {
        servicePrincipal();
        CredentialsProvider credentials = credentials();
        assertEquals(List.of(), azure.asked);
        assertEquals(refreshToken(1), credentials.get());
        assertEquals(refreshToken(1), credentials.get());
        assertEquals(List.of(ENTRA, EXCHANGE), azure.asked);
    }

    @Test
    void a_workload_identity_s_token_is_read_each_time() throws IOException {
        workload();
        assertEquals(refreshToken(1), credentials().get());
        Files.writeString(dir.resolve("token"), "expired");
        String message = failure();
        assertTrue(message.endsWith("answered 401 without an access token (invalid_client)"), message);
        Files.writeString(dir.resolve("token"), FakeAzure.ASSERTION);
        assertEquals(refreshToken(2), credentials().get());
    }

    @Test
    void a_token_that_has_ended_is_replaced_by_the_identity_that_is_there_then() throws IOException {
        AtomicLong nanos = new AtomicLong();
        workload();
        CredentialsProvider credentials = AcrCredentials.anywhere(process(origin), nanos::get);
        assertEquals(refreshToken(1), credentials.get());
        Files.writeString(dir.resolve("token"), "expired");
        nanos.addAndGet(Duration.ofHours(2).toNanos());
        assertEquals(refreshToken(1), credentials.get());
        nanos.addAndGet(Duration.ofHours(1).toNanos());
        assertThrows(IOException.class, credentials::get);
        Files.writeString(dir.resolve("token"), FakeAzure.ASSERTION);
        nanos.addAndGet(Duration.ofSeconds(2).toNanos());
        assertEquals(refreshToken(2), credentials.get());
        assertEquals(List.of(ENTRA, EXCHANGE, ENTRA, ENTRA, EXCHANGE), azure.asked);
    }

    @Test
    void a_token_that_was_revoked_is_replaced() throws IOException {
        AtomicLong nanos = new AtomicLong();
        servicePrincipal();
        CredentialsProvider credentials = AcrCredentials.anywhere(process(origin), nanos::get);
        credentials.rejected(credentials.get());
        assertEquals(refreshToken(1), credentials.get(), "it is young: refused for what it may do");
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        credentials.rejected(credentials.get());
        assertEquals(refreshToken(2), credentials.get());
    }

    @Test
    void an_app_service_asks_its_own_endpoint() throws IOException {
        appService();
        environment.put("AZURE_CLIENT_ID", "the-client");
        assertEquals(refreshToken(1), credentials().get());
        assertEquals(List.of("GET /msi/token", EXCHANGE), azure.asked);
    }

    @Test
    void a_machine_asks_its_metadata_service() throws IOException {
        assertEquals(refreshToken(1), credentials().get());
        assertEquals(List.of("GET /metadata/identity/oauth2/token", EXCHANGE), azure.asked);
        environment.put("AZURE_CLIENT_ID", "another");
        assertTrue(failure().endsWith("answered 400 without an access token (invalid_request)"));
    }

    @Test
    void a_clock_that_is_wrong_by_a_day_changes_nothing() throws IOException {
        for (long hours : new long[] {-30, 30}) {
            azure.skew = Duration.ofHours(hours);
            azure.asked.clear();
            CredentialsProvider credentials = credentials();
            Credentials first = credentials.get();
            assertEquals(first, credentials.get());
            assertEquals(2, azure.asked.size());
        }
    }

    @Test
    void a_token_that_tells_no_lifetime_is_used_nevertheless() throws IOException {
        for (String token : List.of("opaque", "a.b.c", "a.%%%.c", "a.e30.c")) {
            azure.instead.put(EXCHANGE, FakeAzure.answer(200, "{\"refresh_token\":\"" + token + "\"}"));
            CredentialsProvider credentials = credentials();
            assertEquals(Credentials.basic("00000000-0000-0000-0000-000000000000", token), credentials.get());
            assertEquals(credentials.get(), credentials.get());
        }
    }

    @Test
    void a_5xx_is_asked_again_once() throws IOException {
        servicePrincipal();
        azure.instead.put(EXCHANGE, FakeAzure.answer(502, ""));
        azure.instead.put(ENTRA, FakeAzure.answer(500, ""));
        assertEquals(refreshToken(1), credentials().get());
    }

    @Test
    void answers_that_are_none_are_failures_without_secrets() throws IOException {
        servicePrincipal();
        MockResponse[] answers = {
            FakeAzure.answer(200, "planted"),
            FakeAzure.answer(200, "{}"),
            FakeAzure.answer(200, "{\"refresh_token\":\"planted\\n\"}"),
            FakeAzure.answer(200, "x".repeat(300 * 1024)),
            FakeAzure.answer(401, "{\"errors\":[{\"message\":\"planted\"}]}"),
            new MockResponse.Builder()
                    .code(307)
                    .addHeader("Location", origin + "/planted")
                    .build(),
            new MockResponse.Builder()
                    .onResponseStart(SocketEffect.Stall.INSTANCE)
                    .build()
        };
        try (Lines lines = new Lines()) {
            for (String path : List.of(EXCHANGE, ENTRA)) {
                for (MockResponse answer : answers) {
                    azure.instead.put(path, answer);
                    CredentialsProvider credentials = credentials();
                    if (path.equals(ENTRA) && answer == answers[2]) {
                        continue;
                    }
                    IOException e = assertThrows(IOException.class, credentials::get);
                    assertFalse((Lines.of(e) + lines).contains("planted"), () -> Lines.of(e));
                }
            }
        }
        assertFalse(azure.asked.contains("GET /planted"));
    }

    @Test
    void a_crowd_asks_once() throws Exception {
        CredentialsProvider credentials = credentials();
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<Future<Credentials>> crowd = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                crowd.add(threads.submit(credentials::get));
            }
            for (Future<Credentials> one : crowd) {
                assertEquals(refreshToken(1), one.get(20, TimeUnit.SECONDS));
            }
        } finally {
            threads.shutdownNow();
        }
        assertEquals(1, azure.tokens.get());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://gcr.io",
                "https://azurecr.io",
                "https://example.azurecr.io.evil.example",
                "https://evil.example/example.azurecr.io",
                "http://example.azurecr.io"
            })
    void other_registries_get_no_token_of_azure_s(String registry) {
        assertThrows(IOException.class, () -> AcrCredentials.of(process(registry)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.azurecr.io",
                "https://example-a1b2.westeurope.azurecr.io",
                "https://example.azurecr.cn",
                "https://example.azurecr.us"
            })
    void registries_of_azure_are_known_by_name(String registry) {
        assertDoesNotThrow(() -> AcrCredentials.of(process(registry)));
        assertTrue(ServiceLoader.load(CredentialsKind.class).stream()
                .anyMatch(kind -> kind.get().name().equals("azure")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://login.example",
                "http://10.0.0.1",
                "ftp://127.0.0.1",
                "https://u:planted@login.example",
                "x y"
            })
    void a_secret_goes_out_by_https_or_stays_on_this_machine(String place) {
        servicePrincipal();
        environment.put("AZURE_AUTHORITY_HOST", place);
        assertEquals("AZURE_AUTHORITY_HOST: expected an https address", failure());
        environment.remove("AZURE_CLIENT_SECRET");
        appService();
        environment.put("IDENTITY_ENDPOINT", place);
        assertEquals("IDENTITY_ENDPOINT: expected an https address", failure());
        assertEquals(List.of(), azure.asked);
    }

    @Test
    void a_half_told_application_is_refused_and_not_covered_up_by_the_machine() {
        environment.put("AZURE_CLIENT_SECRET", FakeAzure.SECRET);
        assertTrue(failure().startsWith("AZURE_CLIENT_ID is missing"));
        environment.put("AZURE_CLIENT_ID", "the-client");
        assertTrue(failure().startsWith("AZURE_TENANT_ID is missing"));
        environment.put("AZURE_TENANT_ID", "../common");
        assertTrue(failure().startsWith("AZURE_TENANT_ID: expected"));
        assertEquals(List.of(), azure.asked);
    }

    @Test
    void nothing_prints_or_logs_a_secret() throws IOException {
        servicePrincipal();
        try (Lines lines = new Lines()) {
            StringBuilder printed = new StringBuilder().append(process(origin));
            CredentialsProvider credentials = credentials();
            printed.append(credentials).append(credentials.get());
            environment.put("AZURE_CLIENT_SECRET", "planted-and-wrong");
            CredentialsProvider wrong = credentials();
            printed.append(Lines.of(assertThrows(IOException.class, wrong::get)));
            environment.remove("AZURE_CLIENT_SECRET");
            appService();
            printed.append(credentials().get());
            environment.put("IDENTITY_HEADER", "planted\nheader");
            printed.append(failure()).append(lines);
            assertTrue(printed.toString().contains("invalid_client"), printed::toString);
            assertTrue(printed.toString().contains("IDENTITY_HEADER cannot be sent"), printed::toString);
            assertFalse(printed.toString().contains("planted"), printed::toString);
        }
    }

    @Test
    void token_file_over_64_KiB_is_refused() throws IOException {
        workload();
        Files.writeString(dir.resolve("token"), "t".repeat(64 * 1024 + 1));
        String failure = failure();
        assertTrue(failure.contains("larger than 65536 bytes"), failure);
    }
}
