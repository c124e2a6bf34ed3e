package io.github.registryproxy.aws;

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
import java.util.Locale;
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

class EcrCredentialsTest {
    private static final String PRIVATE = "https://123456789012.dkr.ecr.eu-west-1.amazonaws.com";
    private static final String PUBLIC = "https://public.ecr.aws";
    private static final String ECR = "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken";

    private final MockWebServer server = new MockWebServer();
    private final FakeAws aws = new FakeAws();
    private final Map<String, String> environment = new HashMap<>();
    private JdkTransport transport;
    private String origin;

    @TempDir
    private Path dir;

    @BeforeEach
    void start() throws IOException {
        server.setDispatcher(aws);
        server.start();
        origin = "http://127.0.0.1:" + server.getPort();
        transport = JdkTransport.builder().headTimeout(Duration.ofSeconds(3)).build();
        environment.put("HOME", dir.toString());
        environment.put("AWS_ENDPOINT_URL_ECR", origin);
        environment.put("AWS_ENDPOINT_URL_ECR_PUBLIC", origin);
        environment.put("AWS_ENDPOINT_URL_STS", origin);
        environment.put("AWS_EC2_METADATA_SERVICE_ENDPOINT", origin);
    }

    @AfterEach
    void stop() {
        transport.close();
        server.close();
    }

    private void keysInEnvironment() {
        environment.put("AWS_ACCESS_KEY_ID", FakeAws.ID);
        environment.put("AWS_SECRET_ACCESS_KEY", FakeAws.SECRET);
    }

    private CredentialsProvider at(String registry) throws IOException {
        return EcrCredentials.of(
                new Surroundings(URI.create(registry), transport, transport, environment), () -> aws.now);
    }

    private static Credentials password(int n) {
        return Credentials.basic("AWS", "planted-password-" + n);
    }

    private String failure() throws IOException {
        CredentialsProvider credentials = at(PRIVATE);
        return assertThrows(IOException.class, credentials::get).getMessage();
    }

    @Test
    void keys_of_the_environment_are_exchanged_for_a_password_once() throws IOException {
        keysInEnvironment();
        CredentialsProvider credentials = at(PRIVATE);
        assertEquals(List.of(), aws.asked);
        assertEquals(password(1), credentials.get());
        assertEquals(password(1), credentials.get());
        assertEquals(List.of(ECR), aws.asked);
    }

    @Test
    void ecr_public_is_asked_by_its_own_api() throws IOException {
        keysInEnvironment();
        environment.put("AWS_SESSION_TOKEN", FakeAws.SESSION);
        assertEquals(password(1), at(PUBLIC).get());
        assertEquals(List.of("SpencerFrontendService.GetAuthorizationToken"), aws.asked);
    }

    @Test
    void a_service_account_of_kubernetes_assumes_its_role() throws IOException {
        webIdentity();
        assertEquals(password(1), at(PRIVATE).get());
        assertEquals(List.of("POST /", ECR), aws.asked);
    }

    private void webIdentity() throws IOException {
        environment.put("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/puller");
        environment.put(
                "AWS_WEB_IDENTITY_TOKEN_FILE",
                Files.writeString(dir.resolve("token"), FakeAws.WEB_TOKEN + "\n")
                        .toString());
    }

    @Test
    void the_shared_file_has_keys_by_profile() throws IOException {
        Files.createDirectory(dir.resolve(".aws"));
        Files.writeString(dir.resolve(".aws").resolve("credentials"), """
                # comment = no
                [default]
                aws_access_key_id = AKIDOTHER
                aws_secret_access_key = other
                [puller]
                aws_access_key_id = %s
                aws_secret_access_key=%s
                """.formatted(FakeAws.ID, FakeAws.SECRET));
        assertTrue(failure().contains("(UnrecognizedClientException)"));
        environment.put("AWS_PROFILE", "puller");
        assertEquals(password(1), at(PRIVATE).get());
        environment.put("AWS_PROFILE", "absent");
        assertEquals("profile absent has no AWS access key with its secret", failure());
    }

    @Test
    void a_password_that_has_ended_is_replaced_by_the_keys_that_are_there_then() throws IOException {
        AtomicLong nanos = new AtomicLong();
        CredentialsProvider credentials = lastingByRotatedKeys("planted-session-one", nanos);
        assertEquals(password(1), credentials.get());
        pass(nanos, Duration.ofHours(11));
        aws.session = "planted-session-two";
        pass(nanos, Duration.ofHours(1));
        // The keys of the file are yesterday's.
        assertThrows(IOException.class, credentials::get);
        sharedFile("planted-session-two");
        pass(nanos, Duration.ofSeconds(2));
        assertEquals(password(2), credentials.get());
        assertEquals(List.of(ECR, ECR, ECR), aws.asked);
    }

    @Test
    void a_password_that_was_revoked_is_replaced() throws IOException {
        AtomicLong nanos = new AtomicLong();
        CredentialsProvider credentials = lastingByRotatedKeys("planted-session-one", nanos);
        credentials.rejected(credentials.get());
        assertEquals(password(1), credentials.get(), "it is young: refused for what it may do");
        pass(nanos, Duration.ofMinutes(1));
        credentials.rejected(credentials.get());
        assertEquals(password(2), credentials.get());
    }

    private CredentialsProvider lastingByRotatedKeys(String session, AtomicLong nanos) throws IOException {
        aws.session = session;
        sharedFile(session);
        return EcrCredentials.of(
                new Surroundings(URI.create(PRIVATE), transport, transport, environment), () -> aws.now, nanos::get);
    }

    private void sharedFile(String session) throws IOException {
        Path folder = Files.createDirectories(dir.resolve(".aws"));
        Files.writeString(
                folder.resolve("credentials"),
                "[default]\naws_access_key_id = %s\naws_secret_access_key = %s\naws_session_token = %s\n"
                        .formatted(FakeAws.ID, FakeAws.SECRET, session));
    }

    private void pass(AtomicLong nanos, Duration time) {
        nanos.addAndGet(time.toNanos());
        aws.now = aws.now.plus(time);
    }

    @Test
    void a_pod_identity_s_agent_is_asked_with_the_token_of_its_file() throws IOException {
        agent();
        assertEquals(password(1), at(PRIVATE).get());
        assertEquals(List.of("GET /agent/keys", ECR), aws.asked);
        Files.writeString(dir.resolve("agent"), "rotated away");
        assertTrue(failure().endsWith("answered 403 without keys"));
    }

    private void agent() throws IOException {
        environment.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", origin + "/agent/keys");
        environment.put(
                "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
                Files.writeString(dir.resolve("agent"), FakeAws.AGENT_TOKEN).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://10.0.0.1/keys",
                "http://agent.example/keys",
                "ftp://127.0.0.1/",
                "http://u:p@127.0.0.1/",
                "x y"
            })
    void the_agent_s_token_goes_to_agents_alone(String uri) throws IOException {
        agent();
        environment.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", uri);
        String message = failure();
        assertTrue(message.toLowerCase(Locale.ROOT).contains("container"), message);
        assertEquals(List.of(), aws.asked);
    }

    @Test
    void an_instance_s_role_is_had_by_a_session() throws IOException {
        assertEquals(password(1), at(PRIVATE).get());
        assertEquals(
                List.of(
                        "PUT /latest/api/token",
                        "GET /latest/meta-data/iam/security-credentials/",
                        "GET /latest/meta-data/iam/security-credentials/the-role",
                        ECR),
                aws.asked);
    }

    @Test
    void a_role_s_name_cannot_lead_elsewhere() {
        aws.role = "../../../agent/keys";
        assertTrue(assertThrows(IOException.class, () -> at(PRIVATE).get())
                .getMessage()
                .endsWith("without a role"));
    }

    @Test
    void without_any_keys_the_places_are_named() throws IOException {
        environment.put("AWS_EC2_METADATA_DISABLED", "true");
        assertTrue(failure().startsWith("no AWS credentials: neither in the environment"));
        assertEquals(List.of(), aws.asked);
    }

    @Test
    void a_place_that_is_set_up_and_fails_is_not_covered_up_by_the_next() throws IOException {
        webIdentity();
        Files.writeString(dir.resolve("token"), "expired");
        String message = failure();
        assertTrue(message.endsWith("answered 400 without keys (InvalidIdentityToken)"), message);
        assertEquals(List.of("POST /"), aws.asked);
    }

    @Test
    void a_wrong_clock_is_corrected_by_the_answer() throws IOException {
        keysInEnvironment();
        for (long hours : new long[] {-30, 30}) {
            aws.asked.clear();
            CredentialsProvider credentials = EcrCredentials.of(
                    new Surroundings(URI.create(PRIVATE), transport, transport, environment),
                    () -> aws.now.plus(Duration.ofHours(hours)));
            Credentials first = credentials.get();
            assertEquals(first, credentials.get());
            assertEquals(List.of(ECR, ECR), aws.asked);
        }
    }

    @Test
    void a_5xx_is_asked_again_once() throws IOException {
        keysInEnvironment();
        aws.instead.put(ECR, FakeAws.status(503));
        assertEquals(password(1), at(PRIVATE).get());
    }

    @Test
    void answers_that_are_none_are_failures() throws IOException {
        keysInEnvironment();
        MockResponse[] answers = {
            FakeAws.text("planted-secret"),
            FakeAws.text("{}"),
            FakeAws.text("{\"authorizationData\":[]}"),
            FakeAws.text("{\"authorizationData\":[{\"authorizationToken\":\"planted-secret\",\"expiresAt\":1}]}"),
            FakeAws.text("{\"authorizationData\":[{\"authorizationToken\":\"QVdTOng=\"}]}"),
            FakeAws.text("{\"authorizationData\":[{\"authorizationToken\":\"QVdTOg==\",\"expiresAt\":1}]}"),
            FakeAws.text("x".repeat(300 * 1024)),
            FakeAws.error("AccessDeniedException"),
            FakeAws.status(307),
            new MockResponse.Builder()
                    .onResponseStart(SocketEffect.Stall.INSTANCE)
                    .build()
        };
        try (Lines lines = new Lines()) {
            for (MockResponse answer : answers) {
                aws.instead.put(ECR, answer);
                IOException e =
                        assertThrows(IOException.class, () -> at(PRIVATE).get());
                assertFalse((Lines.of(e) + lines).contains("planted-secret"), () -> Lines.of(e));
            }
        }
        assertEquals(password(1), at(PRIVATE).get());
    }

    @Test
    void xml_with_a_document_type_is_no_answer() throws IOException {
        webIdentity();
        aws.instead.put("POST /", FakeAws.text("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><x>&e;</x>"));
        assertThrows(IOException.class, () -> at(PRIVATE).get());
        assertEquals(List.of("POST /"), aws.asked);
    }

    @Test
    void a_crowd_asks_once() throws Exception {
        keysInEnvironment();
        CredentialsProvider credentials = at(PRIVATE);
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<Future<Credentials>> crowd = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                crowd.add(threads.submit(credentials::get));
            }
            for (Future<Credentials> one : crowd) {
                assertEquals(password(1), one.get(20, TimeUnit.SECONDS));
            }
        } finally {
            threads.shutdownNow();
        }
        assertEquals(1, aws.passwords.get());
    }

    @Test
    void without_an_override_a_service_is_never_looked_for_on_this_machine() throws IOException {
        Surroundings process = new Surroundings(URI.create(PRIVATE), transport, transport, Map.of());
        Endpoint own =
                Endpoint.of(process, "AWS_ENDPOINT_URL_ECR", URI.create("https://api.ecr.eu-west-1.amazonaws.com/"));
        assertThrows(
                IOException.class,
                () -> own.addresses()
                        .check("api.ecr.eu-west-1.amazonaws.com", java.net.InetAddress.getLoopbackAddress()));
    }

    @Test
    void it_is_found_by_name() {
        assertTrue(ServiceLoader.load(CredentialsKind.class).stream()
                .anyMatch(kind -> kind.get().name().equals("aws")));
    }

    @Test
    void nothing_prints_or_logs_a_secret() throws IOException {
        keysInEnvironment();
        webIdentity();
        agent();
        try (Lines lines = new Lines()) {
            StringBuilder printed = new StringBuilder();
            for (List<String> without : List.of(
                    List.<String>of(),
                    List.of("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
                    List.of("AWS_WEB_IDENTITY_TOKEN_FILE"),
                    List.of("AWS_CONTAINER_CREDENTIALS_FULL_URI"))) {
                without.forEach(environment::remove);
                CredentialsProvider credentials = at(PRIVATE);
                printed.append(credentials).append(credentials.get());
                aws.instead.put(ECR, FakeAws.error("AccessDeniedException"));
                CredentialsProvider refused = at(PRIVATE);
                printed.append(Lines.of(assertThrows(IOException.class, refused::get)));
                printed.append(new Surroundings(URI.create(PRIVATE), transport, transport, environment));
            }
            environment.put("AWS_ACCESS_KEY_ID", "planted id");
            environment.put("AWS_SECRET_ACCESS_KEY", "planted secret");
            printed.append(failure()).append(lines);
            assertTrue(printed.toString().contains("AccessDeniedException"), printed::toString);
            assertFalse(printed.toString().contains("planted"), printed::toString);
        }
    }
}
