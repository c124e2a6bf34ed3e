package io.github.registryproxy.facade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.facade.model.Login;
import io.github.registryproxy.facade.model.Route;
import io.github.registryproxy.facade.model.Site;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.transport.Cidr;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    private static final Path NOWHERE = Path.of("no", "such", "file");

    @TempDir
    private Path dir;

    @Test
    void only_the_registry_is_needed() throws Exception {
        Site settings = read(Map.of("REGISTRY_HOST", "gcr.io"));
        Listener listener = Listener.of();

        assertEquals(URI.create("https://gcr.io"), settings.upstreams().get(0).registry());
        assertEquals(Optional.empty(), settings.upstreams().get(0).prefix());
        assertEquals(new Login.OfClient(), settings.upstreams().get(0).login());
        assertEquals(8080, listener.port());
        assertEquals(Optional.empty(), listener.host());
        assertEquals(Duration.ofSeconds(30), listener.drain());
        assertEquals(200, listener.threads());
        assertEquals(Route.Writes.UNSUPPORTED, settings.routes().get(0).writes());
        assertFalse(settings.routes().get(0).catalog());
        assertFalse(settings.upstreams().get(0).streamBlobs());
        assertEquals(Optional.of(URI.create("https://gcr.io/")), settings.browsers());
    }

    @ParameterizedTest
    @CsvSource({
        "gcr.io, https://gcr.io",
        "GCR.io, https://gcr.io",
        "gcr.io/, https://gcr.io",
        "localhost:5000, https://localhost:5000",
        "http://127.0.0.1:5001, http://127.0.0.1:5001",
        "http://[::1]:5001, http://[::1]:5001",
        "https://r.example.com/, https://r.example.com"
    })
    void a_registry_is_a_host_or_an_origin(String given, String registry) throws Exception {
        assertEquals(
                URI.create(registry),
                read(Map.of("REGISTRY_HOST", given)).upstreams().get(0).registry());
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0s, 0", "30, 30", "2m, 120"})
    void idle_connections_are_kept_as_long_as_it_says(String given, long seconds) throws Exception {
        assertEquals(
                Duration.ofSeconds(seconds),
                read(Map.of("REGISTRY_HOST", "gcr.io", "UPSTREAM_KEEP_ALIVE", given))
                        .upstreams()
                        .get(0)
                        .keepAlive());
    }

    @Test
    void the_jdks_client_keeps_connections_as_its_own_property_says() {
        SettingException refused = assertThrows(
                SettingException.class,
                () -> read(Map.of("REGISTRY_HOST", "gcr.io", "TRANSPORT", "jdk", "UPSTREAM_KEEP_ALIVE", "0s")));

        assertEquals(
                "UPSTREAM_KEEP_ALIVE=0s (environment) contradicts TRANSPORT=jdk (environment): the JDK's client takes it from"
                        + " -Djdk.httpclient.keepalive.timeout=SECONDS",
                refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"team/a, team/a", "/team/a/, team/a", "my-project, my-project", "//a//, a"})
    void slashes_around_a_prefix_do_not_count(String given, String prefix) throws Exception {
        Site settings = read(Map.of("REGISTRY_HOST", "gcr.io", "REPO_PREFIX", given));

        assertEquals(
                Optional.of(new RepositoryName(prefix)),
                settings.upstreams().get(0).prefix());
        assertEquals(Optional.of(URI.create("https://gcr.io/" + prefix)), settings.browsers());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "/", "//"})
    void a_prefix_may_be_nothing(String prefix) throws Exception {
        assertEquals(
                Optional.empty(),
                read(Map.of("REGISTRY_HOST", "gcr.io", "REPO_PREFIX", prefix))
                        .upstreams()
                        .get(0)
                        .prefix());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "REGISTRY_HOST | ftp://x | REGISTRY_HOST=ftp://x (environment): expected the registry behind",
                "REGISTRY_HOST | https://u:pw@x | REGISTRY_HOST=https://***@x (environment): expected the registry",
                "REGISTRY_HOST | u:pw@x | REGISTRY_HOST=***@x (environment): expected the registry behind",
                "REGISTRY_HOST | gcr.io/project | REGISTRY_HOST=gcr.io/project (environment): expected the registry",
                "REGISTRY_HOST | gcr.io?k=pw | REGISTRY_HOST=gcr.io?*** (environment): expected the registry behind",
                "REGISTRY_HOST | http:// | REGISTRY_HOST=http:// (environment): expected the registry behind",
                "REGISTRY_HOST | two hosts | REGISTRY_HOST=two hosts (environment): expected the registry behind",
                "REPO_PREFIX | Team | REPO_PREFIX=Team (environment): expected a repository name such as team/a",
                "REPO_PREFIX | a$1 | REPO_PREFIX=a$1 (environment): expected a repository name",
                "REPO_PREFIX | a//b | REPO_PREFIX=a//b (environment): expected a repository name",
                "REPO_PREFIX | ../a | REPO_PREFIX=../a (environment): expected a repository name",
                "PORT | http | PORT=http (environment): expected a number from 0 to 65535",
                "PORT | 65536 | PORT=65536 (environment): expected a number from 0 to 65535",
                "PORT | -1 | PORT=-1 (environment): expected a number from 0 to 65535",
                "PORT | 99999999999 | PORT=99999999999 (environment): expected a number from 0 to 65535",
                "DRAIN_SECONDS | 1m | DRAIN_SECONDS=1m (environment): expected a number from 0 to 3600",
                "THREADS | 0 | THREADS=0 (environment): expected a number from 1 to 10000",
                "ENABLE_PUSH | yes | ENABLE_PUSH=yes (environment): expected true or false",
                "ENABLE_CATALOG | 1 | ENABLE_CATALOG=1 (environment): expected true or false",
                "TRANSPORT | okhttp | TRANSPORT=okhttp (environment): expected httpclient5 or jdk",
                "UPSTREAM_KEEP_ALIVE | soon | UPSTREAM_KEEP_ALIVE=soon (environment): expected a time such as 30s, or 0",
                "UPSTREAM_KEEP_ALIVE | 25h | UPSTREAM_KEEP_ALIVE=25h (environment): expected a time such as 30s, or 0",
                "BLOB_DELIVERY | proxy | BLOB_DELIVERY=proxy (environment): expected redirect or stream",
                "PUBLIC_URL | r.example.com | PUBLIC_URL=r.example.com (environment): expected scheme and host",
                "PUBLIC_URL | https://r/x | PUBLIC_URL=https://r/x (environment): expected scheme and host",
                "TRUSTED_PROXIES | 10.0.0.0/33 | TRUSTED_PROXIES=10.0.0.0/33 (environment): expected addresses",
                "TRUSTED_PROXIES | lb | TRUSTED_PROXIES=lb (environment): expected addresses or blocks",
                "ALLOWED_HOSTS | a b/c | ALLOWED_HOSTS=a b/c (environment): expected host names",
                "ALLOW_PRIVATE_ADDRESSES | 10/8 | ALLOW_PRIVATE_ADDRESSES=10/8 (environment): expected addresses",
                "TRUSTED_REALMS | auth | TRUSTED_REALMS=auth (environment): expected origins",
                "TLS_CERT | c.pem | TLS_CERT=c.pem (environment): expected TLS_KEY beside it",
                "TLS_KEY | k.pem | TLS_KEY=k.pem (environment): expected TLS_CERT beside it",
                "UPSTREAM_CA | no/such | UPSTREAM_CA=no/such (environment): expected a PEM file with certificates, and there is no file",
                "UPSTREAM_CLIENT_CERT | c | UPSTREAM_CLIENT_CERT=c (environment): expected UPSTREAM_CLIENT_KEY beside it",
                "UPSTREAM_PROXY | socks://p:1 | UPSTREAM_PROXY=socks://p:1 (environment): expected an HTTP proxy",
                "UPSTREAM_PROXY | http://u:pw@p | UPSTREAM_PROXY=http://***@p (environment): expected an HTTP proxy",
                "BROWSER_REDIRECT_TARGET | javascript:x | BROWSER_REDIRECT_TARGET=javascript:x (environment): expected an",
                "AUTH_HEADER | pw | AUTH_HEADER (environment, value not shown): expected the value of an Authorization",
                "AUTH_HEADER | Basic é | AUTH_HEADER (environment, value not shown): expected the value of an",
                "AUTH_HEADER_FILE | no/such | AUTH_HEADER_FILE=no/such (environment): expected a file, and there is",
                "REGISTRY_USERNAME | u | REGISTRY_USERNAME=u (environment): expected REGISTRY_PASSWORD",
                "REGISTRY_PASSWORD | pw | REGISTRY_PASSWORD (environment, value not shown): expected REGISTRY_USERNAME",
                "GOOGLE_APPLICATION_CREDENTIALS | no/k | GOOGLE_APPLICATION_CREDENTIALS=no/k (environment): expected a file"
            })
    void a_wrong_value_is_named_shown_and_explained(String setting, String value, String message) {
        Map<String, String> environment = new HashMap<>(Map.of("REGISTRY_HOST", "gcr.io"));
        environment.put(setting, value);

        String refusal = refusal(environment);

        assertTrue(refusal.startsWith(message), refusal);
        assertFalse(refusal.contains("pw"), refusal);
    }

    @Test
    void a_missing_registry_is_asked_for() {
        assertEquals(
                "REGISTRY_HOST is missing: set REGISTRY_HOST to the registry behind,"
                        + " such as gcr.io (https) or http://127.0.0.1:5001",
                refusal(Map.of()));
        assertTrue(assertThrows(
                        SettingException.class,
                        () -> Facade.of(SettingSource.commandLine(Map.of()), SettingSource.environment(Map.of())))
                .getMessage()
                .startsWith("REGISTRY_HOST is missing: set REGISTRY_HOST or --registry-host to the"));
    }

    @Test
    void a_message_is_one_line_whatever_the_value_holds() {
        assertEquals(
                "PORT=1\\n2\\u001b[31m (environment): expected a number from 0 to 65535",
                refusal(Map.of("REGISTRY_HOST", "gcr.io", "PORT", "1\n2\u001b[31m")));
    }

    @Test
    void options_win_over_the_environment_and_name_themselves() {
        SettingException refusal = assertThrows(
                SettingException.class,
                () -> Listener.of(
                        SettingSource.commandLine(Map.of(Setting.PORT, "x")),
                        SettingSource.environment(Map.of("PORT", "1"))));

        assertEquals("--port=x (command line): expected a number from 0 to 65535", refusal.getMessage());
    }

    @Test
    void an_option_set_to_nothing_hides_the_environment() throws Exception {
        Map<String, String> environment = Map.of("REGISTRY_HOST", "gcr.io", "REPO_PREFIX", "a");

        Site settings = read(
                SettingSource.commandLine(Map.of(Setting.REPO_PREFIX, "")), SettingSource.environment(environment));

        assertEquals(Optional.empty(), settings.upstreams().get(0).prefix());
    }

    @Test
    void a_header_wins_over_a_key_file_that_is_not_even_read() throws Exception {
        Site settings = read(Map.of(
                "REGISTRY_HOST", "gcr.io",
                "AUTH_HEADER", " Bearer abc ",
                "GOOGLE_APPLICATION_CREDENTIALS", NOWHERE.toString()));

        assertEquals(new Login.Header("Bearer abc"), settings.upstreams().get(0).login());
    }

    @Test
    void a_key_file_is_a_password_on_one_line() throws Exception {
        String key = "{\n  \"type\": \"service_account\",\n  \"private_key\": \"x\\ny\"\n}\n";
        Path file = Files.writeString(dir.resolve("key.json"), key);

        Site settings = read(Map.of("REGISTRY_HOST", "gcr.io", "GOOGLE_APPLICATION_CREDENTIALS", file.toString()));

        assertEquals(
                new Login.Password(
                        "_json_key",
                        "{ \"type\": \"service_account\", \"private_key\": \"x\\ny\" }",
                        Optional.empty(),
                        Optional.empty()),
                settings.upstreams().get(0).login());
    }

    @Test
    void name_and_password_may_stand_in_files() throws Exception {
        Path user = Files.writeString(dir.resolve("user"), "me\n");
        Path password = Files.writeString(dir.resolve("password"), "pw: with colon \u00e9\r\n");

        Site settings = read(Map.of(
                "REGISTRY_HOST", "gcr.io",
                "REGISTRY_USERNAME_FILE", user.toString(),
                "REGISTRY_PASSWORD_FILE", password.toString()));

        assertEquals(
                new Login.Password("me", "pw: with colon \u00e9", Optional.of(user), Optional.of(password)),
                settings.upstreams().get(0).login());
    }

    @Test
    void credentials_of_a_module_that_is_not_there_name_it() {
        assertEquals(
                "REGISTRY_CREDENTIALS=aws (environment): expected docker-config; aws needs registry-proxy-aws",
                refusal(Map.of("REGISTRY_HOST", "r", "REGISTRY_CREDENTIALS", "aws")));
        assertEquals(
                "REGISTRY_CREDENTIALS=keychain (environment): expected docker-config",
                refusal(Map.of("REGISTRY_HOST", "r", "REGISTRY_CREDENTIALS", "keychain")));
    }

    @Test
    void a_login_by_others_sees_the_environment_with_the_settings_in_it() throws Exception {
        Site settings = read(
                SettingSource.commandLine(Map.of(Setting.DOCKER_CONFIG, "/given")),
                SettingSource.environment(Map.of(
                        "REGISTRY_HOST", "r",
                        "REGISTRY_CREDENTIALS", " docker-config ",
                        "DOCKER_CONFIG", "/hidden",
                        "GOOGLE_APPLICATION_CREDENTIALS", "key.json",
                        "AWS_SECRET_ACCESS_KEY", "pwpw")));
        Login.By login = (Login.By) settings.upstreams().get(0).login();

        assertEquals("/given", login.variables().get("DOCKER_CONFIG"));
        assertEquals("key.json", login.variables().get("GOOGLE_APPLICATION_CREDENTIALS"));
        assertEquals("pwpw", login.variables().get("AWS_SECRET_ACCESS_KEY"));
        assertFalse(settings.toString().contains("pwpw"), settings::toString);
    }

    @Test
    void contradictions_name_both_sides() {
        Map<String, String> user = Map.of("REGISTRY_HOST", "r", "REGISTRY_USERNAME", "me", "REGISTRY_PASSWORD", "pw");

        assertEquals(
                "REGISTRY_USERNAME=me (environment) contradicts AUTH_HEADER (environment, value not shown):"
                        + " log in by one of them",
                refusal(with(user, "AUTH_HEADER", "Basic pw")));
        assertEquals(
                "REGISTRY_USERNAME=me (environment) contradicts GOOGLE_APPLICATION_CREDENTIALS=key.json (environment):"
                        + " log in by one of them",
                refusal(with(user, "GOOGLE_APPLICATION_CREDENTIALS", "key.json")));
        assertEquals(
                "REGISTRY_CREDENTIALS=docker-config (environment) contradicts REGISTRY_USERNAME=me (environment):"
                        + " log in by one of them",
                refusal(with(user, "REGISTRY_CREDENTIALS", "docker-config")));
        assertEquals(
                "REGISTRY_PASSWORD_FILE=f (environment) contradicts REGISTRY_PASSWORD (environment, value not shown):"
                        + " set only one of them",
                refusal(with(user, "REGISTRY_PASSWORD_FILE", "f")));
        assertEquals(
                "BROWSER_REDIRECT_TARGET=https://x (environment) contradicts DISABLE_BROWSER_REDIRECTS=1"
                        + " (environment): set only one of them",
                refusal(Map.of(
                        "REGISTRY_HOST",
                        "r",
                        "BROWSER_REDIRECT_TARGET",
                        "https://x",
                        "DISABLE_BROWSER_REDIRECTS",
                        "1")));
    }

    @Test
    void any_value_switches_browser_redirects_off() throws Exception {
        Site settings = read(Map.of("REGISTRY_HOST", "gcr.io", "DISABLE_BROWSER_REDIRECTS", "false"));

        assertEquals(Optional.empty(), settings.browsers());
    }

    @Test
    void lists_take_commas_and_blanks() throws Exception {
        Site settings = read(Map.of(
                "REGISTRY_HOST", "gcr.io",
                "TRUSTED_PROXIES", "10.0.0.0/8, ::1\n192.168.0.1",
                "ALLOWED_HOSTS", "R.example.com,localhost:8080",
                "TRUSTED_REALMS", "https://auth.example.com/"));

        assertEquals(
                List.of(Cidr.parse("10.0.0.0/8"), Cidr.parse("::1"), Cidr.parse("192.168.0.1")),
                settings.clients().trustedProxies());
        assertEquals(
                List.of("r.example.com", "localhost:8080"), settings.clients().allowedHosts());
        assertEquals(
                List.of(URI.create("https://auth.example.com")),
                settings.upstreams().get(0).realms());
    }

    @Test
    void settings_print_without_secrets() throws Exception {
        Site header = read(Map.of("REGISTRY_HOST", "r", "AUTH_HEADER", "Basic pwpw"));
        Site password = read(Map.of("REGISTRY_HOST", "r", "REGISTRY_USERNAME", "me", "REGISTRY_PASSWORD", "pwpw"));

        assertFalse(header.toString().contains("pwpw"), header::toString);
        assertFalse(password.toString().contains("pwpw"), password::toString);
    }

    private static Map<String, String> with(Map<String, String> environment, String name, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(name, value);
        return more;
    }

    @Test
    void a_source_says_in_messages_what_it_is_called() {
        SettingException refusal = assertThrows(
                SettingException.class,
                () -> Facade.of(
                        SettingSource.named(
                                "context parameter",
                                name -> Optional.ofNullable(
                                        Map.of("REPO_PREFIX", "Team").get(name))),
                        SettingSource.environment(Map.of("REGISTRY_HOST", "gcr.io", "REPO_PREFIX", "team"))));

        assertTrue(
                refusal.getMessage().startsWith("REPO_PREFIX=Team (context parameter): expected"), refusal::getMessage);
    }

    @Test
    void a_facade_minds_no_setting_of_a_listener() throws Exception {
        try (Facade facade = facade(Map.of("REGISTRY_HOST", "gcr.io", "REPO_PREFIX", "team", "PORT", "none"))) {
            assertEquals(URI.create("https://gcr.io/team"), facade.upstream());
            assertEquals(List.of(), facade.warnings());
        }
        try (Facade facade = facade(Map.of("REGISTRY_HOST", "http://[::1]:5001"))) {
            assertEquals(URI.create("http://[::1]:5001"), facade.upstream());
        }
    }

    @Test
    void a_login_that_others_can_use_or_see_is_warned_about() throws Exception {
        Map<String, String> login = Map.of("REGISTRY_HOST", "http://r.example", "AUTH_HEADER", "Basic pwpw");

        try (Facade facade = facade(with(login, "ENABLE_PUSH", "true"))) {
            assertEquals(
                    List.of(
                            "ENABLE_PUSH with a login of our own: whoever reaches this proxy can push and delete at"
                                    + " http://r.example",
                            "the login travels unencrypted to http://r.example"),
                    facade.warnings());
        }
        try (Facade facade = facade(with(login, "REGISTRY_HOST", "http://127.0.0.1:5001"))) {
            assertEquals(List.of(), facade.warnings());
        }
    }

    private static Facade facade(Map<String, String> environment) throws SettingException {
        return Facade.of(SettingSource.environment(environment));
    }

    private static String refusal(Map<String, String> environment) {
        return assertThrows(SettingException.class, () -> {
                    read(environment);
                    Listener.of(SettingSource.environment(environment));
                })
                .getMessage();
    }

    private static Site read(Map<String, String> environment) throws SettingException {
        return read(SettingSource.environment(environment));
    }

    private static Site read(SettingSource... sources) throws SettingException {
        return new SettingsReader(new GivenSettings(List.of(sources))).read();
    }
}
