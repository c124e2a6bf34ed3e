package io.github.registryproxy.google;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
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

class GoogleRegistryCredentialsTest {
    private static final URI REGISTRY = URI.create("https://europe-docker.pkg.dev");

    private final MockWebServer server = new MockWebServer();
    private final FakeGoogle google = new FakeGoogle();
    private final Map<String, String> environment = new HashMap<>();
    private JdkTransport transport;
    private String origin;

    @TempDir
    private Path dir;

    @BeforeEach
    void start() throws IOException {
        server.setDispatcher(google);
        server.start();
        origin = "http://127.0.0.1:" + server.getPort();
        transport = JdkTransport.builder().headTimeout(Duration.ofSeconds(3)).build();
        environment.put("HOME", dir.toString());
        environment.put("GCE_METADATA_HOST", "127.0.0.1:" + server.getPort());
    }

    @AfterEach
    void stop() {
        transport.close();
        server.close();
    }

    private GoogleRegistryCredentials.Builder builder() {
        return GoogleRegistryCredentials.builder(new Surroundings(REGISTRY, transport, transport, environment))
                .route(uri -> uri.getHost().endsWith(".googleapis.com") ? URI.create(origin + uri.getRawPath()) : uri);
    }

    private static Credentials token(int n) {
        return Credentials.basic("oauth2accesstoken", "planted-token-" + n);
    }

    private Path file(String content) throws IOException {
        Path file = Files.writeString(dir.resolve("credentials.json"), content);
        environment.put("GOOGLE_APPLICATION_CREDENTIALS", file.toString());
        return file;
    }

    private String failure() throws IOException {
        CredentialsProvider credentials = builder().build();
        return assertThrows(IOException.class, credentials::get).getMessage();
    }

    @Test
    void the_metadata_server_s_token_is_had_once() throws IOException {
        CredentialsProvider credentials = builder().build();
        assertEquals(List.of(), google.asked);
        assertEquals(token(1), credentials.get());
        assertEquals(token(1), credentials.get());
        assertEquals(List.of(FakeGoogle.METADATA), google.asked);
    }

    @Test
    void a_key_file_signs_for_a_token_and_is_read_again_for_the_next() throws IOException {
        Path key = file(google.keyFile(origin + "/token"));
        assertEquals(token(1), builder().build().get());
        assertEquals(List.of(FakeGoogle.OAUTH), google.asked);
        Files.writeString(key, new FakeGoogle().keyFile(origin + "/token"));
        assertTrue(failure().endsWith("answered 400 instead of a token"));
        Files.writeString(key, google.keyFile(origin + "/token"));
        assertEquals(token(2), builder().build().get());
    }

    @Test
    void a_token_that_has_ended_is_replaced_by_the_key_that_is_there_then() throws IOException {
        AtomicLong nanos = new AtomicLong();
        Path key = file(google.keyFile(origin + "/token"));
        CredentialsProvider credentials = builder().nanoTime(nanos::get).build();
        assertEquals(token(1), credentials.get());
        Files.writeString(key, new FakeGoogle().keyFile(origin + "/token"));
        nanos.addAndGet(Duration.ofMinutes(40).toNanos());
        assertEquals(token(1), credentials.get());
        nanos.addAndGet(Duration.ofMinutes(20).toNanos());
        assertThrows(IOException.class, credentials::get);
        Files.writeString(key, google.keyFile(origin + "/token"));
        nanos.addAndGet(Duration.ofSeconds(2).toNanos());
        assertEquals(token(2), credentials.get());
        assertEquals(List.of(FakeGoogle.OAUTH, FakeGoogle.OAUTH, FakeGoogle.OAUTH), google.asked);
    }

    @Test
    void a_token_that_was_revoked_is_replaced() throws IOException {
        AtomicLong nanos = new AtomicLong();
        CredentialsProvider credentials = builder().nanoTime(nanos::get).build();
        credentials.rejected(credentials.get());
        assertEquals(token(1), credentials.get(), "it is young: refused for what it may do");
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        credentials.rejected(credentials.get());
        assertEquals(token(2), credentials.get());
    }

    @Test
    void a_clock_that_is_wrong_makes_no_token_last_longer_than_it_was_asked_for() throws IOException {
        environment.put("GOOGLE_IMPERSONATE_SERVICE_ACCOUNT", "puller@p.iam.gserviceaccount.com");
        for (long hours : new long[] {-30, 30}) {
            google.skew = Duration.ofHours(hours);
            google.tokens.set(0);
            AtomicLong nanos = new AtomicLong();
            CredentialsProvider credentials = builder().nanoTime(nanos::get).build();
            Credentials first = credentials.get();
            assertEquals(first, credentials.get());
            nanos.addAndGet(Duration.ofMinutes(61).toNanos());
            assertNotEquals(first, credentials.get());
        }
    }

    @Test
    void gcloud_s_own_file_is_found_before_the_metadata_server() throws IOException {
        Path gcloud = Files.createDirectories(dir.resolve(".config").resolve("gcloud"));
        Files.writeString(gcloud.resolve("application_default_credentials.json"), google.keyFile(origin + "/token"));
        assertEquals(token(1), builder().build().get());
        assertEquals(List.of(FakeGoogle.OAUTH), google.asked);
    }

    @Test
    void a_workload_identity_federation_exchanges_its_subject_s_token() throws IOException {
        Path subject = Files.writeString(dir.resolve("subject"), FakeGoogle.SUBJECT);
        file(federation(subject));
        assertEquals(token(1), builder().build().get());
        assertEquals(List.of(FakeGoogle.EXCHANGE), google.asked);
        Files.writeString(subject, "expired");
        assertTrue(
                failure().startsWith("Google answered 400") || failure().startsWith("no token from Google"), failure());
    }

    private String federation(Path subject) {
        return """
                {"type":"external_account",
                 "audience":"//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x",
                 "subject_token_type":"urn:ietf:params:oauth:token-type:jwt",
                 "token_url":"https://sts.googleapis.com/v1/token","credential_source":{"file":"%s"}}
                """.formatted(subject);
    }

    @Test
    void another_account_is_acted_for() throws IOException {
        environment.put("GOOGLE_IMPERSONATE_SERVICE_ACCOUNT", "puller@p.iam.gserviceaccount.com");
        assertEquals(
                Credentials.basic("oauth2accesstoken", "planted-impersonated-2"),
                builder().build().get());
        assertEquals(List.of(FakeGoogle.METADATA, FakeGoogle.UNIVERSE, FakeGoogle.IMPERSONATE), google.asked);
    }

    @Test
    void an_impersonation_s_file_says_for_whom() throws IOException {
        file("""
                {"type":"impersonated_service_account","delegates":[],
                 "service_account_impersonation_url":"%s%s","source_credentials":%s}
                """.formatted(
                        origin, FakeGoogle.IMPERSONATE.substring("POST ".length()), google.keyFile(origin + "/token")));
        assertEquals(
                Credentials.basic("oauth2accesstoken", "planted-impersonated-2"),
                builder().build().get());
    }

    @Test
    void a_token_may_go_as_bearer() throws IOException {
        assertEquals(
                Credentials.bearer("planted-token-1"),
                builder().asBearer().build().get());
    }

    @Test
    void a_crowd_asks_once() throws Exception {
        CredentialsProvider credentials = builder().build();
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<Future<Credentials>> crowd = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                crowd.add(threads.submit(credentials::get));
            }
            for (Future<Credentials> one : crowd) {
                assertEquals(token(1), one.get(20, TimeUnit.SECONDS));
            }
        } finally {
            threads.shutdownNow();
        }
        assertEquals(1, google.tokens.get());
    }

    @Test
    void a_5xx_is_asked_again() throws IOException {
        google.instead.put(FakeGoogle.METADATA, FakeGoogle.answer(503, ""));
        assertEquals(token(1), builder().build().get());
    }

    @Test
    void answers_that_are_none_are_failures_without_secrets() throws IOException {
        MockResponse[] answers = {
            FakeGoogle.answer(200, "planted"),
            FakeGoogle.answer(200, "{}"),
            FakeGoogle.answer(200, "{\"access_token\":\"planted\\n\",\"expires_in\":3600}"),
            FakeGoogle.answer(200, "x".repeat(300 * 1024)),
            FakeGoogle.answer(403, "planted"),
            FakeGoogle.answer(404, "planted"),
            new MockResponse.Builder()
                    .onResponseStart(SocketEffect.Stall.INSTANCE)
                    .build()
        };
        for (MockResponse answer : answers) {
            google.instead.put(FakeGoogle.METADATA, answer);
            try (Lines lines = new Lines()) {
                CredentialsProvider credentials = builder().build();
                IOException e = assertThrows(IOException.class, credentials::get);
                assertFalse((Lines.of(e) + lines).contains("planted"), () -> Lines.of(e));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "planted",
                "{\"type\":\"planted\"}",
                "{\"type\":\"service_account\",\"private_key\":\"planted\"}"
            })
    void a_file_that_cannot_be_used_is_not_quoted(String content) throws IOException {
        file(content);
        try (Lines lines = new Lines()) {
            CredentialsProvider credentials = builder().build();
            IOException e = assertThrows(IOException.class, credentials::get);
            assertTrue(e.getMessage().startsWith("no token from Google"), e::getMessage);
            assertFalse((Lines.of(e) + lines).contains("planted"), () -> Lines.of(e));
        }
        assertEquals(List.of(), google.asked);
    }

    @Test
    void what_cannot_work_is_said_at_the_start() throws IOException {
        environment.put("GOOGLE_APPLICATION_CREDENTIALS", dir.resolve("absent").toString());
        assertThrows(IOException.class, () -> builder().build());
        environment.remove("GOOGLE_APPLICATION_CREDENTIALS");
        environment.put("GOOGLE_IMPERSONATE_SERVICE_ACCOUNT", "../../x y");
        assertThrows(IOException.class, () -> builder().build());
    }

    @Test
    void it_is_found_by_name() {
        assertTrue(ServiceLoader.load(CredentialsKind.class).stream()
                .anyMatch(kind -> kind.get().name().equals("google")));
    }

    @Test
    void nothing_prints_or_logs_a_secret() throws IOException {
        try (Lines lines = new Lines()) {
            StringBuilder printed = new StringBuilder();
            Path subject = Files.writeString(dir.resolve("subject"), FakeGoogle.SUBJECT);
            for (String content : List.of(google.keyFile(origin + "/token"), federation(subject))) {
                file(content);
                CredentialsProvider credentials = builder().build();
                printed.append(credentials).append(credentials.get());
                String path = content.contains("external_account") ? FakeGoogle.EXCHANGE : FakeGoogle.OAUTH;
                google.instead.put(path, FakeGoogle.answer(401, "{\"error\":\"planted\"}"));
                CredentialsProvider refused = builder().build();
                printed.append(Lines.of(assertThrows(IOException.class, refused::get)));
            }
            printed.append(lines);
            assertTrue(printed.toString().contains("credentials by Google cannot be had"), printed::toString);
            assertFalse(printed.toString().contains("planted"), printed::toString);
            assertFalse(printed.toString().contains("PRIVATE KEY"), printed::toString);
        }
    }

    @Test
    void credentials_file_over_1_MiB_is_refused() throws IOException {
        file("x".repeat(1024 * 1024 + 1));
        CredentialsProvider credentials = builder().build();
        IOException e = assertThrows(IOException.class, credentials::get);
        assertTrue(e.getMessage().contains("larger than 1048576 bytes"), e::getMessage);
    }
}
