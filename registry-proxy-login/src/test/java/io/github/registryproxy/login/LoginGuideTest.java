package io.github.registryproxy.login;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.registryproxy.policy.Rules;
import io.github.registryproxy.protocol.Access;
import io.github.registryproxy.transport.JdkTransport;
import io.github.registryproxy.transport.Transport;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code in the guide. */
final class LoginGuideTest {
    @TempDir
    private Path dir;

    // region login
    static RequireLogin login(Path htpasswd, Transport transport) throws IOException {
        AccessRules rules = AccessRules.builder()
                .allow(Who.anybody(), Rules.ofRepositories("public/**"), Access.PULL)
                .allow(Who.loggedIn(), Access.PULL)
                .allow(Who.group("ci"), Rules.ofRepositories("!team/base", "team/**"), Access.PUSH)
                .allow(Who.name("alice"), Access.PUSH, Access.DELETE, Access.CATALOG)
                .build();
        return RequireLogin.builder(rules)
                .authenticator(ClientCertificate.commonName())
                .authenticator(JwtBearer.builder("https://id.example.com", "registry")
                        .keys(URI.create("https://id.example.com/jwks"), transport)
                        .groupsClaim("groups")
                        .build())
                .authenticator(Htpasswd.of(htpasswd))
                .tokens(AccessTokens.builder().service("r.example.com").build())
                .build();
    }
    // endregion

    @Test
    void the_guide_s_login_lets_in_whom_it_says() throws IOException {
        Path users = Files.writeString(dir.resolve("users"), "alice:" + Requests.hash("sesame") + "\n");
        try (Transport transport = JdkTransport.builder().build()) {
            RequireLogin login = login(users, transport);
            Requests registry = new Requests();
            assertEquals(200, status(registry, login, "/v2/public/app/manifests/1"));
            assertEquals(401, status(registry, login, "/v2/team/app/manifests/1"));
            assertEquals(
                    200,
                    registry.ask(login, Requests.as("alice", "sesame", Requests.request("PUT", "/v2/a/manifests/1")))
                            .status());
        }
    }

    private static int status(Requests registry, RequireLogin login, String target) throws IOException {
        return registry.ask(login, Requests.get(target)).status();
    }
}
