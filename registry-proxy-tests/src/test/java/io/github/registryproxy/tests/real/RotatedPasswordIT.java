package io.github.registryproxy.tests.real;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.tests.real.SampleImage.Family;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A private registry whose password changes while the proxy runs: the next pull works. The proxy serves it to everybody, or
 * behind a login whose passwords change as well.
 */
@Tag("real")
@Timeout(180)
class RotatedPasswordIT {
    @RegisterExtension
    static final Stage stage = new Stage(Clients.PROGRAMS);

    private static final String NEXT_PASSWORD = "PLANTED-upstream-password-1147";
    private static final String CLIENT = "alice";
    private static final String CLIENT_PASSWORD = "PLANTED-client-password-0815";
    private static final String NEXT_CLIENT_PASSWORD = "PLANTED-client-password-5180";

    private static final Clients clients = new Clients(stage);

    /** One registry, the proxy in front of it, and the files that hold secrets. */
    private record World(
            DockerRegistry registry, ProxyServer proxy, int metrics, Path password, Path users, boolean login) {
        String pull(Puller puller, String repository, String clientPassword) throws IOException {
            String reference = proxy.host() + "/" + repository + ":1";
            return login ? puller.pullAs(CLIENT, clientPassword, reference) : puller.pull(reference);
        }

        /** By who knows the registry's password. */
        String pullDirectly(Puller puller, String repository) throws IOException {
            return puller.pullAs(
                    DockerRegistry.USER, registry.password(), registry.host() + "/team/a/" + repository + ":1");
        }
    }

    private static World open(String auth, boolean login) throws Exception {
        DockerRegistry registry =
                auth.equals("token") ? DockerRegistry.withTokens(stage) : DockerRegistry.withPasswords(stage);
        for (String repository : new String[] {"private", "private-too", "private-three"}) {
            new SampleImage(registry, "team/a/" + repository).pushIndex("1", Family.OCI);
        }
        Path directory = stage.directory("secrets");
        Path password = Files.writeString(directory.resolve("password"), DockerRegistry.PASSWORD + "\n");
        Path users = directory.resolve("users");
        Htpasswd.write(users, CLIENT, CLIENT_PASSWORD);
        Map<String, String> settings = new HashMap<>();
        settings.put("REGISTRY_HOST", registry.url());
        settings.put("REPO_PREFIX", "team/a");
        settings.put("REGISTRY_USERNAME", DockerRegistry.USER);
        settings.put("REGISTRY_PASSWORD_FILE", password.toString());
        if (auth.equals("token")) {
            settings.put("TRUSTED_REALMS", registry.issuer().origin());
        }
        if (login) {
            settings.put("HTPASSWD_FILE", users.toString());
            settings.put("LOGIN_MODE", "basic");
        }
        int metrics = Stage.freePort();
        settings.put("METRICS_LISTEN", "127.0.0.1:" + metrics);
        return new World(registry, ProxyServer.start(stage, settings), metrics, password, users, login);
    }

    @ParameterizedTest
    @CsvSource({"htpasswd, false", "htpasswd, true", "token, false", "token, true"})
    void the_next_pull_after_a_change_of_passwords_works(String auth, boolean login) throws Exception {
        World world = open(auth, login);
        List<Puller> pullers = List.of(clients.named("dockerd"), clients.named("podman"));
        assertPulled(world, pullers, "private", CLIENT_PASSWORD);

        world.registry().changePassword(NEXT_PASSWORD);
        // The registry has changed, and the proxy has not been told yet.
        assertRefused(world, pullers, "private-too", CLIENT_PASSWORD);

        replace(world.password(), NEXT_PASSWORD + "\n");
        assertPulled(world, pullers, "private-too", CLIENT_PASSWORD);
        if (login) {
            Htpasswd.write(world.users(), CLIENT, NEXT_CLIENT_PASSWORD);
            assertRefused(world, pullers, "private-three", CLIENT_PASSWORD);
        }
        assertPulled(world, pullers, "private-three", NEXT_CLIENT_PASSWORD);
        assertPulled(world, pullers, "private", NEXT_CLIENT_PASSWORD);
        String metrics = new String(
                Http.send(Http.to("http://127.0.0.1:" + world.metrics() + "/metrics"))
                        .body(),
                UTF_8);
        assertTrue(metrics.contains("registryproxy_requests_seconds_count"), metrics);
        Stage.keep("RotatedPasswordIT-" + auth + "-" + login + "-metrics.txt", metrics);
        // Every secret here begins with it.
        assertFalse((world.proxy().process().log() + metrics).contains("PLANTED-"), "a password is kept");
    }

    private static void assertPulled(World world, List<Puller> pullers, String repository, String clientPassword)
            throws IOException {
        for (Puller puller : pullers) {
            assertEquals(world.pullDirectly(puller, repository), world.pull(puller, repository, clientPassword));
        }
    }

    private static void assertRefused(World world, List<Puller> pullers, String repository, String clientPassword) {
        for (Puller puller : pullers) {
            assertThrows(AssertionError.class, () -> world.pull(puller, repository, clientPassword));
        }
    }

    /** As mounted secrets change: all at once. */
    private static void replace(Path file, String text) throws IOException {
        Path next = Files.writeString(file.resolveSibling("next"), text);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
