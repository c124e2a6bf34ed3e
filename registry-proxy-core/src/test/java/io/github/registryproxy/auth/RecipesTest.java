package io.github.registryproxy.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Target;
import io.github.registryproxy.transport.Transport;
import io.github.registryproxy.transport.TransportRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The login of each recipe in docs/guide/credentials.md, against the challenge and the answer that registry gives. */
class RecipesTest {
    private static final String SCOPE = "scope=\"repository:team/app:pull\"";

    private final List<TransportRequest> asked = new ArrayList<>();
    private final List<Optional<String>> seen = new ArrayList<>();

    /** A token server at any address. */
    private final class TokenServer implements Transport {
        private final String answer;

        TokenServer(String answer) {
            this.answer = answer;
        }

        @Override
        public RegistryResponse send(TransportRequest request) {
            asked.add(request);
            return RegistryResponse.of(
                    200,
                    Headers.of("Content-Type", "application/json"),
                    Body.of(answer.getBytes(StandardCharsets.UTF_8)));
        }

        @Override
        public void close() {}
    }

    private RegistryResponse registry(RegistryRequest request, String challenge, String wanted) {
        Optional<String> authorization = request.headers().first("Authorization");
        seen.add(authorization);
        return authorization.equals(Optional.of(wanted))
                ? RegistryResponse.of(200)
                : RegistryResponse.of(401, Headers.of("WWW-Authenticate", challenge), Body.empty());
    }

    private int pull(String registry, String user, String challenge, String answer, String wanted) throws IOException {
        UpstreamAuth auth = UpstreamAuth.builder(URI.create(registry), new TokenServer(answer))
                .credentials(CredentialsProvider.of(Credentials.basic(user, "secret")))
                .build();
        RegistryRequest request = RegistryRequest.of(
                "GET",
                Target.parse("GET", "/v2/team/app/manifests/1"),
                Headers.EMPTY,
                Body.empty(),
                new Client("127.0.0.1", URI.create("http://localhost")));
        try (RegistryResponse response = auth.handle(request, next -> registry(next, challenge, wanted))) {
            return response.status();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "https://ghcr.io | me | https://ghcr.io/token | ghcr.io | {\"token\":\"t\"}",
                "https://registry.gitlab.com | deploy | https://gitlab.com/jwt/auth | container_registry | {\"token\":\"t\"}",
                "https://quay.io | team+puller | https://quay.io/v2/auth | quay.io | {\"token\":\"t\"}",
                "https://registry-1.docker.io | me | https://auth.docker.io/token | registry.docker.io"
                        + " | {\"token\":\"t\",\"access_token\":\"t\",\"expires_in\":300,\"issued_at\":\"2026-03-03T10:00:00.1Z\"}",
                "https://europe-docker.pkg.dev | oauth2accesstoken | https://europe-docker.pkg.dev/v2/token"
                        + " | europe-docker.pkg.dev | {\"expires_in\":3600,\"token\":\"t\"}",
                "https://gcr.io | _json_key | https://gcr.io/v2/token | gcr.io | {\"expires_in\":43200,\"token\":\"t\"}",
                "https://public.ecr.aws | AWS | https://public.ecr.aws/token/ | public.ecr.aws | {\"token\":\"t\"}",
                "https://example.azurecr.io | 00000000-0000-0000-0000-000000000000"
                        + " | https://example.azurecr.io/oauth2/token | example.azurecr.io | {\"access_token\":\"t\"}",
                "https://nvcr.io | $oauthtoken | https://authn.nvidia.com/token | registry | {\"token\":\"t\"}"
            })
    void a_login_becomes_a_token_at_the_realm_of_that_registry(
            String registry, String user, String realm, String service, String answer) throws IOException {
        String challenge = "Bearer realm=\"" + realm + "\",service=\"" + service + "\"," + SCOPE;

        assertEquals(200, pull(registry, user, challenge, answer, "Bearer t"));

        assertEquals(List.of(Optional.empty(), Optional.of("Bearer t")), seen);
        assertEquals(1, asked.size());
        TransportRequest question = asked.get(0);
        assertTrue(question.uri().toString().startsWith(realm + "?service=" + service), question.uri()::toString);
        assertTrue(question.uri().getQuery().endsWith("scope=repository:team/app:pull"), question.uri()::toString);
        assertEquals(
                Optional.of(new Credentials.Basic(user, "secret").authorization()),
                question.headers().first("Authorization"));
    }

    @ParameterizedTest
    @CsvSource({
        "https://123456789012.dkr.ecr.eu-west-1.amazonaws.com, AWS",
        "https://registry.example.com, me",
        "https://gcr.io, oauth2accesstoken"
    })
    void where_basic_is_asked_for_the_login_goes_to_the_registry_and_to_no_realm(String registry, String user)
            throws IOException {
        String wanted = new Credentials.Basic(user, "secret").authorization();
        String challenge = "Basic realm=\"" + registry + "/\",service=\"ecr.amazonaws.com\"";

        assertEquals(200, pull(registry, user, challenge, "{}", wanted));

        assertEquals(List.of(Optional.empty(), Optional.of(wanted)), seen);
        assertEquals(List.of(), asked);
    }
}
