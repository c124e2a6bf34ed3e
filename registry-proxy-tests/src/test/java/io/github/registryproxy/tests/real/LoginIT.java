package io.github.registryproxy.tests.real;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.tests.real.SampleImage.Family;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A proxy that asks for a login of its own, in front of a registry where it has another. */
@Tag("real")
@Timeout(180)
class LoginIT {
    @RegisterExtension
    static final Stage stage = new Stage(Clients.PROGRAMS);

    private static final String USER = "alice";
    private static final String PASSWORD = "PLANTED-client-password-0815";
    private static final String KEY = "PLANTED-key for tests that is long enough to sign";

    private static final Clients clients = new Clients(stage);
    private static final Map<String, ProxyServer> proxies = new HashMap<>();
    private static DockerRegistry registry;

    @BeforeAll
    static void start() throws Exception {
        Path users = stage.directory("users").resolve("htpasswd");
        Command.run(Duration.ofSeconds(30), "htpasswd", "-Bbc", users.toString(), USER, PASSWORD)
                .succeeded();
        Path key = Files.writeString(stage.directory("key").resolve("key"), KEY + "\n");
        registry = DockerRegistry.withPasswords(stage);
        new SampleImage(registry, "team/a/app").pushIndex("1", Family.OCI);
        Map<String, String> common = Map.of(
                "REGISTRY_HOST",
                registry.url(),
                "REPO_PREFIX",
                "team/a",
                "REGISTRY_USERNAME",
                DockerRegistry.USER,
                "REGISTRY_PASSWORD",
                DockerRegistry.PASSWORD,
                "HTPASSWD_FILE",
                users.toString(),
                "ENABLE_PUSH",
                "true");
        serve("basic", common, Map.of("LOGIN_MODE", "basic"));
        serve("token", common, Map.of("TOKEN_KEY_FILE", key.toString()));
        serve("anonymous", common, Map.of("ANONYMOUS_PULL", "true"));
    }

    private static void serve(String name, Map<String, String> common, Map<String, String> more) throws Exception {
        Map<String, String> settings = new HashMap<>(common);
        settings.putAll(more);
        proxies.put(name, ProxyServer.start(stage, settings));
    }

    @ParameterizedTest
    @CsvSource({
        "basic, dockerd", "basic, podman", "basic, skopeo", "basic, ctr",
        "token, dockerd", "token, podman", "token, skopeo", "token, ctr",
        "anonymous, dockerd"
    })
    void who_logs_in_pulls_what_is_there(String mode, String client) throws Exception {
        Puller puller = clients.named(client);

        String ours = puller.pullAs(USER, PASSWORD, proxies.get(mode).host() + "/app:1");

        String direct = registry.host() + "/team/a/app:1";
        assertEquals(puller.pullAs(DockerRegistry.USER, DockerRegistry.PASSWORD, direct), ours);
    }

    @ParameterizedTest
    @CsvSource({
        "basic, dockerd", "basic, podman", "basic, skopeo", "basic, ctr",
        "token, dockerd", "token, podman", "token, skopeo", "token, ctr"
    })
    void without_a_login_or_with_a_wrong_one_nothing_is_pulled(String mode, String client) throws Exception {
        Puller puller = clients.named(client);
        String reference = proxies.get(mode).host() + "/app:1";

        assertThrows(AssertionError.class, () -> puller.pull(reference));
        AssertionError refused = assertThrows(AssertionError.class, () -> puller.pullAs(USER, "wrong", reference));

        assertFalse(refused.getMessage().contains("429"), refused.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"dockerd", "podman", "skopeo", "ctr"})
    void anybody_pulls_where_that_is_allowed(String client) throws Exception {
        Puller puller = clients.named(client);

        String ours = puller.pull(proxies.get("anonymous").host() + "/app:1");

        String direct = registry.host() + "/team/a/app:1";
        assertEquals(puller.pullAs(DockerRegistry.USER, DockerRegistry.PASSWORD, direct), ours);
    }

    @ParameterizedTest
    @ValueSource(strings = {"basic", "token", "anonymous"})
    void docker_pushes_after_a_login_and_not_before(String mode) throws Exception {
        Dockerd dockerd = (Dockerd) clients.named("dockerd");
        String host = proxies.get(mode).host();
        String target = host + "/pushed-" + mode + ":1";
        docker(dockerd, "login", "--username", USER, "--password", PASSWORD, host);
        docker(dockerd, "pull", host + "/app:1");
        docker(dockerd, "tag", host + "/app:1", target);
        docker(dockerd, "logout", host);

        dockerd.docker("push", target).failed();
        assertEquals(List.of(), registry.requests("PUT /v2/team/a/pushed-" + mode + "/manifests/"));

        docker(dockerd, "login", "--username", USER, "--password", PASSWORD, host);
        docker(dockerd, "push", target);
        docker(dockerd, "logout", host);
        assertEquals(
                1,
                registry.requests("PUT /v2/team/a/pushed-" + mode + "/manifests/1 .* 201 ")
                        .size());
        docker(dockerd, "image", "rm", target, host + "/app:1");
    }

    private static void docker(Dockerd dockerd, String... arguments) throws Exception {
        dockerd.docker(arguments).succeeded();
    }

    @ParameterizedTest
    @ValueSource(strings = {"basic", "token", "anonymous"})
    void docker_login_tells_a_wrong_password(String mode) throws Exception {
        Dockerd dockerd = (Dockerd) clients.named("dockerd");

        String said = dockerd.docker(
                        "login",
                        "--username",
                        USER,
                        "--password",
                        "wrong",
                        proxies.get(mode).host())
                .failed();

        assertTrue(said.contains("unauthorized") || said.contains("401"), said);
    }

    @Test
    void the_log_says_who_it_was_and_keeps_no_password() throws Exception {
        clients.named("skopeo").pullAs(USER, PASSWORD, proxies.get("token").host() + "/app:1");

        String log = proxies.get("token").process().log();

        assertTrue(log.contains(" user=" + USER), log);
        assertFalse(log.contains(PASSWORD), "our log keeps the password");
    }

    @Test
    void an_expired_token_and_one_for_too_little_are_told_what_they_lack() throws Exception {
        String url = proxies.get("token").url();
        String realm = "Bearer realm=\"" + url + "/_token\",service=\"registry-proxy\"";
        String token = token(url + "/_token?service=registry-proxy&scope=repository:app:pull");
        assertEquals(200, get(url + "/v2/app/tags/list", "Bearer " + token).statusCode());

        HttpResponse<byte[]> tooLittle = get(url + "/v2/other/tags/list", "Bearer " + token);
        assertEquals(401, tooLittle.statusCode());
        assertEquals(realm + ",scope=\"repository:other:pull\",error=\"insufficient_scope\"", challenge(tooLittle));

        long now = Instant.now().getEpochSecond();
        assertEquals(
                200,
                get(url + "/v2/app/tags/list", "Bearer " + until(token, now + 30))
                        .statusCode(),
                "signed again by hand");
        HttpResponse<byte[]> expired = get(url + "/v2/app/tags/list", "Bearer " + until(token, now - 30));
        assertEquals(401, expired.statusCode());
        assertEquals(realm + ",scope=\"repository:app:pull\",error=\"invalid_token\"", challenge(expired));

        HttpResponse<byte[]> wrong = get(url + "/_token", Http.basic(USER, "wrong"));
        assertEquals(401, wrong.statusCode());
        HttpResponse<byte[]> basic = get(proxies.get("basic").url() + "/v2/", Http.basic(USER, "wrong"));
        assertEquals("Basic realm=\"registry\"", challenge(basic));
    }

    private static HttpResponse<byte[]> get(String uri, String authorization) throws Exception {
        return Http.send(Http.to(uri).header("Authorization", authorization));
    }

    private static String challenge(HttpResponse<byte[]> response) {
        return response.headers().firstValue("WWW-Authenticate").orElse("");
    }

    private static String token(String uri) throws Exception {
        String body = new String(get(uri, Http.basic(USER, PASSWORD)).body(), UTF_8);
        Matcher token = Pattern.compile("\"token\":\"([^\"]+)\"").matcher(body);
        assertTrue(token.find(), body);
        return token.group(1);
    }

    /** The same token with another end, signed with the key. */
    private static String until(String token, long seconds) throws Exception {
        String[] parts = token.split("\\.");
        String claims = new String(Base64.getUrlDecoder().decode(parts[1]), UTF_8)
                .replaceAll("\"exp\":[0-9]+", "\"exp\":" + seconds);
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        String signed = parts[0] + "." + encoder.encodeToString(claims.getBytes(UTF_8));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KEY.getBytes(UTF_8), "HmacSHA256"));
        return signed + "." + encoder.encodeToString(mac.doFinal(signed.getBytes(UTF_8)));
    }
}
