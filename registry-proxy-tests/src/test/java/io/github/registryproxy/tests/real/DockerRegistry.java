package io.github.registryproxy.tests.real;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Debian's docker-registry on a free port: open to all, behind a password file, or behind a {@link TokenIssuer}. */
final class DockerRegistry {
    static final String USER = "keeper";
    static final String PASSWORD = "PLANTED-upstream-password-4711";
    private final int port = Stage.freePort();
    private final Daemon daemon;
    private final @Nullable TokenIssuer issuer;
    private final @Nullable Path users;
    private String password = PASSWORD;

    static DockerRegistry open(Stage stage) throws IOException, InterruptedException {
        return new DockerRegistry(stage, "", null, null);
    }

    static DockerRegistry withPasswords(Stage stage) throws IOException, InterruptedException {
        Path file = stage.directory("htpasswd").resolve("users");
        Htpasswd.write(file, USER, PASSWORD);
        return new DockerRegistry(stage, "auth: {htpasswd: {realm: rp, path: %s}}\n".formatted(file), file, null);
    }

    static DockerRegistry withTokens(Stage stage) throws IOException, InterruptedException {
        TokenIssuer issuer = stage.closing(new TokenIssuer(new TestCa(stage).selfSigned("issuer"), USER, PASSWORD));
        String auth = "auth: {token: {realm: \"%s\", service: %s, issuer: %s, rootcertbundle: %s}}\n"
                .formatted(issuer.realm(), TokenIssuer.SERVICE, TokenIssuer.ISSUER, issuer.rootCertificates());
        return new DockerRegistry(stage, auth, null, issuer);
    }

    private DockerRegistry(Stage stage, String auth, @Nullable Path users, @Nullable TokenIssuer issuer)
            throws IOException, InterruptedException {
        this.issuer = issuer;
        this.users = users;
        Path directory = stage.directory("registry");
        Path settings = directory.resolve("config.yml");
        Files.writeString(settings, """
                version: 0.1
                log: {level: error, accesslog: {disabled: false}}
                storage: {filesystem: {rootdirectory: %s}, delete: {enabled: true}}
                http: {addr: "127.0.0.1:%d", secret: anything}
                """.formatted(directory.resolve("data"), port) + auth);
        daemon = stage.start("docker-registry", Map.of(), List.of("docker-registry", "serve", settings.toString()));
        daemon.awaitReady(
                Duration.ofSeconds(20), () -> Http.send(Http.to(url() + "/v2/")).statusCode() < 500);
    }

    int port() {
        return port;
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /** Nobody listens there from now on. */
    void stop() throws IOException {
        daemon.close();
    }

    /** How its images are named by a client that asks it directly. */
    String host() {
        return "127.0.0.1:" + port;
    }

    TokenIssuer issuer() {
        if (issuer == null) {
            throw new IllegalStateException("no token auth");
        }
        return issuer;
    }

    /** The one that its user has now. */
    String password() {
        return password;
    }

    /** From now on its user has another one, and the old one is refused. */
    void changePassword(String next) throws IOException {
        password = next;
        if (issuer != null) {
            issuer.changePassword(next);
        }
        if (users != null) {
            Htpasswd.write(users, USER, next);
        }
    }

    /** What its owner sends to do everything in a repository; empty when it asks for nothing. */
    String authorization(String repository) {
        if (issuer != null) {
            return "Bearer " + issuer.token("repository:" + repository + ":pull,push");
        }
        return users == null ? "" : Http.basic(USER, password);
    }

    /** The lines of its access log that match; each request is logged when it has been answered. */
    List<String> requests(String regex) {
        Pattern wanted = Pattern.compile(regex);
        return daemon.log()
                .lines()
                .filter(line -> line.contains(" HTTP/1.1\" "))
                .filter(line -> wanted.matcher(line).find())
                .toList();
    }
}
